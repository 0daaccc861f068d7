"""Exercise 6.2: take one adapter out of a weight and put another one in."""

import numpy as np

from course_lib.exercises.judging import exercise, like, when

Adapter = tuple[np.ndarray, np.ndarray, float]


def switch_adapter(
    w: np.ndarray,
    old: tuple[np.ndarray, np.ndarray, float] | None,
    new: tuple[np.ndarray, np.ndarray, float] | None,
) -> np.ndarray:
    """The weight (out, in) with the adapter `old` taken out and `new` merged in; w itself stays as it is.

    An adapter is (a, b, alpha) with a (rank, in) and b (out, rank), and its change is B·A times alpha / rank.
    The two may have other ranks and alphas. `old` is None for a weight with nothing merged in, `new` is None
    to get the plain weight back.
    """
    result = w.copy()
    for adapter, sign in ((old, -1), (new, 1)):
        if adapter is not None:
            a, b, alpha = adapter
            result += sign * alpha / a.shape[0] * (b @ a)
    return result


def _change(adapter: Adapter | None, scaled: bool = True) -> np.ndarray | float:
    if adapter is None:
        return 0.0
    a, b, alpha = adapter
    return b @ a * (alpha / len(a) if scaled else 1.0)


def _one_scale(w, old, new):
    alpha_over_rank = new[2] / len(new[0])
    return w - _change(old, False) * alpha_over_rank + _change(new, False) * alpha_over_rank


_RNG = np.random.default_rng(62)


def _drawn(*shape: int) -> np.ndarray:
    return _RNG.integers(-3, 4, shape).astype(float)


def _adapter(size: int, out: int, rank: int, alpha: float) -> Adapter:
    return _drawn(rank, size), _drawn(out, rank), alpha


SWITCH = exercise(
    "6.2",
    "Merge, unmerge, switch",
    switch_adapter,
    minutes=10,
    imports="import numpy as np",
    cases=(
        (_drawn(3, 3), _adapter(3, 3, 2, 8.0), _adapter(3, 3, 1, 3.0)),
        (_drawn(2, 4), None, _adapter(4, 2, 2, 1.0)),
        (_drawn(4, 2), _adapter(2, 4, 1, 2.0), None),
    ),
    mistakes=(
        like(lambda w, old, new: w + _change(new), "old-stays",
             "The old adapter is still in the weight. Subtract its change first."),
        like(lambda w, old, new: w + _change(old) + _change(new), "old-twice",
             "The old adapter's change is added once more. To take it out, subtract it."),
        like(lambda w, old, new: w - _change(old), "new-missing",
             "The new adapter is not in the weight. Add its change."),
        like(lambda w, old, new: w + _change(old) - _change(new), "signs-swapped",
             "The signs are swapped: the old adapter goes out (minus), the new one comes in (plus)."),
        like(lambda w, old, new: w - _change(old, False) + _change(new, False), "no-scale",
             "The changes are not scaled: each is B·A times its own alpha / rank."),
        like(_one_scale, "one-scale",
             "Both changes have the scale of one adapter. Each has its own alpha and its own rank."),
        like(lambda w, old, new: w - np.transpose(_change(old)) + np.transpose(_change(new)), "transposed",
             "The change is transposed. B is (out, rank) and A is (rank, in), so B·A is (out, in) as W is."),
        when(lambda run: run.call.error is not None and None in run.args[1:], "none-raises",
             "An adapter may be None: then there is nothing to take out, or nothing to put in."),
    ),
    hints=(
        ("I do not know how to take an adapter out",
         "It was added, so subtract the same: `alpha / rank * (b @ a)`."),
        ("It fails where an adapter is None", "Ask `if adapter is not None` before you unpack it."),
        ("The check says that I change w", "`w += …` works in place. Begin with `w.copy()`."),
    ),
    why="Merged, an adapter costs nothing when the model answers, but the base is gone until it is taken out "
        "again. In 32 bits it comes back to within rounding; in 16 bits each merge leaves a little behind. "
        "Whoever serves many adapters keeps them beside the base instead.",
)  # fmt: skip
