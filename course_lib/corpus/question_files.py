"""Questions about documents: the company's, held against the manifest, or your own in a file of few columns.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.corpus.encodings import decoded_text
from course_lib.corpus.front_matter import whole
from course_lib.errors import DataError
from course_lib.manifest import checksums, verified
from course_lib.runtime import DATA

SPLITS = ("train", "dev", "test")
CSV = (".csv", ".tsv")


@dataclass(frozen=True)
class Question:
    """One question in one wording, the value that answers it, and the documents that say so."""

    id: str
    text: str
    value: str | None = None  # None when no document answers
    gold: tuple[str, ...] = ()  # document ids; none when no document answers
    domain: str = ""
    kind: str = "lookup"
    phrasing: str = "plain"
    origin: str = "written"
    edition: str = ""
    split: str = ""
    fact: str = ""


FIELDS = [field.name for field in fields(Question)]
ALLOWED = "text (or question), which it needs, and " + ", ".join(name for name in FIELDS if name != "text")


def load_questions(
    split: str, edition: str | None = None, folder: str | Path | None = None
) -> list[Question]:
    """The questions of a split ("train", "dev" or "test") in file order, of one edition when one is named.

    Raises DataError for an unknown split or edition, a missing or altered file, and what `read_questions`
    refuses.
    """
    if split not in SPLITS:
        raise DataError(f"There is no split {split!r}.", allowed=", ".join(SPLITS))
    folder = Path(folder or DATA)
    questions = read_questions(verified(folder, f"questions/{split}.jsonl", checksums(folder)))
    if edition is None:
        return questions
    editions = sorted({question.edition for question in questions})
    if str(edition) not in editions:
        raise DataError(f"No {split} question is about the edition {edition!r}.", allowed=", ".join(editions))
    return [question for question in questions if question.edition == str(edition)]


def read_questions(path: str | Path) -> list[Question]:
    """Read questions from JSON Lines, or from CSV with a line of names; no manifest is needed.

    A question needs its `text` (or `question`) alone. Its id is else the file's name and the number of its
    line; one without `value` and `gold` counts as unanswerable; several ids in the column `gold` of a CSV
    file stand apart by semicolons. Raises DataError, naming line and field, for what is missing, unknown or
    of another type, and for an id used twice.
    """
    path = Path(path)
    questions: dict[str, Question] = {}
    for number, row in rows_of(path):
        question = _question(path, number, row)
        if question.id in questions:
            raise DataError(
                f"Line {number} of {path} has the id {question.id!r} of a line above.",
                next_step="give each question an id of its own, or none",
            )
        questions[question.id] = question
    return list(questions.values())


def rows_of(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The rows of a file of JSON Lines, or of CSV with a line of names, each with the number of its line.

    A cell of CSV that is empty is None. Raises DataError, naming the line, for what is malformed.
    """
    return _csv_rows(path) if path.suffix.lower() in CSV else _jsonl_rows(path)


def _jsonl_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(decoded_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = files.parse_json(line)
        except json.JSONDecodeError as error:
            raise DataError(
                f"Line {number} of {path} is not JSON: {error.msg}.", next_step="correct that line"
            ) from None
        if not isinstance(row, dict):
            raise DataError(f"Line {number} of {path} is no object in braces.", '{"question": "…"}')
        rows.append((number, row))
    return rows


def _csv_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    text = decoded_text(path)
    names = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=names.count))
    rows = []
    try:
        for row in reader:
            if None in row or None in row.values():
                raise DataError(
                    f"Line {reader.line_num} of {path} has more or fewer columns than its first line.",
                    next_step="put a text that holds the separator into quotes",
                )
            row = {name.strip(): cell.strip() or None for name, cell in row.items()}
            rows.append((reader.line_num, row))
    except csv.Error as error:
        raise DataError(f"Line {reader.line_num} of {path} is not CSV: {error}.") from None
    return rows


def several(value: Any) -> list[Any]:
    """A list as it is, and a text of a CSV file as the list of what stands apart by semicolons in it."""
    if isinstance(value, str):
        return [each for each in re.split(r"\s*;\s*", value.strip()) if each]
    return value if isinstance(value, list) else [value]


def _question(path: Path, number: int, row: dict[str, Any]) -> Question:
    place = f"line {number} of {path}"
    values = {name: value for name, value in row.items() if value is not None and str(value).strip()}
    if "text" not in values and "question" in values:
        values["text"] = values.pop("question")
    unknown = [repr(name) for name in values if name not in FIELDS]
    if unknown:
        raise DataError(f"The field {', '.join(unknown)} on {place} is unknown.", allowed=ALLOWED)
    if "text" not in values:
        raise DataError(f"Line {number} of {path} lacks the field 'text'.", allowed=ALLOWED)
    gold = values.pop("gold", [])
    if path.suffix.lower() in CSV:
        gold = several(gold)
    if not isinstance(gold, list):
        raise DataError(f"The field 'gold' on {place} is not a list.", 'a list of ids, as ["PR-201"]')
    texts = {name: checked_cell(value, name, place) for name, value in values.items()}
    given = {"id": f"{path.stem}-{number}", "kind": "lookup" if gold or "value" in texts else "unanswerable"}
    return Question(**given | texts, gold=tuple(checked_cell(each, "gold", place) for each in gold))


def checked_cell(value: Any, name: str, place: str) -> str:
    """A number or a text that is not empty, as a text; raises DataError, naming field and place, else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        raise DataError(f"The field {name!r} on {place} is {value!r}.", allowed="a text that is not empty")
    return whole(str(value), f"The field {name!r} on {place}")
