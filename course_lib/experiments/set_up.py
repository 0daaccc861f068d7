"""What a way to answer takes before its first answer: an index to search, the training of an adapter.

Lessons 09 and 11.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course_lib.experiments import arms as names

TRAINED = {  # an arm -> what its trainings are called in a stored run
    **dict.fromkeys((names.TUNED_FORM, names.HYBRID), "style"),
    **dict.fromkeys((names.TUNED_FACTS, names.FACTS_RAG), "knowledge"),
    names.RETRAINED: "knowledge-2026",
    names.RAFT: "raft",
    names.ADAPTED: "adapted",
    names.BEST_WORDINGS: "wordings",
}
SEARCH = (names.RAG, names.PROMPTED, names.HYBRID, names.FACTS_RAG, names.OLD_INDEX)
SEARCH += (names.BOTH, names.FILTERED, names.RAFT, names.ADAPTED)
UNTIMED = (names.TUNED_SEARCH, names.GOLD)  # whose training keeps no time, and what nobody can serve


def set_up(runs: Sequence[Mapping[str, Any]], arms: Iterable[str]) -> dict[str, float]:
    """Seconds before the first answer, by arm: indexing where it searches, and training where it is tuned,
    the mean of its seeds, as stored runs have them. An arm of which that is not known is left out.
    """
    indexing = next((float(run["indexing"]["seconds"]) for run in runs if "indexing" in run), 0.0)
    took: dict[str, list[float]] = {}
    for name, run in ((name, each) for one in runs for name, each in one.get("training", {}).items()):
        seed = name.rpartition("-")[2]
        kind = name if len(seed) == 4 else name.rpartition("-")[0]  # of an edition, or of a seed
        took.setdefault(kind, []).append(float(run["seconds"]))
    seconds = {}
    for arm in arms:
        kind = TRAINED.get(arm)
        if arm in UNTIMED or (kind and kind not in took):
            continue
        trained = sum(took[kind]) / len(took[kind]) if kind else 0.0
        seconds[arm] = trained + (indexing if arm in SEARCH else 0.0)
    return seconds
