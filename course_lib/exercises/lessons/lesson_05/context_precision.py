"""Exercise 5.3: context precision by its formula."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like


def context_precision(useful: Sequence[bool]) -> float:
    """Context precision of K retrieved passages, best first; `useful[0]` says whether the first is useful.

    The mean of precision@k over the ranks k that hold a useful passage. Precision@k is the share of useful
    ones among the first k. 0.0 if none is useful.
    """
    found, total = 0, 0.0
    for rank, is_useful in enumerate(useful, start=1):
        if is_useful:
            found += 1
            total += found / rank
    return total / found if found else 0.0


def _precisions(useful: Sequence[bool], first: int = 1) -> list[float]:
    return [sum(useful[:k]) / (k - 1 + first) for k in range(1, len(useful) + 1)]


PRECISION = exercise(
    "5.3",
    "Context precision by its formula",
    context_precision,
    imports="from collections.abc import Sequence",
    cases=(
        ((True, False, True, False),), ((False, True, True, False, True),), ((False, False, False, True),),
        ((True, True, False),), ((False, False),), ((True,),),
    ),
    mistakes=(
        like(lambda u: sum(u) / len(u), "plain-precision",
             "This is the share of useful passages, whatever their rank. Context precision rewards those "
             "that come first: take precision@k at every useful rank."),
        like(lambda u: sum(_precisions(u)) / len(u), "every-rank",
             "You average over all ranks. Only the ranks that hold a useful passage count."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v) / len(u), "divided-by-k",
             "The sum is right. Divide it by the number of useful passages, not by K."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v), "not-divided",
             "Divide the sum by the number of useful passages: it is a mean."),
        like(lambda u: next((1 / k for k, v in enumerate(u, start=1) if v), 0.0), "reciprocal-rank",
             "This is the reciprocal rank: it sees the first useful passage only."),
        like(lambda u: sum(1 / k for k, v in enumerate(u, start=1) if v) / sum(u) if any(u) else 0.0,
             "rank-alone",
             "You average 1/rank. Precision@k has the number of useful ones among the first k on top, not "
             "1."),
        like(lambda u: context_precision(u[::-1]), "reversed",
             "You count from the end. The best comes first."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v) / sum(u),
             "nothing-useful", "With no useful passage you divide by 0. It is 0.0 then."),
        like(lambda u: float(any(u)), "any-useful",
             "You ask whether anything is useful. The ranks count: useful passages belong first."),
        like(lambda u: sum(_precisions(u, 2)[k] for k, v in enumerate(u) if v) / sum(u) if any(u) else 0.0,
             "rank-from-two", "Precision@k divides by k: the first rank is 1."),
    ),
    hints=(
        ("I do not know where to begin",
         "Go through the ranks and count the useful ones so far. At each useful rank note count / rank."),
        ("My number does not change when I shuffle",
         "Then you count the useful ones only. Precision@k looks at the first k alone."),
        ("I divide by zero", "If nothing is useful, return 0.0 before you divide."),
    ),
    why="A model reads the first passages best, and a long prompt costs time. The formula is the average "
        "precision of information retrieval under another name: it falls when useful passages slip behind "
        "useless ones, even though the same passages are there.",
)
