"""Wrong answers of lesson 06 as learners write them, each with the diagnosis that it must get."""

import numpy as np


def forward_by_rows(x, w, a, b, alpha, scale=lambda alpha, a: alpha / len(a)):
    change = scale(alpha, a) * b @ a
    return [[float(np.dot(row, weight)) for weight in w + change] for row in x]


def forward_without_the_base(x, w, a, b, alpha):
    return forward_by_rows(x, np.zeros_like(w), a, b, alpha)


def switch_in_one_line(w, old, new):
    (a, b, alpha), (c, d, beta) = old, new
    return w - alpha / len(a) * b @ a + beta / len(c) * d @ c


def switch_in_place(w, old, new):
    for adapter, sign in ((old, -1), (new, 1)):
        if adapter:
            a, b, alpha = adapter
            w += sign * alpha / len(a) * b @ a
    return w


def switch_and_forget(w, old, new):
    return w if new is None else w + new[2] / len(new[0]) * new[1] @ new[0]


def count_as_in_the_article(hidden, inner, heads, kv_heads, layers, rank, targets):
    sizes = {"down_proj": (inner, hidden), "gate_proj": (hidden, inner), "up_proj": (hidden, inner)}
    return layers * rank * sum(sum(sizes.get(name, (hidden, hidden))) for name in targets)


def count_matrices(hidden, inner, heads, kv_heads, layers, rank, targets):
    return count_as_in_the_article(hidden, inner, heads, kv_heads, layers, rank, targets) // 2


def rank_by_a_loop(values, share, size=lambda value: value**2, first=1):
    total, held = sum(map(size, values)), 0.0
    for number, value in enumerate(values, start=first):
        held += size(value)
        if held / total >= share:
            return number
    return len(values)


WRITTEN = [
    ("6.1", lambda *given: forward_by_rows(*given, scale=lambda alpha, a: 1.0), "no-scale"),
    ("6.1", lambda *given: forward_by_rows(*given, scale=lambda alpha, a: alpha), "not-divided"),
    ("6.1", lambda *given: forward_by_rows(*given, scale=lambda alpha, a: a.shape[0] / alpha),
     "scale-upside-down"),
    ("6.1", forward_without_the_base, "no-base"),
    ("6.1", lambda x, w, a, b, alpha: x @ w.T - x @ a.T @ b.T * alpha / len(a), None),
    ("6.2", switch_in_one_line, "none-raises"),
    ("6.2", switch_and_forget, "old-stays"),
    ("6.2", lambda w, old, new: w + 1.0, None),
    ("6.3", count_as_in_the_article, "keys-as-wide-as-queries"),
    ("6.3", count_matrices, "a-alone"),
    ("6.3", lambda hidden, inner, heads, kv, layers, rank, targets: 2 * rank * hidden * len(targets),
     None),
    ("6.4", lambda values, share: rank_by_a_loop(values, share, size=abs), "not-squared"),
    ("6.4", lambda values, share: rank_by_a_loop(values, share, first=0), "counted-from-zero"),
    ("6.4", lambda values, share: 2 * len(values), None),
]  # fmt: skip

RIGHT = [
    ("6.1", forward_by_rows),
    ("6.3", lambda hidden, inner, heads, kv, layers, rank, targets: rank * layers * (
        sum(hidden + hidden // heads * kv for name in targets if name in ("k_proj", "v_proj"))
        + sum(2 * hidden for name in targets if name in ("q_proj", "o_proj"))
        + sum(hidden + inner for name in targets if name in ("gate_proj", "up_proj", "down_proj"))
    )),
    ("6.4", rank_by_a_loop),
]  # fmt: skip
