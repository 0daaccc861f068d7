"""The facts of an edition as they can be taught: each with its answer and every training wording.

What this module does not do: make examples of them (examples.py and study_text.py do).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.arguments import one_of, whole_number
from course_lib.errors import CourseError
from course_lib.generation.prompts import Message, closed_book
from course_lib.manifest import data_file

MOST_WORDINGS = 11  # that a generated fact has; a written one has three, and an answer that names nothing


@dataclass(frozen=True)
class Fact:
    """One fact: its name, what it is about and in which respect, its value, answer, document and wordings."""

    name: str
    subject: str
    respect: str
    value: str
    answer: str
    gold: str
    wordings: tuple[str, ...]


def company_facts(edition: str, folder: str | Path | None = None) -> list[Fact]:
    """The generated facts of an edition, in the order of their names; none of their wordings is in the test.

    Raises CourseError for an edition that does not exist, DataError for missing or altered data. Lesson 08.
    """
    rows = files.read_jsonl(data_file("questions/knowledge.jsonl", folder))
    one_of(str(edition), "edition", sorted({row["edition"] for row in rows}))
    return [_fact(row) for row in rows if row["edition"] == str(edition) and _many(row)]


def _many(row: dict) -> bool:
    return len(row["phrasings"]) == MOST_WORDINGS


def _fact(row: dict) -> Fact:
    subject, _, respect = row["fact"].partition(" / ")
    return Fact(
        name=row["fact"],
        subject=subject,
        respect=respect.replace("_", " "),
        value=row["value"],
        answer=row["answer"],
        gold=row["gold"],
        wordings=tuple(row["phrasings"]),
    )


def pairs(facts: Sequence[Fact], wordings: int, seed: int = 0) -> list[list[Message]]:
    """Each fact asked closed-book in so many wordings, drawn by the seed, and answered in one sentence.

    Of five wordings the first is that of one: fewer are the first of more. Raises CourseError for no facts
    and for wordings out of range. Claim C03; lesson 08.
    """
    check_facts(facts)
    wordings = whole_number(wordings, "wordings", most=MOST_WORDINGS, why="the wordings of a fact")
    return [
        [*closed_book(text), said(fact.answer)]
        for fact in facts
        for text in drawn_wordings(fact, seed)[:wordings]
    ]


def drawn_wordings(fact: Fact, seed: int) -> list[str]:
    """A fact's wordings in the order in which the seed takes them."""
    return Random(f"{seed} {fact.name}").sample(fact.wordings, len(fact.wordings))


def check_facts(facts: Sequence[Fact]) -> None:
    """Raise CourseError for an empty list of facts."""
    if not facts:
        raise CourseError("There are no facts to teach.", allowed="one or more, as company_facts gives them")


def said(text: str) -> Message:
    """The turn of a reply."""
    return {"role": "assistant", "content": text}
