"""Who answers when a question is chatty or mistyped: the same facts asked plainly, casually, with mistakes.

A sweep whose points are ways to answer; nothing is trained, so there is one seed. Tuned ways are those whose
adapters are stored for the model in use. Lesson 09.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.errors import CourseError
from course_lib.evaluation.answers import score
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.statistics import Interval, paired_bootstrap, together
from course_lib.experiments import sweep
from course_lib.experiments.arms import (
    CLOSED_BOOK,
    HYBRID,
    RAG,
    TUNED_FACTS,
    Arm,
    closed_book_arm,
    rag_arm,
)
from course_lib.experiments.hits import hits, scores, share
from course_lib.experiments.readable import counts, gap, share_of
from course_lib.experiments.sampling import PHRASINGS, in_every_phrasing
from course_lib.experiments.setting import chosen_search
from course_lib.tuning import recipes

if TYPE_CHECKING:
    import pandas as pd

NAME = "wordings"
FACTS = {"tiny": 80, "laptop": 40, "gpu": 80}
ADAPTERS = {HYBRID: recipes.STORED_STYLE, TUNED_FACTS: recipes.STORED}  # where a tuned way's adapter is
SEARCHES = (RAG, HYBRID)
PLAIN, *OTHERS = PHRASINGS
FOUND = "found: "  # before a phrasing: whether a passage states the value


def points(profile: str) -> list[dict[str, Any]]:
    """Untuned with passages and without, and tuned where the adapter is stored for the model in use."""
    ways = [RAG, CLOSED_BOOK, *(way for way in ADAPTERS if _adapter(way))]
    return [{"arm": way, "facts": FACTS[profile], "seed": 0} for way in ways]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a way to answer gets right of the same facts, in the same order, in each phrasing: a digit a fact
    under the phrasing's name and, where it searches, under FOUND and it, 1 where a passage states the value.

    Raises CourseError for a tuned way whose adapter is not stored for the model in use.
    """
    asked, arm = in_every_phrasing(point["facts"]), _arm(point["arm"])
    found: dict[str, Any] = {"questions": len(PHRASINGS) * len(asked)}
    for phrasing in PHRASINGS:
        questions = [each[phrasing] for each in asked]
        answers = list(zip(questions, arm.answers([q.text for q in questions]), strict=True))
        found[phrasing] = hits(score(a.text, q, a.hits).correct for q, a in answers)
        if arm.name in SEARCHES:
            chunks = [(q, [hit.chunk for hit in a.hits]) for q, a in answers]
            found[FOUND + phrasing] = hits(stated(q.value or "", some) for q, some in chunks)
    return found


def _arm(name: str) -> Arm:
    adapter = _adapter(name) if name in ADAPTERS else None
    if name in ADAPTERS and adapter is None:
        raise CourseError(
            f"The adapter of {name!r} is not stored for this model.",
            allowed=", ".join(point["arm"] for point in points("tiny")),
        )
    model = recipes.served(adapter)
    return rag_arm(name, chosen_search(), model) if name in SEARCHES else closed_book_arm(name, model)


def _adapter(name: str) -> Path | None:
    return recipes.stored_adapter(name=ADAPTERS[name])


def shown(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Interval]]:
    """Way to answer -> phrasing -> right values, as plots.shares draws them; the same facts in each. Lesson
    09.
    """
    table = sweep.table(rows)
    return {
        row["arm"]: {phrasing: share(table, phrasing, {"arm": row["arm"]}) for phrasing in PHRASINGS}
        for row in rows
    }


def falls(
    rows: Sequence[Mapping[str, Any]], what: str = ""
) -> dict[str, dict[str, tuple[Interval, Interval]]]:
    """Way to answer -> "plain − casual" and "plain − misspelt" -> what is lost, paired by fact.

    `what` is "" for right values or FOUND for evidence among the passages, of the ways that search. The first
    interval is each by itself at 95 percent, the second that of which all hold together with at least 95
    percent (Bonferroni, as in measures.against). Lesson 09.
    """
    table = sweep.table(rows)
    arms = [row["arm"] for row in rows if what + PLAIN in row]
    strict, lost = together(len(arms) * len(OTHERS)), {}
    for arm in arms:
        each = {phrasing: scores(table, what + phrasing, {"arm": arm}) for phrasing in PHRASINGS}
        lost[arm] = {
            f"{PLAIN} − {other}": (
                paired_bootstrap(each[PLAIN], each[other]),
                paired_bootstrap(each[PLAIN], each[other], confidence=strict),
            )
            for other in OTHERS
        }
    return lost


def as_gains(
    rows: Sequence[Mapping[str, Any]], what: str = ""
) -> dict[str, tuple[Interval, Interval]]:
    """The same as `falls`, a row each, as plots.gains draws them. Lesson 09."""
    return {
        f"{arm}: {gap}": both for arm, gaps in falls(rows, what).items() for gap, both in gaps.items()
    }


def in_words(rows: Sequence[Mapping[str, Any]], what: str = "") -> "pd.DataFrame":
    """A row a way to answer: its share in each phrasing, and what is lost, by fact; `what` is as in `falls`.

    Where few facts differ, a loss stands without its interval (readable.gap). Lesson 09.
    """
    import pandas as pd

    table, lost, told = sweep.table(rows), falls(rows, what), {}
    for arm, gaps in lost.items():
        each = {
            phrasing: scores(table, what + phrasing, {"arm": arm}).mean(axis=0) for phrasing in PHRASINGS
        }
        cells = {
            phrasing: share_of(share(table, what + phrasing, {"arm": arm}), len(some))
            for phrasing, some in each.items()
        }
        for other, (name, (alone, _)) in zip(OTHERS, gaps.items(), strict=True):
            cells[name] = gap(alone, *counts(each[PLAIN], each[other], None))
        told[arm] = cells
    return pd.DataFrame(told).T


RULES: dict = {}
