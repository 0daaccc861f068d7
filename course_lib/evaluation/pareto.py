"""Which of many runs are worth a look: the Pareto frontier of two scores. Lesson 08 builds it by hand."""

from collections.abc import Sequence


def frontier(learned: Sequence[float], kept: Sequence[float]) -> list[bool]:
    """Which of n runs no other dominates, as n truth values; higher is better on both scores.

    One run dominates another if it is at least as good on both and better on one, so equals stay together.
    Raises ValueError for lists of different lengths. Exercise 8.2.
    """
    runs = list(zip(learned, kept, strict=True))
    return [
        not any(a >= one and b >= other and (a, b) != (one, other) for a, b in runs) for one, other in runs
    ]
