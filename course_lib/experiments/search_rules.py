"""Rankings compared question by question, and the rules of the claims that they decide; lesson 04.

A table has a row a question, its fact, and a column a measure, as `evaluate_retriever` gives it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_lib.evaluation.statistics import Interval, paired_bootstrap
from course_lib.experiments.measures import FRESH, STALE, difference
from course_lib.experiments.setting import Parts

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NDCG = "ndcg@10"


def by_fact(table: "pd.DataFrame", measure: str = NDCG) -> "np.ndarray":
    """A measure's mean over the wordings of each fact, (facts,)."""
    return table.groupby("fact")[measure].mean().to_numpy()


def gain(a: "pd.DataFrame", b: "pd.DataFrame", measure: str = NDCG) -> Interval:
    """The first table less the second one, paired fact by fact, with its 95 % bootstrap interval."""
    return paired_bootstrap(by_fact(a, measure), by_fact(b, measure))


def c18(tuned: "pd.DataFrame", before: "pd.DataFrame", stored: Mapping) -> Parts:
    """Tuning the retriever helps, also on passages that no pair had, and costs no more than .02 elsewhere.

    `stored` is the run in data/results/retriever.json.
    """
    new = next(r for r in stored["by_passage"] if (r["kind"], r["measure"]) == ("new", NDCG))
    most = max(row["pairs"] for row in stored["summary"])
    wanted = (most, "docstrings", "all", NDCG)
    far = next(r for r in stored["summary"] if (r["pairs"], r["task"], r["kind"], r["measure"]) == wanted)
    new, far = (Interval(row["difference"], row["low"], row["high"]) for row in (new, far))
    return {
        "nDCG@10: tuned − before": gain(tuned, before),
        "the same, where the passage was in no training pair": new,
        "docstrings: tuned − before, no loss above .02": (far, -0.02),
    }


def c21(tables: Mapping[str, "pd.DataFrame"]) -> Parts:
    """Words and vectors together find more than either alone."""
    return {f"nDCG@10: RRF − {one}": gain(tables["RRF"], tables[one]) for one in ("dense", "BM25")}


def c22(on_dense: Interval, on_hybrid: Interval, of_the_hub: Interval | None = None) -> Parts:
    """A cross-encoder that re-ranks helps: ours after dense and hybrid search, and the hub's on a GPU."""
    parts: Parts = {
        "nDCG@10: dense, re-ranked by the cross-encoder − dense": on_dense,
        "nDCG@10: RRF, re-ranked by the cross-encoder − RRF": on_hybrid,
    }
    return parts | ({"nDCG@10: RRF, re-ranked by the hub's − RRF": of_the_hub} if of_the_hub else {})


def c23(table: "pd.DataFrame", filtered: str, none: str) -> Parts:
    """A filter by edition brings this year's values, and fewer of last year's; arms by name."""
    return {
        "right values: filter − none": difference(table, filtered, none, FRESH),
        "last year's values: none − filter": difference(table, none, filtered, STALE),
    }


def c24(routed: "pd.DataFrame", one_index: "pd.DataFrame") -> Parts:
    """A question sent to its domain's index finds more than in one index of all."""
    return {"recall@5: routed by the classifier − one index": gain(routed, one_index, "recall@5")}
