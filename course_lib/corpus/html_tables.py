"""A page's tables of data and pieces of code, each as one block of Markdown."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from course_lib.corpus.from_text import escaped, fenced
from course_lib.corpus.html_cleaning import BLOCKS, HEADINGS, LINE_END

if TYPE_CHECKING:
    from bs4.element import Tag

WIDEST = 1000  # columns or rows that one cell may cover, as in browsers
ROWS = ("table", "thead", "tbody", "tfoot", "tr")
FILLED = 100  # columns up to which a short row is filled with empty cells


def tidy(text: str) -> str:
    """Words with one space between them, the lines that <br> ended apart; soft hyphens away."""
    lines = text.replace("\u00ad", "").split(LINE_END)
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def at_once(tag: "Tag") -> str | None:
    """A piece of code or a table of data as one block; None for a tag whose children come one by one."""
    if tag.name == "pre":
        code = tag.get_text().replace(LINE_END, "\n").strip("\n")
        return fenced(code) if code.strip() else ""
    if tag.name != "table" or tag.find(["table", "pre", *HEADINGS]):
        return None  # with tables or headings inside it is there for the layout
    names, rows = _grid(tag)
    width = max(map(len, [names, *rows]), default=0)
    if width < 2:
        return None
    names += [""] * (width - len(names))
    rows = [row + [""] * (min(width, FILLED) - len(row)) for row in rows]
    lines = [names, ["---"] * width, *rows]
    block = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    above = filter(None, [tidy(tag.caption.get_text()) if tag.caption else "", tidy("".join(_loose(tag)))])
    return "\n\n".join([*map(escaped, above), block])


def _loose(table: "Tag") -> Iterator[str]:
    """Words that stand in a table but in no cell: a browser shows them above it."""
    from bs4.element import PreformattedString

    for part in [table, *table(ROWS)]:
        for node in part.children:
            if node.name is None and not isinstance(node, PreformattedString):
                yield node


def _grid(table: "Tag") -> tuple[list[str], list[list[str]]]:
    """The names of a table's columns, and its rows; a cell that spans several places stands in each.

    Names are the first rows of <th> alone or in <thead>. Without them the first row gives the names, unless
    rows have names of their own (a <th> at their beginning): then the columns have none.
    """
    found = _cells(table)
    widest = max((len(cells) for _, cells in found), default=0)
    names: list[list[str]] = []
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # column -> a text that goes on, and for how many more rows
    for in_head, cells in found:
        texts: list[str] = []
        waiting = [
            (text, _span(cell, "colspan", widest), _span(cell, "rowspan", len(found))) for cell, text in cells
        ]
        while waiting or len(texts) in below:
            text, more = below.pop(len(texts), ("", 0))
            width = 1
            if not more:
                text, width, more = waiting.pop(0)
            for _ in range(width):
                if more > 1:
                    below[len(texts)] = (text, more - 1)
                texts.append(text)
        (names if in_head and not rows else rows).append(texts)
    if names:
        columns = [dict.fromkeys(filter(None, column)) for column in zip_longest(*names, fillvalue="")]
        return [" ".join(column) for column in columns], rows
    if any(cells[0][0].name == "th" for _, cells in found):
        return [], rows
    return (rows[0], rows[1:]) if rows else ([], [])


def _cells(table: "Tag") -> list[tuple[bool, list[tuple["Tag", str]]]]:
    """For each row that has cells, whether it is a head, and its cells with their words.

    In one pass from top to bottom: a cell goes on until the next one begins, whatever end tags are missing.
    """
    from bs4.element import PreformattedString

    rows: list[tuple[bool, list[tuple[Tag, list[str]]]]] = []
    in_head = False
    for node in table.descendants:
        if node.name in ("thead", "tbody", "tfoot"):
            in_head = node.name == "thead"
        elif node.name == "tr":
            rows.append((in_head and node.parent is not table, []))
        elif node.name in ("td", "th") and rows:
            rows[-1][1].append((node, []))
        elif rows and rows[-1][1]:
            words = rows[-1][1][-1][1]
            if node.name in BLOCKS or node.name == "dd":
                words.append(" ")
            elif node.name is None and not isinstance(node, PreformattedString):
                words.append(node if node.parent.name not in ROWS else "")
    return [
        (
            head or all(cell.name == "th" for cell, _ in cells),
            [(cell, _in_bars("".join(words))) for cell, words in cells],
        )
        for head, cells in rows
        if cells
    ]


def _in_bars(text: str) -> str:
    return " ".join(tidy(text).split()).replace("|", r"\|")


def _span(cell: "Tag", name: str, limit: int) -> int:
    """How many columns or rows a cell covers, 1 where the page says nothing that makes sense."""
    value = str(cell.get(name, ""))[:9]
    return min(max(int(value), 1), limit, WIDEST) if value.isdecimal() else 1
