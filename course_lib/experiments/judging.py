"""A model as judge of the company's answers: fit for it or not, and what a few labels make of its verdicts.

The answers are those of plain retrieval to test questions, the labels come from the exact value, and the
judge sees the passages that state it. Which judge is measured is decided by its unit tests, on other
questions, and the bar for its agreement stands below, before any agreement is known. Lesson 10.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import runtime
from course_lib.arguments import one_of, paired, whole_number
from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.agreement import kappa_interval
from course_lib.evaluation.answers import score
from course_lib.evaluation.judge import JUDGES, Item, Pair, Preference, Verdict, prefer
from course_lib.evaluation.judge_tests import JudgeTest, judge_tests, passed
from course_lib.evaluation.judge_tests import score as test_score
from course_lib.evaluation.reviews import within
from course_lib.evaluation.statistics import Interval, wilson_interval
from course_lib.experiments.arms import GoldPassages
from course_lib.experiments.sampling import held_out
from course_lib.experiments.setting import Parts, Rule, passages
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import Answer, RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex

if TYPE_CHECKING:
    import pandas as pd

NAME = "judging"
BAR = 0.6  # of kappa: "substantial" to Landis and Koch 1977; the whole interval must lie above it
MARGIN = 0.05  # a corrected rate is good enough within five points of the truth …
OFTEN = 0.95  # … in 19 of 20 reviews
ITEMS = 1_000  # answers in a review, and …
REVIEWED = 0.1  # … the larger share of them that the claim wants read by people
QUESTIONS = 240
TESTED = 8  # dev questions behind the judge's unit tests: one of each kind for each
SWAPPED = 40  # dev questions whose right and wrong reply are held against each other, places swapped
MARKS = {True: "1", False: "0", None: "-"}  # a verdict in a stored string


def items_for(questions: Sequence[Question], answers: Sequence[Answer]) -> list[Item]:
    """What a judge is shown of answers to questions with a value: the passages of 2026 that state it.

    Raises CourseError where none does, and for unequal lengths. Lesson 10.
    """
    pairs = list(paired(questions, answers, "questions", "answers"))
    evidence = _evidence([question for question, _ in pairs])
    return [Item(q.text, chunks, a.text) for (q, a), chunks in zip(pairs, evidence, strict=True)]


def tests_for_judges(n: int = TESTED, seed: int = 0) -> list[JudgeTest]:
    """Unit tests from n dev questions of 2026 on different facts, with values of one part. Lesson 10."""
    facts = {q.fact: q for q in load_questions("dev", "2026") if q.value and " | " not in q.value}
    chosen = np.random.default_rng(seed).permutation(sorted(facts))[: whole_number(n, "n", most=len(facts))]
    questions = [facts[fact] for fact in chosen]
    return judge_tests(questions, _evidence(questions), seed)


def duels(tests: Sequence[JudgeTest]) -> list[Pair]:
    """For each question of the unit tests its right reply, as `one`, and the one with another value."""
    kinds: dict[str, dict[str, Item]] = {}
    for test in tests:
        kinds.setdefault(test.item.question, {})[test.kind] = test.item
    return [
        Pair(question, each["right"].chunks, each["right"].reply, each["another value"].reply)
        for question, each in kinds.items()
    ]


def places(preferred: Sequence[Preference]) -> dict[str, int]:
    """How often a judge took the same place both times, the right reply of a duel, the wrong one, or neither.

    Every duel counts once. Lesson 10.
    """
    both = [(each.as_a, each.as_b) for each in preferred]
    return {
        "A both times": both.count((0, 1)),
        "B both times": both.count((1, 0)),
        "the right one wins twice": both.count((0, 0)),
        "the wrong one wins twice": both.count((1, 1)),
        "no letter": sum(None in each for each in both),
    }


def place_shares(counted: Mapping[str, int]) -> dict[str, Interval]:
    """What `places` counted as shares of the duels, with their 95 % intervals; empty for no duels.

    The place decides where a judge takes the same place both times: of a judge that reads, no duel. Lesson
    10.
    """
    n, first, second = sum(counted.values()), counted["A both times"], counted["B both times"]
    some = {"the place decides": first + second, "… the first one": first, "… the second one": second}
    for name in ("the right one wins twice", "the wrong one wins twice", "no letter"):
        some[name] = counted[name]
    return {name: wilson_interval(count, n) for name, count in some.items()} if n else {}


def right(questions: Sequence[Question], answers: Sequence[Answer]) -> list[bool]:
    """The labels: whether each answer gives its question's value, or says so where there is none."""
    return [
        score(answer.text, question, answer.hits).correct
        for question, answer in paired(questions, answers, "questions", "answers")
    ]


def points(profile: str) -> list[dict[str, Any]]:
    """One point a judge."""
    return [{"judge": judge, "seed": 0} for judge in JUDGES]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A judge's unit tests, what it prefers with places swapped, then its verdicts on answers whose labels
    are known, as strings of marks.
    """
    model, judge = _loaded(runtime.current().language_model), JUDGES[point["judge"]]
    tests = tests_for_judges(seed=point["seed"])
    started = perf_counter()
    table = passed(tests, judge(model, [test.item for test in tests]))
    questions, answers = _answered(model, QUESTIONS, point["seed"])
    verdicts = judge(model, items_for(questions, answers))
    return {
        "questions": len(questions),
        "tests": test_score(table),
        "kinds": {row.kind: round(row.mean, 4) for row in table.itertuples()},
        "places": _places(model, point["seed"]),
        "labels": marks(right(questions, answers)),
        "verdicts": marks(verdicts),
        "seconds": round(perf_counter() - started, 1),
    }


def marks(verdicts: Sequence[Verdict]) -> str:
    """Labels or verdicts as one string: 1 right, 0 wrong, - no verdict."""
    return "".join(MARKS[each] for each in verdicts)


def unmarked(text: str) -> list[Verdict]:
    """What `marks` wrote, read back; raises CourseError for another character."""
    known = {mark: verdict for verdict, mark in MARKS.items()}
    return [known[one_of(each, "mark", list(known))] for each in text]


def chosen(table: "pd.DataFrame") -> "pd.Series":
    """The row of the judge that does best in its unit tests, whatever its agreement."""
    if table.empty:
        raise CourseError(
            "No judge was measured.",
            allowed="a row a judge",
            next_step=f"measure them: python -m course_lib results {NAME} --work runs/{NAME}",
        )
    return table.loc[table["tests"].idxmax()]


def c28(table: "pd.DataFrame") -> Parts:
    """A model as judge with 5 to 10 % human review is enough: it agrees with the labels, and the corrected
    rate of 1,000 answers comes within five points of the truth in 19 of 20 reviews of 10 %.

    A judge that answers first never sees the reply; its values are matched by the rule that also gives the
    labels (judge.answers_first), which flatters its kappa.
    """
    judge = chosen(table)
    labels = unmarked(judge["labels"])
    verdicts = [bool(each) for each in unmarked(judge["verdicts"])]  # none is as good as "wrong"
    often = within(labels, verdicts, ITEMS, REVIEWED, MARGIN)
    return {
        f"kappa with the labels, judge {judge['judge']}": (kappa_interval(labels, verdicts), BAR),
        f"reviews of {REVIEWED:.0%} of {ITEMS:,} answers that come within {100 * MARGIN:.0f} points": (
            often,
            OFTEN,
        ),
    }


def _evidence(questions: Sequence[Question]) -> list[tuple]:
    """For each question the passages of 2026 that state its value, no more than one a part."""
    gold = GoldPassages(questions, passages("2026"))
    return [
        tuple(hit.chunk for hit in gold.search(question.text, 1 + question.value.count(" | ")))
        for question in questions
    ]


@cache
def _loaded(name: str) -> LanguageModel:
    """One model for all judges, so that they judge the same answers without asking twice."""
    return load_language_model(name)


@cache
def _places(model: LanguageModel, seed: int) -> dict[str, int]:
    """Which place or reply a model prefers: the same for every judge that it is."""
    return places(prefer(model, duels(tests_for_judges(SWAPPED, seed))))


@cache
def _answered(model: LanguageModel, n: int, seed: int) -> tuple[list[Question], list[Answer]]:
    """Test questions with a value and what plain retrieval answers to them; the same for every judge."""
    questions = [question for question in held_out(n, seed) if question.value is not None]
    index = ExactIndex(passages("2026"), load_embedder())
    return questions, RagPipeline(index, model).answers([question.text for question in questions])


RULES: dict[str, Rule] = {"C28": c28}
