"""Wrong answers of lesson 11 as learners write them, each with the diagnosis that it must get."""

import math


def by_formula(fixed_a, call_a, fixed_b, call_b):
    return (fixed_b - fixed_a) / (call_a - call_b)


def careful_with_zero(fixed_a, call_a, fixed_b, call_b):
    if call_a == call_b:
        return 0.0 if fixed_b <= fixed_a else math.inf
    return max(0.0, (fixed_b - fixed_a) / (call_a - call_b))


def forgets_that_calls_may_be_equal(fixed_a, call_a, fixed_b, call_b):
    if call_b > call_a:
        return math.inf
    return max(0.0, (fixed_b - fixed_a) / (call_a - call_b))


def only_if_cheaper_at_first(fixed_a, call_a, fixed_b, call_b):
    if fixed_b <= fixed_a:
        return 0.0
    return (fixed_b - fixed_a) / (call_a - call_b) if call_b < call_a else math.inf


def never_where_calls_are_equal(fixed_a, call_a, fixed_b, call_b):
    if call_b >= call_a:
        return float("inf")
    return max(0.0, (fixed_b - fixed_a) / (call_a - call_b))


def by_a_loop(fixed_a, call_a, fixed_b, call_b):
    if call_b > call_a or (call_b == call_a and fixed_b > fixed_a):
        return math.inf
    return 0 if fixed_b <= fixed_a else (fixed_b - fixed_a) / (call_a - call_b)


def level(gaps, weights, name):
    return -sum(weights[n] * gaps[n] for n in gaps if n != name) / gaps[name]


def level_or_never(gaps, weights, name):
    return math.inf if gaps[name] == 0 else level(gaps, weights, name)


def by_trying_all_prices_at_once(prices, ranges, result):
    low, high = ({name: ends[i] for name, ends in ranges.items()} for i in (0, 1))
    return [str(result(low)), str(result(high))]


WRITTEN = [
    ("11.1", lambda p, c, r, w: p / 1e6 * r + c / 1e6 * w, "one-answer"),
    ("11.1", lambda p, c, r, w: 1000 * p * r / 1e6, "forgets-the-reply"),
    ("11.1", lambda p, c, r, w: (p + c) / 1e3 * r, "one-price"),
    ("11.2", by_formula, "below-zero"),
    ("11.2", forgets_that_calls_may_be_equal, "equal-calls"),
    ("11.2", careful_with_zero, "never"),
    ("11.2", never_where_calls_are_equal, "equal-is-not-never"),
    ("11.2", only_if_cheaper_at_first, "cheaper-at-first"),
    ("11.2", lambda fa, ca, fb, cb: fb / (ca - cb) if ca > cb else math.inf, "forgets-a"),
    ("11.4", level, "below-zero"),
    ("11.4", lambda g, w, n: math.inf if g[n] and level(g, w, n) < 0 else level(g, w, n),
     "speaks-for-neither"),
    ("11.4", level_or_never, "below-zero"),
    ("11.4", lambda g, w, n: w[n] - sum(w[m] * g[m] for m in g) / g[n] - w[n], "the-change"),
    ("11.3", by_trying_all_prices_at_once, "not-the-names"),
    ("11.3", lambda p, r, f: sorted(p, key=lambda n: -(f({**p, n: r[n][1]}) - f({**p, n: r[n][0]}))),
     "signed"),
]  # fmt: skip

RIGHT = [
    ("11.1", lambda p, c, r, w: 1e-3 * (p * r + c * w)),
    ("11.2", by_a_loop),
    ("11.4", lambda g, w, n: x if g[n] and (x := level(g, w, n)) >= 0 else math.inf),
    ("11.3", lambda p, r, f: sorted(p, key=lambda n: -abs(f(p | {n: r[n][0]}) - f(p | {n: r[n][1]})))),
]
