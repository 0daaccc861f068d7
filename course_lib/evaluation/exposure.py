"""Exposure: how far a secret stands out among all that it could have been, in bits.

A *canary* is a secret of our own, put into the training data to see whether the model gives it away. Carlini
et al., "The Secret Sharer", USENIX Security 2019. Lesson 08 builds it.
"""

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import whole_number
from course_lib.errors import CourseError

BY_CHANCE = float(1 / np.log(2))  # bits, on average, of a secret that the model knows nothing of: 1.44


def exposure(likelihoods: Sequence[float] | np.ndarray, secret: int) -> float:
    """log2|R| − log2 rank of a secret among all candidates R, in bits: 0 for the last, log2|R| for the first.

    `likelihoods` (n,) has the log-likelihood of each candidate, `secret` the place of the one that was put
    in. Candidates as likely as the secret count as more likely, so that a model that tells nothing apart
    shows nothing. Raises CourseError for fewer than two candidates, NaN, and a place that is not there.
    Carlini et al. 2019, section 4.2. Claim C15; lesson 08.
    """
    values = np.asarray(likelihoods, dtype=float)
    if values.ndim != 1 or len(values) < 2 or np.isnan(values).any():
        raise CourseError(
            f"Exposure needs the log-likelihood of each candidate, and got the shape {values.shape}.",
            allowed="a list of two numbers or more, none of them NaN",
        )
    place = whole_number(secret, "secret", 0, len(values) - 1, why="the place of a candidate")
    return float(np.log2(len(values)) - np.log2((values >= values[place]).sum()))
