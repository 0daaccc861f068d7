"""Exercise 1.4: nDCG, which gives a better document more and a later one less."""

from collections.abc import Sequence

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def ndcg_at_k(ranked: Sequence[str], gains: dict[str, float], k: int) -> float:
    """nDCG@k of a ranking of document ids, best first: its DCG divided by the DCG of the ideal ranking.

    DCG@k is the sum of gain / log2(rank + 1) over the first k ranks, the best rank being 1; an id that is not
    in `gains` gains 0. The ideal ranking sorts all of `gains`. If nothing has a gain, nDCG is 0.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))  # for the ranks 1 to k
    found = [gains.get(document, 0.0) for document in ranked[:k]]
    ideal = sorted(gains.values(), reverse=True)[:k]
    best = np.dot(ideal, discounts[: len(ideal)])
    return float(np.dot(found, discounts[: len(found)]) / best) if best > 0 else 0.0


def _dcg(gains: Sequence[float], k: int, first: int = 2) -> float:
    return sum(gain / np.log2(rank) for rank, gain in enumerate(gains[:k], start=first))


def _ndcg(ranked, gains, k, ideal_from=None, ideal_k=None, power=False):
    gains = {d: 2**g - 1 for d, g in gains.items()} if power else gains
    found = [gains.get(document, 0.0) for document in ranked]
    ideal = sorted(gains.values() if ideal_from is None else found[:k], reverse=True)
    best = _dcg(ideal, ideal_k or k)
    return _dcg(found, k) / best if best > 0 else 0.0


NDCG = exercise(
    "1.4",
    "nDCG@k",
    ndcg_at_k,
    minutes=20,
    weight="stretch",
    imports="from collections.abc import Sequence\n\nimport numpy as np",
    cases=(
        (["PR-204", "PR-201", "CU-207", "PR-203"], {"PR-201": 3.0, "PR-203": 1.0, "PR-209": 2.0}, 2),
        (["PR-201", "PR-203", "CU-207"], {"PR-203": 2.0, "PR-201": 1.0}, 3),
        (["IT-202", "IT-209"], {"PR-203": 1.0}, 2),
        (["IT-202", "IT-209"], {}, 2),
    ),
    mistakes=(
        like(lambda r, g, k: _dcg([g.get(d, 0.0) for d in r], k), "not-divided",
             "This is DCG. Divide by the DCG of the ideal ranking, so that a perfect ranking scores 1."),
        like(lambda r, g, k: _ndcg(r, g, k, ideal_from="found"), "ideal-from-found",
             "Your ideal ranking re-sorts what was found. It must sort all of `gains`: what was missed "
             "counts too."),
        like(lambda r, g, k: _ndcg(r, g, k, ideal_k=99), "ideal-not-cut",
             "The ideal ranking is summed over all its ranks. Cut it to k as well, or 1 is out of reach."),
        like(lambda r, g, k: _ndcg(r, g, k, power=True), "power-of-two",
             "This uses the gain 2^g − 1, a variant that rewards top grades more. Here the gain itself is "
             "meant."),
        when(lambda run: not run.args[1] or run.expected == 0, "nothing-to-gain",
             "It fails where nothing that was found, or nothing at all, has a gain. The score is 0 there."),
        when(lambda run: not np.isfinite(run.returned), "log-of-one",
             "log2(1) is 0. Rank 1 is divided by log2(1 + 1): add 1 to the rank."),
    ),
    hints=(
        ("I get inf or nan",
         "Ranks begin at 1, and the discount is log2(rank + 1), so the first is log2(2) = 1."),
        ("My score is above 1", "The ideal ranking sorts all the gains, downwards, and is then cut to k."),
        ("It fails when nothing is relevant", "Return 0.0 before you divide by an ideal DCG of 0."),
    ),
    why="A hit further down helps less, and the logarithm lets the loss flatten out. Dividing by the best "
        "possible score makes questions with one and with five relevant documents comparable (Järvelin and "
        "Kekäläinen 2002).",
)
