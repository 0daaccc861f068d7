"""Markdown from anywhere, in the form that split() reads: front matter apart, one kind of heading and table.

What it leaves as it is: HTML inside Markdown, and comments.
"""

import re
from pathlib import Path
from typing import Any

from course_lib.corpus.documents import read_front_matter
from course_lib.corpus.markdown import FENCE, HEADING
from course_lib.errors import DataError

FRONT_MATTER = re.compile(r"---[ \t]*\n(?=[ \t]*\S)(?P<yaml>.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
UNDERLINE = re.compile(r"(==+|--+)[ \t]*$")
OPENS_NO_HEADING = re.compile(r"\s|[#>|]|[-*+][ \t]|\d+[.)][ \t]|\Z")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


def front_matter(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """The values of the YAML between two lines of --- at the very beginning, and the text below them.

    A first line of --- with a blank line under it is a rule, no front matter. Raises DataError, naming the
    path, for front matter that has no end, is not YAML or has no names.
    """
    if not re.match(r"---[ \t]*\n[ \t]*\S", text):
        return {}, text
    found = FRONT_MATTER.match(text)
    next_step = "close it with a line of ---; if the first line is meant as a rule, leave the next one blank"
    if not found:
        raise DataError(f"The front matter of {path} has no end.", next_step=next_step)
    values = read_front_matter(found["yaml"] or "", path, next_step) or {}
    if not isinstance(values, dict):
        raise DataError(f"The front matter of {path} has no names.", 'lines as "title: Kettle"', next_step)
    return values, text[found.end() :]


def plain(text: str) -> str:
    """The text with underlined headings and tables without outer bars written as split() reads them."""
    lines = text.split("\n")
    done: list[str] = []
    above, fenced, in_table, underline = "", False, False, False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if underline:  # its heading has a # now
            above, underline = "", False
            continue
        if line.startswith(FENCE):
            fenced = not fenced
        elif not fenced:
            in_table = "|" in line and (in_table or ("|" in below and bool(TABLE_RULE.match(below))))
            underline = bool(UNDERLINE.match(below)) and not above and not OPENS_NO_HEADING.match(line)
            if in_table and not line.startswith("|"):
                line = f"| {line.strip().strip('|').strip()} |"
            elif underline:
                line = f"{'#' if below[0] == '=' else '##'} {line.strip()}"
        above = line.strip()
        done.append(line)
    return "\n".join(done)


def first_heading(text: str) -> str:
    """The first heading of the highest level that the text has, outside fenced code; empty if it has none."""
    best, title, fenced = 7, "", False
    for line in text.split("\n"):
        if line.startswith(FENCE):
            fenced = not fenced
        found = None if fenced else HEADING.match(line)
        if found and found[2] and len(found[1]) < best:
            best, title = len(found[1]), found[2]
    return title
