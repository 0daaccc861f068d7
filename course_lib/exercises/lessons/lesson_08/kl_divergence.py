"""Exercise 8.1: how far two next-token distributions are apart."""

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p ‖ q) in nats, the sum of p · ln(p / q), of two distributions over the same n tokens, both (n,).

    p is the base's and q the tuned model's. A token that the base never says (p = 0) adds nothing, whatever
    q gives it; one that the base says and the tuned model never does (q = 0) makes the divergence infinite.
    """
    some = p > 0
    with np.errstate(divide="ignore"):  # ln 0 is −∞, which is what is wanted
        return float(np.sum(p[some] * (np.log(p[some]) - np.log(q[some]))))


def _summed(weights, p, q):
    some = weights > 0
    with np.errstate(divide="ignore"):
        return float(np.sum(weights[some] * (np.log(p[some]) - np.log(q[some]))))


_BASE = np.array([0.6, 0.25, 0.1, 0.05])

KL = exercise(
    "8.1",
    "How far a model moved",
    kl_divergence,
    minutes=10,
    imports="import numpy as np",
    cases=(
        (_BASE, np.array([0.2, 0.25, 0.3, 0.25])),
        (np.array([0.5, 0.3, 0.2]), np.array([0.5, 0.3, 0.2])),
        (np.array([0.7, 0.3, 0.0]), np.array([0.1, 0.5, 0.4])),
        (np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.75, 0.0])),
        (np.array([0.5, 0.5]), np.array([1.0, 0.0])),
    ),
    mistakes=(
        like(lambda p, q: _summed(q, q, p), "turned-round",
             "This is KL(q ‖ p), which weighs each token by what the *tuned* model gives it. Weigh by p."),
        like(lambda p, q: _summed(p, p, q) / np.log(2), "in-bits",
             "These are bits: log2. Nats take the natural logarithm, `np.log`, as the loss does."),
        like(lambda p, q: -_summed(p, q, np.ones_like(p)), "cross-entropy",
             "This is the cross-entropy −Σ p · ln q. Take off the entropy of p, so that p against itself "
             "is 0."),
        like(lambda p, q: (_summed(p, p, q) + _summed(q, q, p)) / 2, "symmetric",
             "This is the mean of both directions. KL has one: from the base's side."),
        like(lambda p, q: float(np.abs(p - q).sum() / 2), "total-variation",
             "This is the total variation distance, half the sum of |p − q|. KL weighs the logarithm of the "
             "ratio."),
        like(lambda p, q: float(np.nanmean(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0))),
             "mean-not-sum",
             "You take the mean over the tokens. p is the weight already: take the sum."),
        when(lambda run: np.isnan(run.returned), "nan-for-zero",
             "0 · ln 0 is NaN to NumPy, and one NaN spoils the sum. Leave out the tokens with p = 0."),
        when(lambda run: np.isinf(run.expected) and np.isfinite(run.returned), "never-infinite",
             "A token that the base says and the tuned model never says makes the divergence infinite: "
             "neither leave it out nor add a small number to q."),
    ),
    hints=(
        ("I get NaN", "`some = p > 0`, and then only `p[some]` and `q[some]`."),
        ("I get a negative number", "ln(p / q), not ln(q / p): KL is never below 0."),
        ("NumPy warns of a division by zero", "`with np.errstate(divide=\"ignore\"):` around the logarithm."),
    ),
    why="Weighing by the base asks: of what the base would have said, how much does the tuned model still "
        "find likely? That is the direction in which Shenfeld and others (2025) found that it foretells "
        "forgetting. The library computes the same from logits, `course_lib.evaluation.kl_divergence`.",
)
