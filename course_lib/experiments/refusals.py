"""Does tuning unlearn refusing? Pairs of the house style with 0, 10 and 30 % that nothing answers; claim C33.

Lesson 09's comparison judges the same claim on its own tunes, of form and of facts. Lesson 08.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.corpus.documents import load_questions
from course_lib.evaluation.answers import abstained
from course_lib.experiments.arms import GoldPassages
from course_lib.experiments.hits import gain, hits, share
from course_lib.experiments.in_memory import NOTHING, SEEDS, STYLE, UNTUNED, ready, teach, took
from course_lib.experiments.setting import passages
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, SORRY, Message, with_passages
from course_lib.generation.types import Messages
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.tuning.examples import style_examples

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.evaluation.statistics import Interval
    from course_lib.experiments.setting import Parts, Rule

NAME = "refusals"
TUNED = "tuned on form"
SHARES = (0.0, 0.1, 0.3)  # of the examples that no passage answers
CLAIMED = (0.0, 0.1)  # those with which tuning is said to unlearn it (Pletenev et al. 2025 had 10 %)
ASKED = 47  # questions that nothing answers, and as many that something does


def points(profile: str) -> list[dict[str, Any]]:
    """The untuned model, then every share of refusals, once a seed."""
    tuned = [(TUNED, share, seed) for share in SHARES for seed in range(SEEDS)]
    return [
        {"arm": arm, "refusals": share, "seed": seed, "size": profile}
        for arm, share, seed in ((UNTUNED, 0.0, 0), *tuned)
    ]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point trained and asked: `says_so` are hits on questions that nothing answers, `silent` are wrong
    refusals of questions whose passage answers.
    """
    if point["arm"] == UNTUNED:
        return asked(load_language_model(), ASKED) | NOTHING
    budget = STYLE[point["size"]]
    some = examples(point["refusals"], budget.examples, point["seed"])
    tuned = teach(some, budget, point["seed"])
    return asked(ready(tuned), ASKED) | took(tuned)


def examples(share: float, many: int, seed: int) -> list[Messages]:
    """Pairs of the house style with one passage each, of which `share` say that it does not answer."""
    every = style_examples(1000, seed, most=1)
    refusing = [each for each in every if SORRY in each[-1]["content"]]
    answering = [each for each in every if SORRY not in each[-1]["content"]]
    few = round(share * many)
    return refusing[:few] + answering[: many - few]


def asked(model: LocalModel, many: int) -> dict[str, Any]:
    """The refusals of a model on `many` questions that no document answers, and on as many that one does."""
    unanswerable, answerable = prompts(many)
    found = {"says_so": refused(model, unanswerable), "silent": refused(model, answerable)}
    return found | {"questions": 2 * many}


def prompts(many: int) -> tuple[list[list[Message]], list[list[Message]]]:
    """Prompts of plain test questions, each on a fact of its own: those that nothing answers, with the page
    that BM25 finds nearest, and those whose passage answers.
    """
    plain = [q for q in load_questions("test", "2026") if q.phrasing == "plain"]
    unanswerable = [q for q in plain if q.value is None][:many]
    answerable = [q for q in plain if q.value and q.kind == "lookup"]
    answerable = answerable[:: max(1, len(answerable) // many)][:many]
    chunks = passages("2026")
    sides = ((unanswerable, Bm25Index(chunks)), (answerable, GoldPassages(answerable, chunks)))
    nothing, something = (
        [
            with_passages(question.text, [hit.chunk for hit in found])
            for question, found in zip(some, index.search_many([q.text for q in some], 1), strict=True)
        ]
        for some, index in sides
    )
    return nothing, something


def refused(model: LocalModel, asked: Sequence[Messages]) -> str:
    """The hits of a model that says that no document answers."""
    replies = model.replies(asked, max_new_tokens=HOUSE_STYLE_TOKENS)
    return hits(abstained(reply.text) for reply in replies)


def c33(table: "pd.DataFrame") -> "Parts":
    """Tuning unlearns refusing: the model says less often that nothing answers, also where one example in ten
    is a refusal.
    """
    return {
        f"says so when no document does: untuned − tuned with {part:.0%} refusals": gain(
            table, "says_so", {"arm": UNTUNED}, {"arm": TUNED, "refusals": part}
        )
        for part in CLAIMED
    }


def shown(table: "pd.DataFrame") -> "dict[str, dict[str, Interval]]":
    """Measure -> share of refusals in the training -> how often the model refuses, as plots.shares draws it.
    """
    arms: dict[str, dict[str, Any]] = {UNTUNED: {"arm": UNTUNED}}
    arms |= {f"{part:.0%} refusals": {"arm": TUNED, "refusals": part} for part in SHARES}
    names = {"says so when\nno document does": "says_so", "silent though\na passage answers": "silent"}
    return {
        name: {arm: share(table, column, where) for arm, where in arms.items()}
        for name, column in names.items()
    }


RULES: "dict[str, Rule]" = {"C33": c33}
