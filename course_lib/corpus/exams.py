"""What a model could do before anybody tuned it: general knowledge, and forms of answer asked for in words.

Both stand in data/exams and have nothing to do with the company. Lesson 08 asks them before and after a
tuning. What this module does not do: make them (course_lib.world does) or ask a model (evaluation does).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from course_lib import files
from course_lib.errors import DataError
from course_lib.manifest import data_file


@dataclass(frozen=True)
class GeneralFact:
    """A fact of the wide world, or an invented one of the same kind, which no model can know.

    `questions` are the wordings that may be trained on, `test` those that are kept for asking.
    """

    kind: str
    value: str
    answer: str
    questions: tuple[str, ...]
    test: tuple[str, ...]
    invented: bool = False


@dataclass(frozen=True)
class FormatTask:
    """A question on one passage under an instruction about form, and what a reply that keeps it looks like.

    `pattern` is a regular expression that such a reply matches as a whole.
    """

    messages: list[dict[str, str]]
    pattern: str

    def kept(self, reply: str) -> bool:
        """Whether a reply has the form, blanks at its ends aside."""
        return re.fullmatch(self.pattern, reply.strip()) is not None


def load_general_facts(folder: str | Path | None = None) -> list[GeneralFact]:
    """The general facts in the order of the file, the invented ones last; raises DataError as data_file does,
    and for a malformed file. Lesson 08; claims C04 and C11.
    """
    return [
        GeneralFact(**row | {name: tuple(row[name]) for name in ("questions", "test")})
        for row in _rows("exams/general.jsonl", {"kind", "value", "answer", "questions", "test"}, folder)
    ]


def load_format_tasks(folder: str | Path | None = None) -> list[FormatTask]:
    """The format tasks, every form once before any comes again; raises DataError as load_general_facts does.

    Lesson 08; claim C11.
    """
    return [FormatTask(**row) for row in _rows("exams/formats.jsonl", {"messages", "pattern"}, folder)]


def _rows(name: str, needed: set[str], folder: str | Path | None) -> list[dict]:
    rows = files.read_jsonl(data_file(name, folder))
    for number, row in enumerate(rows, start=1):
        if missing := sorted(needed - row.keys()):
            raise DataError(f"Line {number} of {name} lacks {', '.join(missing)}.")
    return rows
