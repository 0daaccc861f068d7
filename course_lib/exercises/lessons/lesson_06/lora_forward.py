"""Exercise 6.1: the forward pass of a linear layer with a LoRA adapter beside it."""

import numpy as np

from course_lib.exercises.judging import exercise, like


def lora_forward(x: np.ndarray, w: np.ndarray, a: np.ndarray, b: np.ndarray, alpha: float) -> np.ndarray:
    """The output (n, out) of a linear layer with an adapter, for the inputs x (n, in).

    The frozen weight w is (out, in), so the layer alone gives x Wᵀ. The adapter adds x Aᵀ Bᵀ, scaled by alpha
    divided by the rank; a is (rank, in) and b is (out, rank).
    """
    scale = alpha / a.shape[0]
    return x @ w.T + x @ a.T @ b.T * scale


def _change(x, a, b):
    return x @ a.T @ b.T


_RNG = np.random.default_rng(6)


def _case(n: int, size: int, out: int, rank: int, alpha: float) -> tuple:
    shapes = ((n, size), (out, size), (rank, size), (out, rank))
    return (*(_RNG.integers(-4, 5, shape).astype(float) for shape in shapes), alpha)


FORWARD = exercise(
    "6.1",
    "The forward pass",
    lora_forward,
    minutes=8,
    imports="import numpy as np",
    cases=(_case(2, 3, 3, 2, 8.0), _case(3, 4, 5, 1, 4.0), _case(1, 6, 2, 2, 1.0)),
    mistakes=(
        like(lambda x, w, a, b, alpha: x @ w.T + _change(x, a, b), "no-scale",
             "The adapter's part is not scaled. It counts alpha / rank times."),
        like(lambda x, w, a, b, alpha: x @ w.T + _change(x, a, b) * alpha, "not-divided",
             "The scale is alpha divided by the rank, so that a higher rank does not shout louder."),
        like(lambda x, w, a, b, alpha: x @ w.T + _change(x, a, b) * len(a) / alpha, "scale-upside-down",
             "The scale is upside down: alpha / rank, not rank / alpha."),
        like(lambda x, w, a, b, alpha: x @ w.T + _change(x, a, b) * alpha / a.shape[1], "input-for-rank",
             "The scale divides by the width of the input. The rank is the thin side of `a`: `a.shape[0]`."),
        like(lambda x, w, a, b, alpha: _change(x, a, b) * alpha / len(a), "no-base",
             "The frozen layer is missing. LoRA adds to what it computes and does not replace it."),
        like(lambda x, w, a, b, alpha: (x @ w.T + _change(x, a, b)) * alpha / len(a), "base-scaled",
             "The frozen layer's part is scaled too. Only the adapter's is: x Wᵀ stays as it was."),
        like(lambda x, w, a, b, alpha: x @ w + _change(x, a, b) * alpha / len(a), "not-transposed",
             "`x @ w` multiplies by W as it lies. A linear layer's weight is (out, in), so it is `x @ w.T`."),
    ),
    hints=(
        ("I get a shape error",
         "Write the shapes down: x is (n, in), `a.T` is (in, rank), `b.T` is (rank, out)."),
        ("My numbers are too large or too small",
         "Which side of `a` is the rank? The scale is alpha / rank."),
        ("I multiply B·A first, and wonder whether that is right",
         "It is, but (x Aᵀ) Bᵀ is much less work: no matrix of the size of W is ever made."),
    ),
    why="From left to right, x Aᵀ squeezes the input to `rank` numbers and Bᵀ spreads them out again. That "
        "costs rank · (in + out) multiplications a token, against in · out of the frozen layer. B starts at "
        "zero, so a new adapter adds nothing at all.",
)
