"""Wrong answers of lesson 05 as learners write them, each with the diagnosis that it must get."""

import math
import re

import numpy as np

from course_lib.exercises.catalogue import find_exercise


def budget_by_pop(sizes, budget):
    kept = list(range(len(sizes)))
    while sum(sizes[i] for i in kept) > budget:
        kept.pop()
    return kept, [i for i in range(len(sizes)) if i not in kept]


def budget_that_continues(sizes, budget):
    kept, dropped = [], []
    for i, size in enumerate(sizes):
        if sum(sizes[j] for j in kept) + size > budget:
            dropped.append(i)
            continue
        kept.append(i)
    return kept, dropped


def budget_checked_too_late(sizes, budget):
    kept = []
    for i in range(len(sizes)):
        if sum(sizes[j] for j in kept) > budget:
            break
        kept.append(i)
    return kept, list(range(len(kept), len(sizes)))


def citations(reply, documents, pattern=r"\[([^\]]+)\]", offset=1):
    numbers = [int(n) for group in re.findall(pattern, reply) for n in re.findall(r"\d+", group)]
    cited, invented = [], []
    for n in numbers:
        try:
            cited.append(documents[n - offset])
        except IndexError:
            invented.append(n)
    return list(dict.fromkeys(cited)), list(dict.fromkeys(invented))


def citations_through_a_set(reply, documents):
    cited, invented = find_exercise("5.2").check.solution(reply, documents)
    return sorted(set(cited)), invented


def precision_of_every_rank(useful):
    found = np.cumsum(useful)
    return float(np.mean(found / np.arange(1, len(useful) + 1)))


def thresholds_that_keep(similarities, right, at_most, tried=None):
    """Downwards, until one breaks the limit; `tried` are other thresholds than the similarities."""
    for t in sorted(similarities if tried is None else tried, reverse=True):
        served = [ok for s, ok in zip(similarities, right, strict=True) if s >= t]
        if served.count(False) > at_most * len(served) + 1e-12:
            return
        yield t


def threshold_from_a_grid(similarities, right, at_most):
    tried = [t / 1000 for t in range(505, 1000, 10)]
    return min(thresholds_that_keep(similarities, right, at_most, tried), default=math.inf)


def threshold_or_one(similarities, right, at_most):
    return min(thresholds_that_keep(similarities, right, at_most), default=1.0)


def threshold_by_min(similarities, right, at_most):
    return min(thresholds_that_keep(similarities, right, at_most))


def share_served_wrong(similarities, right, t):
    return sum(s >= t and not ok for s, ok in zip(similarities, right, strict=True))


def threshold_by_counting_all(similarities, right, at_most):
    best = math.inf
    for t in sorted(similarities, reverse=True):
        if share_served_wrong(similarities, right, t) / len(similarities) > at_most:
            break
        best = t
    return best


def threshold_lowest_of_all_that_keep(similarities, right, at_most):
    allowed = [
        t for t in similarities
        if share_served_wrong(similarities, right, t) / sum(s >= t for s in similarities) <= at_most
    ]
    return min(allowed, default=math.inf)


WRITTEN = [
    ("5.1", budget_that_continues, "skips"),
    ("5.1", budget_checked_too_late, "one-too-many"),
    ("5.1", lambda sizes, budget: [i for i in range(len(sizes)) if sum(sizes[: i + 1]) <= budget], "not-two"),
    ("5.1", lambda sizes, budget: sum(sizes) <= budget, None),
    ("5.2", citations, "zero-is-known"),
    ("5.2", lambda r, d: citations(r, d, r"\[(\d+)\]"), "one-a-bracket"),
    ("5.2", lambda r, d: citations(r, d, r"(\d+)"), "any-number"),
    ("5.2", lambda r, d: citations(r, d, offset=0), "from-zero"),
    ("5.2", citations_through_a_set, "sorted"),
    ("5.2", lambda r, d: citations(r, d)[0], "not-two"),
    ("5.3", precision_of_every_rank, "every-rank"),
    ("5.3", lambda useful: np.mean(useful), "plain-precision"),
    ("5.3", lambda useful: 1 - sum(useful), None),
    ("5.4", threshold_from_a_grid, "own-grid"),
    ("5.4", threshold_or_one, "serves-anyway"),
    ("5.4", threshold_by_min, "serves-anyway"),
    ("5.4", threshold_by_counting_all, "among-all"),
    ("5.4", threshold_lowest_of_all_that_keep, "lucky-dip"),
]

RIGHT = [("5.1", budget_by_pop)]
