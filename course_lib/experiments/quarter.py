"""A quarter of traffic in which the world changes: what a dashboard shows, and what it does not. Lesson 10.

Thirteen weeks of questions. From one week on the company's new edition holds and users ask about it; the
index is made anew only some weeks later. Every answer is the model's own; which question is asked when, and
who clicks, is drawn. What this module does not do: chart it (evaluation/monitoring.py does).
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import checked_seed, whole_number
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import score, value_correct
from course_lib.experiments.money import Call, of_a_host
from course_lib.experiments.prices import Prices, load_prices
from course_lib.experiments.sampling import one_a_fact
from course_lib.generation.rag import Answer

if TYPE_CHECKING:
    import pandas as pd

WEEKS, CHANGE, REINDEX = 13, 6, 10  # the new edition holds from week CHANGE on, its index from REINDEX on
OLD, NEW = "2025", "2026"


@dataclass(frozen=True)
class Clicks:
    """How likely a user clicks, by what the reply was: an assumption, to be replaced by your own log.

    Whoever gets last year's value does not know better yet, and seldom complains.
    """

    up_if_right: float = 0.06
    down_if_right: float = 0.01
    down_if_wrong: float = 0.15
    down_if_stale: float = 0.03


CLICKS = Clicks()


def asked(n: int, seed: int = 0) -> list[Question]:
    """n questions of the new edition from the training split, one a fact: users who leave the test alone.

    Raises CourseError for n out of range. Lesson 10.
    """
    return one_a_fact(load_questions("train", NEW), whole_number(n, "n", 2), seed)


def before_change(questions: Sequence[Question]) -> list[Question]:
    """The same questions with the old edition's answers; what only the new one speaks of is not asked yet."""
    old = {question.text: question for question in load_questions("train", OLD)}
    return [old[question.text] for question in questions if question.text in old]


def traffic(
    questions: Sequence[Question],
    answers: Mapping[str, Mapping[str, Answer]],
    a_week: int = 200,
    seed: int = 0,
    clicks: Clicks = CLICKS,
) -> "pd.DataFrame":
    """A row a question asked in the quarter, from the answers (by edition of the index, then by text).

    Each week draws `a_week` of the questions, all alike likely. Columns: week, question, text, reply,
    passages, similarity (of the best one), abstained, dollars (of a thousand such answers, to a host), down
    and up (the thumbs), superseded (the best passage is of a document that a newer one in force replaces),
    correct and stale (by the label, which a dashboard has not). Raises CourseError for a question without its
    answers. Lesson 10.
    """
    import pandas as pd

    a_week, rng, rows = whole_number(a_week, "a_week"), np.random.default_rng(checked_seed(seed)), []
    worlds = {OLD: before_change(questions), NEW: list(questions)}
    last_year = {question.text: question.value for question in worlds[OLD]}
    known = last_year, {document.supersedes for document in load_documents(NEW)}
    prices, before = load_prices(), ({}, set())
    scored = {
        (world, index): [
            _row(question, _answer(answers, index, question), prices, *(known if world == NEW else before))
            for question in worlds[world]
        ]
        for world, index in ((OLD, OLD), (NEW, OLD), (NEW, NEW))
    }
    for week in range(1, WEEKS + 1):
        world, index = NEW if week >= CHANGE else OLD, NEW if week >= REINDEX else OLD
        some = scored[world, index]
        for place in rng.integers(len(some), size=a_week):
            rows.append({"week": week, **some[place], **_thumb(some[place], clicks, rng.random())})
    return pd.DataFrame(rows)


def _answer(answers: Mapping[str, Mapping[str, Answer]], index: str, question: Question) -> Answer:
    found = answers.get(index, {}).get(question.text)
    if found is None:
        raise CourseError(
            f"The index of {index} has no answer to {question.id}.",
            allowed="answers by edition of the index, then by the question's text",
        )
    return found


def _row(
    question: Question,
    answer: Answer,
    prices: Prices,
    last_year: Mapping[str, str | None],
    replaced: Set[str | None],
) -> dict:
    scored, old = score(answer.text, question, answer.hits), last_year.get(question.text)
    changed = old not in (None, question.value)
    tokens = answer.reply.prompt_tokens, answer.reply.completion_tokens
    return {
        "question": question.id,
        "text": question.text,
        "reply": answer.text,
        "passages": tuple(hit.chunk.id for hit in answer.hits),
        "similarity": answer.hits[0].score,
        "abstained": scored.abstained,
        "dollars": 1000 * of_a_host(Call(*tokens, seconds=0), prices),
        "superseded": answer.hits[0].chunk.document_id in replaced,
        "correct": scored.correct,
        "stale": changed and not scored.correct and value_correct(answer.text, old),
    }


def _thumb(row: Mapping, clicks: Clicks, drawn: float) -> dict[str, bool]:
    """The click of one user, from a number drawn between 0 and 1."""
    if row["correct"]:
        return {"up": drawn < clicks.up_if_right, "down": drawn > 1 - clicks.down_if_right}
    return {"up": False, "down": drawn < (clicks.down_if_stale if row["stale"] else clicks.down_if_wrong)}
