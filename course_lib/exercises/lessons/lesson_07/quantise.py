"""Exercise 7.1: absmax quantisation in blocks."""

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
