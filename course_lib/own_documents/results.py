"""What a comparison of a learner's own documents leaves: the table of answers, what it comes to, the report.

What this module does not do: ask a model. It can be run again on a table as often as one likes.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.experiments.failures import failure_table
from course_lib.experiments.measures import SAYS_SO, SILENT, VALUE, Measure
from course_lib.experiments.summary import costs, summary
from course_lib.own_documents.report import report_page

if TYPE_CHECKING:
    import pandas as pd

FORMS = ("csv", "parquet")
SAID = ("text", "value", "reply", "error")  # columns that hold what documents and models say
FORMULA = re.compile(r"[=+@\t\r]|-(?!\d)")
ANSWERS, RESULTS, REPORT = "answers", "results.json", "report.html"
FOUND = Measure("a passage in the prompt states the value", "evidence", "read")
SOURCE = Measure("names the right document", "source_right", "sourced")
MEASURES = (VALUE, FOUND, SOURCE, SAYS_SO, SILENT)
COLUMNS = (
    *("model", "arm", "question", "text", "value", "kind", "origin", "reply", "error", "correct"),
    "abstained",
    *("evidence", "source_right", "passages", "documents", "prompt_tokens", "completion_tokens"),
    *("retrieve", "prefill", "decode"),
)


@dataclass(frozen=True)
class Made:
    """How a comparison was made: how many documents, every passage, the model and the format of its weights,
    the search and how many passages a prompt has, notes, advice.
    """

    documents: int
    chunks: Sequence[Chunk]
    model: str
    search: str
    quantize: str | None
    passages: int
    notes: tuple[str, ...]
    advice: tuple[str, ...]
    provenance: dict[str, Any]


@dataclass(frozen=True)
class FolderComparison:
    """What a comparison came to.

    `table` has a row an answer, as experiments.compare gives it, and `error`: why an answer did not come, or
    empty. `summary` has a row an arm and measure with its 95 % interval; `advice` are sentences, `notes` what
    weakens the comparison. `report`, `answers` and `results` are files; `missing` counts the answers that did
    not come, which the same call asks for again.
    """

    table: "pd.DataFrame"
    summary: "pd.DataFrame"
    advice: tuple[str, ...]
    notes: tuple[str, ...]
    report: Path
    answers: Path
    results: Path
    documents: int
    passages: int
    questions: int
    missing: int


def write_results(folder: Path, table: "pd.DataFrame", made: Made, form: str = "csv") -> FolderComparison:
    """Write the three files of a comparison, and return what it came to; the report comes last.

    Raises CourseError for Parquet without the package that writes it, and where no answer came at all.
    """
    table = table.assign(read=table["reads"] & table["answerable"])
    if not table["asked"].any():
        raise CourseError(
            f"No answer came: {table['error'].iloc[0]}",
            next_step="see to the model, and run the same command again: it asks what is missing",
        )
    summed = summary(table, [each for each in MEASURES if table[each.of].any()])
    missing = int(table["error"].ne("").sum())
    told = {
        "model": made.model,
        "documents": made.documents,
        "passages": len(made.chunks),
        "questions": int(table["question"].nunique()),
        "drafts": int(table[table["drafted"]]["question"].nunique()),
        "search": made.search,
        "quantize": made.quantize,
        "passages_a_prompt": made.passages,
        "missing": missing,
        "summary": summed.to_dict("records"),
        "failures": failure_table(table).to_dict("records"),
        "costs": costs(table[table["error"].eq("")]).round(1).to_dict("index"),
        "notes": made.notes,
        "advice": made.advice,
        **made.provenance,
    }
    answers = write_answers(folder, table, form)
    results = files.write_json(folder / RESULTS, told)
    report = files.write_atomically(folder / REPORT, report_page(table, summed, told, made.chunks))
    return FolderComparison(
        table=table,
        summary=summed,
        advice=made.advice,
        notes=made.notes,
        report=report,
        answers=answers,
        results=results,
        documents=made.documents,
        passages=len(made.chunks),
        questions=told["questions"],
        missing=missing,
    )


def write_answers(folder: Path, table: "pd.DataFrame", form: str = "csv") -> Path:
    """Write a row an answer as answers.csv or answers.parquet; lists of ids stand apart by semicolons. The
    other one, of an earlier run, is removed.

    In the CSV a text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    flat = table[list(COLUMNS)].assign(
        **{name: table[name].map("; ".join) for name in ("passages", "documents")}
    )
    path = folder / f"{ANSWERS}.{form}"
    if form == "parquet" and find_spec("pyarrow") is None:
        raise CourseError("Parquet needs the package pyarrow, which is not installed.", ", ".join(FORMS))
    if form == "csv":
        flat = flat.assign(**{name: flat[name].map(_harmless) for name in SAID})
        # Whatever a model writes, a carriage return too, stays in its cell: every text is in quotes.
        text = flat.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        files.write_atomically(path, text)
    else:
        beside = path.with_suffix(".new")
        flat.to_parquet(beside, index=False)
        beside.replace(path)
    for other in set(FORMS) - {form}:  # only now, so that one whole table is always there
        (folder / f"{ANSWERS}.{other}").unlink(missing_ok=True)
    return path


def _harmless(text: Any) -> Any:
    """A text that no spreadsheet runs; what is none, as the value of a question without one, as it is."""
    return f"'{text}" if isinstance(text, str) and FORMULA.match(text) else text
