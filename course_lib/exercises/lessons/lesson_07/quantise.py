"""Exercises of lesson 07: block quantisation, bits per weight, which tokens carry loss."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def quantise(weights: np.ndarray, levels: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Absmax block quantisation of n weights to 16 given levels, as (codes, scales).

    Each block of `block` weights (n is a multiple of it) is divided by its scale, the largest absolute
    value in it; scales are (n / block,). The code of a weight is the position of the nearest of the levels,
    which rise from −1 to 1; codes are (n,). In a block of zeros the scale is 0 and every weight gets the
    code of the level 0.
    """
    blocks = weights.reshape(-1, block)
    scales = np.abs(blocks).max(axis=1)
    scaled = blocks / np.where(scales == 0, 1, scales)[:, None]  # (n / block, block), from -1 to 1
    codes = np.abs(scaled.reshape(-1, 1) - levels).argmin(axis=1)
    return codes, scales


def _quantise(weights, levels, block, scale=lambda blocks: np.abs(blocks).max(axis=1)):
    blocks = weights.reshape(-1, block)
    scales = scale(blocks)
    scaled = blocks / np.where(scales == 0, 1, scales)[:, None]
    return np.abs(scaled.reshape(-1, 1) - levels).argmin(axis=1), scales


def _floor_level(weights, levels, block):
    scaled = weights / np.repeat(quantise(weights, levels, block)[1], block)
    return np.searchsorted(levels, scaled, side="right") - 1, quantise(weights, levels, block)[1]


# Uneven, with a level 0, as in NF4; the real levels are computed in the lesson.
_BELOW, _ABOVE = np.arange(7, 0, -1) / 7, np.arange(1, 9) / 8
_LEVELS = np.r_[-(_BELOW**1.5), 0.0, _ABOVE**1.5]
_WEIGHTS = np.array([0.31, -0.42, 0.05, 0.11, -2.4, 1.7, 0.6, -0.2, 0.02, 0.013, -0.017, 0.004])

QUANTISE = exercise(
    "7.1",
    "Block quantisation",
    quantise,
    minutes=15,
    imports="import numpy as np",
    cases=(
        (_WEIGHTS, _LEVELS, 4),
        (_WEIGHTS * 10, _LEVELS, 6),
        (np.r_[_WEIGHTS[:4], np.zeros(4)], _LEVELS, 4),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != 2, "not-two", "Return two arrays: the codes and the scales."),
        when(lambda run: np.ndim(run.returned[0]) == 2, "codes-in-blocks",
             "The codes still lie in blocks. `.ravel()` lays them out as `(n,)`."),
        like(lambda w, x, b: _quantise(w, x, b, lambda blocks: np.full(len(blocks), np.abs(w).max())),
             "one-scale",
             "One scale serves all the weights, so a single large one crushes the rest. Each block has its "
             "own."),
        like(lambda w, x, b: _quantise(w, x, b, lambda blocks: blocks.max(axis=1)), "not-absolute",
             "The scale is the largest *absolute* value. In the second block that is 2.4, from the weight "
             "−2.4."),
        like(lambda w, x, b: (x[quantise(w, x, b)[0]], quantise(w, x, b)[1]), "levels-not-codes",
             "You return the levels. A code is the *position* of a level, 0 to 15: that is what fits in 4 "
             "bits."),
        like(lambda w, x, b: (quantise(w, x, b)[0], 1 / quantise(w, x, b)[1]), "scale-inverted",
             "These scales are 1/absmax. Keep absmax: to read a weight back, its level is multiplied by it."),
        like(_floor_level, "rounded-down",
             "You take the level below. Take the nearest, which may be the one above."),
        when(lambda run: not run.args[0][-run.args[2]:].any(), "zero-block",
             "All is right except in a block of zeros: 0/0. Divide by 1 where the scale is 0."),
    ),
    hints=(
        ("I do not know how to make blocks", "`weights.reshape(-1, block)` has one block per row."),
        ("I get a shape error", "`scales[:, None]` is `(blocks, 1)` and divides each row by its own scale."),
        ("I do not know how to find the nearest level",
         "`np.abs(x.reshape(-1, 1) - levels)` is `(n, 16)`; its `argmin(axis=1)` is the nearest."),
    ),
    why="One outlier decides the scale of everything that shares it, so blocks are small. The largest weight "
        "of each block is kept exactly, as level ±1 times the scale (Dettmers and others 2023, section 2).",
)


def bits_per_weight(
    bits: int, block: int, scale_bits: int, second_block: int, second_scale_bits: int
) -> float:
    """The bits that one weight takes with double quantisation, scales counted in.

    A weight has `bits` bits. Each block of `block` weights has a scale of `scale_bits` bits. These scales are
    quantised in blocks too: each `second_block` of them share a second scale of `second_scale_bits` bits.
    """
    return bits + scale_bits / block + second_scale_bits / (block * second_block)


BITS = exercise(
    "7.2",
    "Bits per weight",
    bits_per_weight,
    minutes=6,
    cases=((4, 64, 8, 256, 32), (4, 128, 8, 64, 16), (8, 32, 16, 16, 32)),
    mistakes=(
        like(lambda b, n, s, m, t: b + t / n, "no-double",
             "Here every block has a scale of full precision. In double quantisation a block's scale takes "
             "`scale_bits`; only one block in `second_block` pays for a full one."),
        like(lambda b, n, s, m, t: b + s / n + t / m, "second-scale-per-block",
             "A second scale serves `second_block` scales, each of which serves `block` weights: divide by "
             "both."),
        like(lambda b, n, s, m, t: b + s / n, "no-second-scale",
             "The second scales are missing. They are small, not 0."),
        like(lambda b, n, s, m, t: b + s + t, "scales-not-shared",
             "The scales are shared by a block: divide them."),
        like(lambda b, n, s, m, t: b + s / n + t / n, "second-scale-per-block",
             "A second scale serves `second_block` scales, each of which serves `block` weights: divide "
             "twice."),
        like(lambda b, n, s, m, t: bits_per_weight(b, n, s, m, t) / 8, "bytes",
             "These are bytes. Eight bits each."),
    ),
    hints=(
        ("I do not know what to divide by",
         "How many weights share one scale? How many share one second scale?"),
        ("I get 4.5", "That is without double quantisation: 4 + 32/64. With it, the scales have 8 bits."),
    ),
    why="4 + 8/64 + 32/(64 · 256) = 4.127 bits, so a weight shrinks by 16/4.127 = 3.88 from 16 bits. Only "
        "the quantised weights do: embeddings, activations and the adapter's training state do not.",
)


def loss_labels(token_ids: Sequence[int], assistant: int, end: int) -> list[int]:
    """The labels of one chat for training: a token's own id where it carries loss, and −100 elsewhere.

    Loss falls on what the assistant says: the tokens after each marker `assistant`, up to and including the
    next `end`. Markers, the other turns (which close with `end` too) and padding carry none. The model
    shifts by itself.
    """
    labels, speaking = [], False
    for token in token_ids:
        labels.append(token if speaking else -100)
        if token == assistant:
            speaking = True
        elif token == end:
            speaking = False
    return labels


def _masked(ids, assistant, end, marker=False, stop=True, other=-100):
    labels = loss_labels(ids, assistant, end)
    return [t if marker and t == assistant else other if label == -100 or (t == end and not stop) else label
            for t, label in zip(ids, labels, strict=True)]


def _last_reply(ids, assistant, end):
    start = len(ids) - 1 - list(ids)[::-1].index(assistant)
    return [-100] * start + loss_labels(ids[start:], assistant, end)


# 1, 2 and 3 mark the turns of system, user and assistant, 4 ends a turn, 0 is padding.
_CHAT = [1, 50, 51, 4, 2, 60, 61, 62, 4, 3, 70, 71, 4]

LABELS = exercise(
    "7.3",
    "Which tokens carry loss",
    loss_labels,
    minutes=12,
    imports="from collections.abc import Sequence",
    cases=(
        (_CHAT, 3, 4),
        ([2, 60, 4, 3, 70, 4, 2, 61, 62, 4, 3, 71, 72, 4], 3, 4),
        ([*_CHAT, 0, 0, 0], 3, 4),
    ),
    mistakes=(
        like(lambda ids, a, e: list(ids), "prompt-carries-loss",
             "Every token carries loss, so the model learns to write questions too. Mask all but the "
             "replies."),
        like(lambda ids, a, e: _masked(ids, a, e, stop=False), "end-left-out",
             "The `end` of a reply is masked. A model that never learned to write it does not stop."),
        like(lambda ids, a, e: _masked(ids, a, e, marker=True), "marker-included",
             "The marker `assistant` carries loss. The prompt always ends with it: nothing to learn."),
        like(lambda ids, a, e: [*loss_labels(ids, a, e)[1:], -100], "shifted",
             "The labels are one place too early. Transformers' models shift them by themselves; do not do "
             "it twice."),
        like(lambda ids, a, e: [-100, *loss_labels(ids, a, e)[:-1]], "shifted",
             "The labels are one place too late. A label stands in the place of its own token."),
        like(lambda ids, a, e: _masked(ids, a, e, other=0), "zeros",
             "Masked places hold 0, which is a token of its own. The loss skips −100."),
        like(lambda ids, a, e: [-100] * (list(ids).index(a) + 1) + list(ids)[list(ids).index(a) + 1:],
             "open-end",
             "Once the first reply has begun, everything carries loss. The mask must close again after "
             "`end`."),
        like(_last_reply, "last-reply-only",
             "Only the last reply carries loss. Every reply of the chat does."),
        like(lambda ids, a, e: [t != -100 for t in loss_labels(ids, a, e)], "mask-not-labels",
             "This is a mask of True and False. Labels are the ids themselves, and −100."),
    ),
    hints=(
        ("I do not know where a reply begins",
         "Walk through the ids and remember whether the assistant is speaking."),
        ("The marker itself carries loss",
         "Append the label first, and only then look whether the token is a marker."),
        ("The end carries no loss", "The same: append first, then stop speaking."),
    ),
    why="Training on the prompt spends most of the loss on text that the model will never have to write. "
        "Forgetting the `end` token is the classic reason why a tuned model goes on talking.",
)
