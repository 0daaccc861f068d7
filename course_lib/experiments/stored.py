"""Every answer of a comparison, kept: a row an answer, and what many answers share written once.

An experiment of a model is four files: NAME.json (what it comes to, and what made it), NAME.answers.csv.gz,
NAME.questions.jsonl and NAME.passages.jsonl (the text behind each chunk's id). Lesson 09.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.errors import DataError
from course_lib.evaluation.kept_runs import stored_run
from course_lib.experiments.table import STAGES
from course_lib.manifest import data_file
from course_lib.runtime import DATA

if TYPE_CHECKING:
    import pandas as pd

ANSWERS, QUESTIONS, PASSAGES = ".answers.csv.gz", ".questions.jsonl", ".passages.jsonl"
OF_QUESTION = (
    *("question", "text", "value", "fact", "kind", "phrasing", "origin"),
    *("asked", "answerable", "unanswerable", "changed", "unchanged"),
)
TRUTHS = ("correct", "compliant", "abstained", "cited", "source_right", "stale", "reads", "evidence")
LISTS = ("passages", "documents")
COLUMNS = (
    *("model", "arm", "seed", "question", *TRUTHS, "precision", "recall", *LISTS),
    *("prompt_tokens", "completion_tokens", *STAGES, "reply"),
)


def write(
    folder: str | Path, name: str, table: "pd.DataFrame", chunks: Iterable[Chunk], result: Mapping[str, Any]
) -> list[Path]:
    """Write an experiment's four files into a folder, and return their paths; NAME.json comes last.

    `table` is that of compare, with the columns model and seed; `chunks` are those that were searched.
    """
    folder = Path(folder)
    asked = table.drop_duplicates("question")[list(OF_QUESTION)]
    read = {id for ids in table["passages"] for id in ids}
    passages = [
        {"id": chunk.id, "document": chunk.document_id, "edition": chunk.edition, "text": chunk.passage}
        for chunk in {chunk.id: chunk for chunk in chunks}.values()
        if chunk.id in read
    ]
    return [
        files.write_atomically(folder / f"{name}{ANSWERS}", _csv(table)),
        files.write_jsonl(folder / f"{name}{QUESTIONS}", map(_plain, asked.to_dict("records"))),
        files.write_jsonl(folder / f"{name}{PASSAGES}", passages),
        files.write_json(folder / f"{name}.json", dict(result)),
    ]


def read(folder: str | Path, name: str) -> "pd.DataFrame":
    """The table of a stored experiment, as compare made it, with the columns model and seed.

    Raises DataError for a missing or malformed file, and for an answer to a question that is not there.
    """
    import pandas as pd

    path = Path(folder) / f"{name}{ANSWERS}"
    asked = {row["question"]: row for row in files.read_jsonl(Path(folder) / f"{name}{QUESTIONS}")}
    rows = []
    for number, row in enumerate(csv.DictReader(io.StringIO(files.read_text(path), newline="")), start=2):
        try:
            rows.append(asked[row["question"]] | _typed(row))
        except (KeyError, ValueError, TypeError) as error:
            raise DataError(
                f"The file {path} is malformed at answer {number - 1}: {error!r}.",
                allowed=", ".join(COLUMNS),
                next_step="measure it again: python -m course_lib results --help",
            ) from None
    return pd.DataFrame(rows)


def answers_of_this_model(name: str) -> "pd.DataFrame | None":
    """The answers of the stored run of that name that was made with the model in use, or None.

    Raises DataError if they were altered. Lesson 09.
    """
    if (run := stored_run(name)) is None:
        return None
    whole = f"{name}-{run['model']}"
    for ending in (ANSWERS, QUESTIONS):
        data_file(f"results/{whole}{ending}")
    return read(DATA / "results", whole)


def read_passages(folder: str | Path, name: str) -> dict[str, str]:
    """The text behind each chunk's id; raises DataError for a missing or malformed file."""
    return {row["id"]: row["text"] for row in files.read_jsonl(Path(folder) / f"{name}{PASSAGES}")}


def names(folder: str | Path) -> list[str]:
    """The experiments whose answers are stored in a folder, in the order of their names."""
    return sorted(path.name.removesuffix(ANSWERS) for path in Path(folder).glob(f"*{ANSWERS}"))


def _csv(table: "pd.DataFrame") -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in table[list(COLUMNS)].to_dict("records"):
        writer.writerow([_cell(name, row[name]) for name in COLUMNS])
    return gzip.compress(written.getvalue().encode("utf-8"), mtime=0)


def _cell(name: str, value: Any) -> str:
    if name in TRUTHS:
        return str(int(value))
    if name in LISTS:
        return json.dumps(list(value), ensure_ascii=False)
    if name == "reply":  # as JSON, which keeps every kind of line end
        return json.dumps(value, ensure_ascii=False)
    if name in STAGES:
        return f"{value:.1f}"
    if name in ("precision", "recall"):
        return "" if value != value else f"{value:.4g}"
    return str(value)


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """A row of the file as compare gives it."""
    typed: dict[str, Any] = {name: row[name] for name in ("model", "arm", "question")}
    typed["reply"] = json.loads(row["reply"])
    typed |= {name: bool(int(row[name])) for name in TRUTHS}
    typed |= {name: tuple(json.loads(row[name])) for name in LISTS}
    typed |= {name: float(row[name] or "nan") for name in ("precision", "recall", *STAGES)}
    return typed | {name: int(row[name]) for name in ("seed", "prompt_tokens", "completion_tokens")}


def _plain(row: dict) -> dict:
    """A row without NumPy's own truth values, and with None where there is no value."""
    return {
        name: bool(each) if name in OF_QUESTION[7:] else None if each != each else each
        for name, each in row.items()
    }
