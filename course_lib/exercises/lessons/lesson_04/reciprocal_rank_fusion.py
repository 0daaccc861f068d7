"""Exercise 4.2: several rankings joined into one."""

from collections.abc import Sequence

from course_lib.exercises.comparing import same, same_members
from course_lib.exercises.judging import exercise, like, when


def reciprocal_rank_fusion(rankings: Sequence[Sequence[str]], k: int = 60) -> list[tuple[str, float]]:
    """Several rankings of ids joined into one: (id, score) pairs, the highest score first.

    An id's score is the sum of 1 / (k + rank) over the rankings that hold it, where the first rank is 1. An
    id that one ranking lacks gets nothing from it; of equal scores either may come first.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, start=1):
            scores[id] = scores.get(id, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _fused(part, join=sum, keep=lambda found, rankings: True, order=lambda score: -score):
    def fuse(rankings, k=60):
        found: dict[str, list[float]] = {}
        for ranking in rankings:
            for rank, id in enumerate(ranking, start=1):
                found.setdefault(id, []).append(part(rank, k))
        scored = [(id, join(each)) for id, each in found.items() if keep(each, rankings)]
        return sorted(scored, key=lambda pair: order(pair[1]))

    return fuse


def _usual(rank: int, k: int) -> float:
    return 1 / (k + rank)


def _appended(rankings, k=60):
    """The rankings one after the other, each id where it came first."""
    first = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, start=1):
            first.setdefault(id, 1 / (k + rank))
    return list(first.items())


def _same_ranking(given: Sequence, expected: Sequence) -> bool:
    """Whether two lists of (id, score) agree; ids of equal scores may stand in either order."""
    if same(given, expected):
        return True
    scores, right = ([score for _, score in pairs] for pairs in (given, expected))
    return same(scores, right) and same_members(given, expected)


_BY_WORDS = ["PR-206", "HB-204", "IT-209", "CU-207"]
_BY_MEANING = ["IT-209", "PR-201", "PR-206", "HB-210", "CU-253"]

FUSION = exercise(
    "4.2",
    "Reciprocal rank fusion",
    reciprocal_rank_fusion,
    imports="from collections.abc import Sequence",
    cases=(
        ([_BY_WORDS, _BY_MEANING],),
        ([_BY_WORDS, _BY_MEANING, ["CU-253", "IT-209", "HB-202"]], 1),
        ([["a", "b", "c"]], 10),
        ([["c", "d"], ["a", "c"], []], 60),
    ),
    equal=_same_ranking,
    mistakes=(
        like(_fused(lambda rank, k: 1 / (k + rank - 1)), "rank-from-zero",
             "Your first rank is 0. Ranks count from 1: `enumerate(ranking, start=1)`."),
        like(_fused(lambda rank, k: 1 / (k + rank + 1)), "one-rank-too-many",
             "Your first rank is 2. `enumerate(…, start=1)` counts from 1 already: do not add another 1."),
        like(_fused(lambda rank, k: 1 / rank), "k-left-out",
             "`k` is left out, so a first place outweighs everything else. Add it to the rank: "
             "1 / (k + rank)."),
        like(_fused(lambda rank, k: k + rank, order=lambda score: score), "ranks-added",
             "You add up k + rank itself. Add up 1 / (k + rank)."),
        like(_fused(lambda rank, k: 1 / k + 1 / rank), "fraction-split",
             "1 / (k + rank) is not 1 / k + 1 / rank: mind the brackets."),
        like(_fused(_usual, join=max), "best-instead-of-sum",
             "You keep the best of an id's parts. Their sum rewards what both searches found."),
        like(_fused(_usual, join=lambda parts: parts[-1]), "overwritten",
             "A later ranking overwrites the score of an earlier one. Add to it: "
             "`scores[id] = scores.get(id, 0) + …`."),
        like(_fused(_usual, join=lambda parts: sum(parts) / len(parts)), "averaged",
             "You average an id's parts, so being found twice earns nothing. Add them up."),
        like(_fused(_usual, keep=lambda parts, rankings: len(parts) == len(rankings)), "only-in-all",
             "You keep the ids that *every* ranking holds. One that a single search found counts too: that "
             "is what the other one missed."),
        like(_fused(_usual, order=lambda score: score), "ascending",
             "The lowest score stands first. Sort by the score, downwards."),
        like(lambda rankings, k=60: sorted(reciprocal_rank_fusion(rankings, k)), "sorted-by-id",
             "Your pairs are sorted by id. Sort them by score: `key=lambda pair: -pair[1]`."),
        like(_appended, "appended",
             "You set one ranking behind the other and keep the first score. Add up the scores of an id, "
             "then sort."),
        like(lambda rankings, k=60: [id for id, _ in reciprocal_rank_fusion(rankings, k)], "ids-only",
             "Return pairs, (id, score): these are the ids alone."),
        like(lambda rankings, k=60: [pair[::-1] for pair in reciprocal_rank_fusion(rankings, k)],
             "pairs-swapped", "Your pairs are (score, id). The id comes first."),
        when(lambda run: isinstance(run.returned, dict), "a-dict",
             "A dictionary is not in order of score. Return its pairs, sorted."),
    ),
    hints=(
        ("I do not know how to collect the scores",
         "A dictionary from id to score; for each rank of each ranking add 1 / (k + rank)."),
        ("I do not know how to sort the pairs", "`sorted(scores.items(), key=lambda pair: -pair[1])`"),
        ("Some ids are missing", "An id that a single ranking holds belongs into the result, too."),
    ),
    why="Only ranks go in, so scores that cannot be compared (BM25 without an upper end, a cosine below 1) "
        "need no common scale. With k = 60 the first places differ little, and an id that both searches "
        "found beats one that a single search put first.",
)
