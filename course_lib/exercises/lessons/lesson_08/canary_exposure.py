"""Exercise 8.4: the exposure of a planted secret."""

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def canary_exposure(log_likelihoods: np.ndarray, secret: int) -> float:
    """The exposure of a planted secret in bits: log2|R| − log2 rank.

    R are the candidates, all that the secret could have been. `log_likelihoods` (|R|,) says how likely the
    model finds each, the higher the likelier; `secret` is the place of the planted one. The likeliest has
    rank 1. A candidate that is exactly as likely as the secret stands before it, so that a model that tells
    nothing apart shows nothing.
    """
    rank = np.sum(log_likelihoods >= log_likelihoods[secret])  # the secret itself is among them
    return float(np.log2(len(log_likelihoods)) - np.log2(rank))


def _with_rank(rank):
    return lambda values, secret: float(np.log2(len(values)) - np.log2(rank(values, values[secret])))


def _with_log(log):
    return lambda values, secret: float(log(len(values)) - log(np.sum(values >= values[secret])))


_MANY = -((np.arange(64.0) * 37 % 64) ** 1.1)  # 64 candidates in disorder
_TIES = np.array([-2.0, -1.0, -2.0, -5.0, -2.0, -3.0, -4.0, -6.0])

CANARY = exercise(
    "8.4",
    "Canary exposure",
    canary_exposure,
    minutes=10,
    imports="import numpy as np",
    cases=((_MANY, int(np.argmax(_MANY))), (_MANY, 7), (_MANY, int(np.argmin(_MANY))), (_TIES, 2)),
    mistakes=(
        like(_with_rank(lambda v, s: np.sum(v <= s)), "turned-round",
             "The rank is counted from the wrong end: rank 1 is the *likeliest*, whose log-likelihood is the "
             "highest."),
        when(lambda run: np.isinf(run.returned), "rank-zero",
             "The rank of the likeliest came out as 0, and 0 has no logarithm. Ranks begin at 1."),
        like(_with_rank(lambda v, s: np.sum(v > s) + 1), "ties",
             "All is right but for candidates as likely as the secret: they stand before it. With `>` a "
             "model that finds all alike would give every secret away."),
        like(_with_log(np.log), "nats", "These are nats: take the logarithm to the base 2, `np.log2`."),
        like(_with_log(np.log10), "decimal", "Take the logarithm to the base 2, `np.log2`."),
        like(lambda v, s: float(np.sum(v >= v[s])), "rank-only",
             "This is the rank. Exposure turns it round and counts in bits: log2 of all candidates, less "
             "log2 of the rank."),
        like(lambda v, s: float(np.log2(np.sum(v >= v[s]))), "no-candidates",
             "This is log2 of the rank, small for an exposed secret. Subtract it from log2 of all "
             "candidates."),
        like(lambda v, s: -canary_exposure(v, s), "sign",
             "The sign is turned round: the likeliest of 64 has 6 bits, not −6."),
        like(lambda v, s: float(-v[s] / np.log(2)), "surprise",
             "This is how surprised the model is by the secret. How that compares with all *other* "
             "candidates is what gives it away: count them."),
        like(lambda v, s: canary_exposure(v, s) / np.log2(len(v)), "share",
             "This is a share of the most that there could be. Exposure stays in bits: do not divide."),
    ),
    hints=(
        ("I do not know how to get the rank",
         "Count the candidates that are at least as likely: `np.sum(log_likelihoods >= ...)`."),
        ("I get infinity", "The secret counts among those before it: its own rank is 1 or more."),
        ("My value falls when the secret gets likelier",
         "log2 of the rank falls. Subtract it from log2 of the number of candidates."),
    ),
    why="A likelihood by itself says little: long secrets are always unlikely. Exposure asks how many "
        "guesses an attacker would save. One who knows nothing needs half of all candidates; each bit halves "
        "that. By chance alone a secret has 1.44 bits on average, so controls are measured beside it "
        "(Carlini and others 2019).",
)
