"""Every answer of a comparison on one page: read it in any browser, without a server and without a network.

The page is a table's, whoever made it: the course's stored experiments, or a learner's own comparison. What
this module does not do: judge an answer; it shows what the table says. Lesson 09.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.errors import CourseError
from course_lib.experiments import form_and_facts, more_arms, prompt_format, reading, stored
from course_lib.experiments.failures import (
    MISSED,
    NO_ANSWER,
    RETRIEVED,
    RIGHT,
    SILENT,
    WRONG,
    with_outcomes,
)

if TYPE_CHECKING:
    import pandas as pd

# Their files are EXPERIMENT-MODEL.
EXPERIMENTS = (form_and_facts.NAME, prompt_format.NAME, reading.NAME, more_arms.NAME)
TEMPLATE = "explorer.html"
FOUND, OUTCOMES = (RETRIEVED, MISSED, ""), (RIGHT, SILENT, WRONG)
FAILED = len(FOUND) * len(OUTCOMES)  # the cell of an answer that did not come
FACETS = ("experiment", "model", "arm", "kind", "origin", "seed")  # what the page filters by, in this order


@dataclass(frozen=True)
class Picture:
    """A figure as PNG, and the sentence that says what to see, which is also its alternative text."""

    png: bytes
    sentence: str

    @property
    def address(self) -> str:
        """The figure as an address that holds it, so that the page needs no other file."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"


@dataclass(frozen=True)
class Section:
    """A part of a report above the answers: its title, sentences, a table, a figure."""

    title: str
    sentences: Sequence[str] = ()
    table: "pd.DataFrame | None" = None
    picture: Picture | None = None

    @property
    def head(self) -> list[str]:
        """The names of the table's columns."""
        return [] if self.table is None else list(map(str, self.table.columns))

    @property
    def body(self) -> list[list[str]]:
        """The table's cells as they are shown."""
        rows = () if self.table is None else self.table.itertuples(index=False)
        return [list(map(str, row)) for row in rows]


def page(
    table: "pd.DataFrame",
    passages: Mapping[str, str],
    title: str = "Every answer",
    sections: Sequence[Section] = (),
) -> str:
    """The page of a table of compare as one HTML text; `passages` has the text behind each chunk's id.

    The columns experiment, model and seed are shown where the table has them, and in the column `error` why
    an answer did not come. `sections` stand above the answers. What documents and replies say is data to the
    page, never markup. Raises CourseError for an empty table and for a passage without text.
    """
    from jinja2 import Environment, FileSystemLoader

    if not len(table):
        raise CourseError("There is no answer to show.", next_step="compare some arms first")
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}  # the filters stand in our order
    data, read = _data(table, passages)
    return environment.get_template(TEMPLATE).render(
        title=title, sections=sections, data=data, passages=read
    )


def stored_page(folder: str | Path) -> str:
    """The page of all experiments whose answers are stored in a folder.

    Raises CourseError if there are none, DataError for a malformed file.
    """
    import pandas as pd

    if not (names := stored.names(folder)):
        raise CourseError(
            f"No answers are stored in {folder}.",
            next_step="measure an experiment first: python -m course_lib results --help",
        )
    tables = [stored.read(folder, name).assign(experiment=_experiment(name)) for name in names]
    passages: dict[str, str] = {}
    for name, table in zip(names, tables, strict=True):
        own = stored.read_passages(folder, name)
        # One id may stand for another text in another experiment: there it has the experiment's name as well.
        clash = {id for id, text in own.items() if passages.get(id, text) != text}
        passages |= {_named(id, clash, name): text for id, text in own.items()}
        table["passages"] = [tuple(_named(id, clash, name) for id in ids) for ids in table["passages"]]
    return page(pd.concat(tables, ignore_index=True), passages, "Every stored answer")


def _experiment(name: str) -> str:
    return next((each for each in EXPERIMENTS if name.startswith(f"{each}-")), name)


def _named(id: str, clash: set[str], name: str) -> str:
    return f"{id} ({name})" if id in clash else id


def _data(
    table: "pd.DataFrame", passages: Mapping[str, str]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The table by columns, each text once, and the passages; what repeats is a position in a list."""
    rows = with_outcomes(table).to_dict("records")
    read = dict.fromkeys(id for row in rows for id in row["passages"])
    if missing := [id for id in read if id not in passages]:
        raise CourseError(
            f"The passage {missing[0]} has no text ({len(missing)} such).",
            next_step="give the chunks' passages: {chunk.id: chunk.passage for chunk in index.chunks}",
        )
    place = {id: number for number, id in enumerate(read)}
    asked = {row["question"]: row for row in rows}
    numbers = {id: number for number, id in enumerate(asked)}
    facets = {name: [str(row.get(name, "")) for row in rows] for name in FACETS if name in table}
    values = {name: list(dict.fromkeys(column)) for name, column in facets.items()}
    codes = {name: {value: code for code, value in enumerate(each)} for name, each in values.items()}
    data = {
        "found": FOUND,
        "outcomes": OUTCOMES,
        "errors": {number: row["error"] for number, row in enumerate(rows) if row.get("error")},
        "facets": values,
        "questions": [
            {
                "id": row["question"],
                "text": row["text"],
                "value": row["value"] if isinstance(row["value"], str) else None,  # else None or NaN
                "phrasing": row["phrasing"],
            }
            for row in asked.values()
        ],
        "answers": {
            **{name: [codes[name][each] for each in column] for name, column in facets.items()},
            "question": [numbers[row["question"]] for row in rows],
            "cell": [_cell(row) for row in rows],
            "reply": [row["reply"] for row in rows],
            "passages": [[place[id] for id in row["passages"]] for row in rows],
            "documents": [list(row["documents"]) for row in rows],
            "compliant": [int(row["compliant"]) for row in rows],
            "ms": [round(sum(row[stage] for stage in stored.STAGES)) for row in rows],
        },
    }
    return data, [{"id": id, "text": passages[id]} for id in read]


def _cell(row: Mapping[str, Any]) -> int:
    if row["outcome"] == NO_ANSWER:
        return FAILED
    return len(OUTCOMES) * FOUND.index(row["found"]) + OUTCOMES.index(row["outcome"])
