"""A learner's questions: CSV or JSON Lines with the columns question, answer and, where known, document.

Everything that is wrong with a file is told with its line before a model is loaded. What this module does not
do: ask whether an answer is true; it says where a named document does not state it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any

from course_lib.corpus.documents import Document, Question
from course_lib.corpus.question_files import checked_cell, rows_of, several
from course_lib.corpus.words import count_words
from course_lib.errors import DataError
from course_lib.generation.values import states

COLUMNS = {  # a column -> its other names
    "question": ("question", "text"),
    "answer": ("answer", "value"),
    "document": ("document", "documents", "gold"),
    "reply": ("reply",),
    "kind": ("kind",),
    "fact": ("fact",),
    "draft": ("draft",),
}
NEEDED = ("question", "answer")
ALLOWED = (
    "question and answer, which it needs; document (a file of the folder), reply (the answer in your own "
    "form), kind, fact (one name for several wordings)"
)
OWN, DRAFT = "your own", "draft"  # where a question comes from, as the report shows it
NO = ("", "no", "false", "0")
LONG = 6  # words; a reply has to state an answer word for word, and few state a longer one so
SHORT = 2  # characters; such an answer stands in many passages that do not mean it
SHOWN = 5  # problems in one message


@dataclass(frozen=True)
class Sheet:
    """The questions of a file in its order, replies in the learner's own form by question id, and notes on
    what weakens the comparison.
    """

    questions: tuple[Question, ...]
    replies: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def drafts(self) -> int:
        """How many questions nobody has corrected yet."""
        return sum(question.origin == DRAFT for question in self.questions)


def read_sheet(path: str | Path, documents: Sequence[Document]) -> Sheet:
    """Read questions about these documents; one with an empty answer is one that they do not answer.

    A document is named by its path in the folder, or by any end of it, its name or its title that only one
    has; several stand apart by semicolons. Raises DataError, naming lines, for a file that is missing, empty,
    of another encoding or form, for a missing column, a row without its question, a document that is not
    there, and for a question asked twice.
    """
    path = Path(path)
    rows = [(number, row) for number, row in rows_of(path) if any(map(_said, row.values()))]
    if not rows:
        next_step = "name the columns on the first line, and write a question on each below"
        raise DataError(f"The file {path} holds no questions.", ALLOWED, next_step)
    names = _columns(path, rows)
    known, problems, seen = _Names(documents), [], {}
    questions, replies = [], {}
    for number, row in rows:
        try:
            cells = {column: row.get(name) for column, name in names.items()}
            question = _question(path, number, cells, known)
            key = " ".join(question.text.casefold().split())
            if key in seen:
                raise DataError(f"Line {number} asks what line {seen[key]} asks: {question.text[:60]!r}.")
        except DataError as error:
            problems.append(error)
            continue
        seen[key] = number
        questions.append(question)
        if _said(cells.get("reply")):
            replies[question.id] = checked_cell(cells["reply"], "reply", f"line {number} of {path}")
    if problems:
        raise _all_of(path, problems)
    return Sheet(tuple(questions), replies, tuple(_notes(questions, documents)))


def drawn(questions: Sequence[Question], seed: int) -> list[Question]:
    """The questions in an order drawn by the seed, in which a new question moves none of the others."""
    return sorted(questions, key=lambda q: sha256(f"{seed} {q.fact} {q.text}".encode()).digest())


def _said(value: Any) -> bool:
    return value is not None and bool(str(value).strip())


def _columns(path: Path, rows: Sequence[tuple[int, dict]]) -> dict[str, str]:
    """A column -> the name that the file gives it."""
    there = {str(name).strip().lower(): name for _, row in rows for name in row}
    found = {
        column: there[name]
        for column, others in COLUMNS.items()
        for name in reversed(others)
        if name in there
    }
    if missing := [column for column in NEEDED if column not in found]:
        raise DataError(
            f"The file {path} has no column {' and no column '.join(missing)}; it has "
            f"{', '.join(map(repr, there)) or 'none'}.",
            allowed=ALLOWED,
            next_step="name the columns on its first line, or in each object of JSON Lines",
        )
    return found


def _question(path: Path, number: int, cells: Mapping[str, Any], known: "_Names") -> Question:
    place = f"line {number} of {path}"
    if not _said(cells["question"]):
        raise DataError(f"Line {number} has no question.")
    texts = {
        name: checked_cell(cells[name], name, place).strip()
        for name in ("question", "answer", "kind", "fact")
        if _said(cells.get(name))
    }
    gold = tuple(
        known.id_of(checked_cell(each, "document", place), number)
        for each in several(cells["document"] if _said(cells.get("document")) else [])
    )
    id, value = f"q{number}", texts.get("answer")
    draft = str(cells.get("draft") or "").strip().lower() not in NO
    return Question(
        id=id,
        text=texts["question"],
        value=value,
        gold=gold if value else (),
        kind=texts.get("kind", "lookup") if value else "unanswerable",
        origin=DRAFT if draft else OWN,
        fact=texts.get("fact", id),
    )


class _Names:
    """Documents by what a person may call them."""

    def __init__(self, documents: Iterable[Document]):
        self.ids: dict[str, set[str]] = {}  # any name in small letters -> the ids that it fits
        for document in documents:
            path = Path(document.id)
            ends = {"/".join(path.parts[at:]) for at in range(len(path.parts))}
            for name in {document.id, *ends, path.stem, document.title}:
                self.ids.setdefault(name.casefold(), set()).add(document.id)

    def id_of(self, name: str, number: int) -> str:
        """The one document of a name; raises DataError for none and for several."""
        exact = name.strip().removeprefix("./").replace("\\", "/")
        found = self.ids.get(exact.casefold(), set())
        if exact in found:
            return exact
        if len(found) == 1:
            return next(iter(found))
        if found:
            some = ", ".join(sorted(found)[:3])
            raise DataError(f"Line {number} names the document {exact!r}, which may be {some}.")
        near = get_close_matches(exact.casefold(), self.ids, 1)
        hint = f"; is it {min(self.ids[near[0]])!r}?" if near else ""
        raise DataError(f"Line {number} names the document {exact!r}, which is not in the folder{hint}.")


def _all_of(path: Path, problems: Sequence[DataError]) -> DataError:
    more = f"\n… and {len(problems) - SHOWN} lines more." if len(problems) > SHOWN else ""
    listed = "\n".join(error.problem for error in problems[:SHOWN])
    return DataError(
        f"The file {path} cannot be used as it is:\n{listed}{more}",
        allowed=problems[0].allowed or ALLOWED,
        next_step="correct these lines, and run the same command again",
    )


def _notes(questions: Sequence[Question], documents: Sequence[Document]) -> Iterable[str]:
    texts = {document.id: f"{document.title}\n{document.text}" for document in documents}
    known = [question for question in questions if question.value is not None]
    if drafts := sum(question.origin == DRAFT for question in questions):
        yield (
            f"{drafts} of {len(questions)} questions are drafts, in the documents' own words: people ask "
            "otherwise, so they are found more easily than real ones."
        )
    if not len(questions) - len(known):
        yield (
            "No question is without an answer, so nothing is known of made-up answers: add some that the "
            "documents do not answer, and leave their answer empty."
        )
    if long := [q for q in known if any(count_words(part) > LONG for part in q.value.split(" | "))]:
        yield (
            f"{len(long)} answers have more than {LONG} words (the first is {long[0].value[:60]!r}). A reply "
            "counts as right if it states the answer word for word: keep to the number, name or code."
        )
    if short := [q for q in known if any(len(part) < SHORT for part in q.value.split(" | "))]:
        yield (
            f"{len(short)} answers have fewer than {SHORT} characters (the first is {short[0].value!r}) and "
            "stand in many passages by chance: write what is counted too, as “hall 2”."
        )
    unstated = [q for q in known if q.gold and not states("\n".join(texts[id] for id in q.gold), q.value)]
    if unstated:
        yield (
            f"{len(unstated)} answers do not stand in the document that is named for them (the first is "
            f"{unstated[0].value[:60]!r}): no passage can give them word for word."
        )
