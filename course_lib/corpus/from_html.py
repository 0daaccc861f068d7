"""HTML as the Markdown that split() reads: headings with #, lists with dashes, tables with bars, fenced code.

What it leaves out: scripts, styles, navigation, footers, buttons and what the page hides; where the page
names its main part, only that is read. A link keeps its words, and of a picture its description stays.
"""

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.errors import DataError

if TYPE_CHECKING:
    from bs4.element import Tag

LEFT_OUT = ["script", "style", "noscript", "template", "nav", "footer", "svg", "iframe", "button", "select"]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
LISTS = ["ul", "ol", "dl", "menu"]
BLOCKS = {*HEADINGS, *LISTS, "li", "dt", "p", "div", "section", "article", "main", "header", "aside", "body"}
BLOCKS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption", "hr"}
BLOCKS |= {"blockquote", "address", "details", "summary", "form", "fieldset", "legend", "html", "head"}
LINE_END = "\u2028"  # what <br> becomes; all other white space is one space


def as_markdown(html: str, path: Path) -> tuple[str, str]:
    """The page's title (its <title>, else its first <h1>, else empty) and its text as Markdown.

    Raises DataError, naming the path, for a page that cannot be parsed.
    """
    from bs4 import BeautifulSoup
    from bs4.builder import ParserRejectedMarkup

    try:
        page = BeautifulSoup(html, "html.parser")
    except ParserRejectedMarkup as error:
        raise DataError(
            f"The file {path} is not HTML: {error}.", next_step="mend its markup, or save it from a browser"
        ) from None
    for tag in [*page(LEFT_OUT), *page(hidden=True)]:
        tag.decompose()
    for tag in page("br"):
        tag.replace_with(LINE_END)
    for tag in page("img"):
        tag.replace_with(str(tag.get("alt", "")))
    titles = [" ".join(_tidy(tag.get_text()).split()) for tag in (page.find("title"), page.find("h1")) if tag]
    for tag in page("title"):
        tag.decompose()
    writer = _Writer()
    writer.read(page.find("main") or page)
    return next(filter(None, titles), ""), "".join(writer.written)


def declared_encoding(content: bytes) -> str | None:
    """The encoding that a page names in its own first bytes (<meta charset>), if it does."""
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(content, is_html=True)
    return "cp1252" if declared in ("iso-8859-1", "us-ascii") else declared  # which is how browsers take them


class _Writer:
    """The blocks written so far, and where in the page the reading is.

    A block ends where the next one begins, so an end tag that HTML lets a page omit is not missed; and the
    tree is walked without recursion, as such pages nest as deep as they are long.
    """

    def __init__(self) -> None:
        self.written: list[str] = []
        self._inline: list[str] = []
        self._after_item = False
        self._heading = 0  # the level of the one that is open
        self._lists: list[int | None] = []  # of each open list: its last number, None where it has dashes
        self._marker = ""  # of the item that begins

    def read(self, root: "Tag") -> None:
        from bs4.element import PreformattedString, Tag

        names, children = [root.name], [iter(root.children)]
        while children:
            node = next(children[-1], None)
            if node is None:
                children.pop()
                self._end(names.pop())
            elif isinstance(node, Tag):
                block = _at_once(node)
                if block is None:
                    self._start(node.name)
                    names.append(node.name)
                    children.append(iter(node.children))
                elif block:
                    self._flush()
                    self._write(block)
            elif not isinstance(node, PreformattedString):  # that is a comment or a doctype
                self._inline.append(node)
        self._flush()

    def _start(self, name: str) -> None:
        if name == "dd" and _tidy("".join(self._inline)):
            self._inline.append(": ")  # a term and what it means share a line
        elif name in BLOCKS or name == "dd":
            self._flush()
        if name in HEADINGS:
            self._heading = int(name[1])
        elif name in LISTS:
            self._lists.append(0 if name == "ol" else None)
        elif name in ("li", "dt") and self._lists:
            number = self._lists[-1]
            self._lists[-1] = None if number is None else number + 1
            self._marker = "- " if number is None else f"{number + 1}. "

    def _end(self, name: str) -> None:
        if name in BLOCKS and name != "dt":
            self._flush()
        if name in HEADINGS:
            self._heading = 0
        elif name in LISTS:
            self._lists.pop()

    def _flush(self) -> None:
        """Write the words read since the last block as a heading, an item or a paragraph."""
        text = _tidy("".join(self._inline))
        self._inline.clear()
        if not text:
            return
        if self._heading:
            self._write(f"{'#' * self._heading} {' '.join(text.rstrip('¶').split())}")
        elif self._lists:
            indent = "  " * (len(self._lists) - 1)
            first = indent + (self._marker or "  ")
            self._write(first + text.replace("\n", f"\n{indent}  "), item=True)
        else:
            self._write(text)
        self._marker = ""

    def _write(self, block: str, item: bool = False) -> None:
        gap = "\n" if item and self._after_item else "\n\n"
        self.written.append(gap + block if self.written else block)
        self._after_item = item


def _tidy(text: str) -> str:
    """Words with one space between them, the lines that <br> ended apart; soft hyphens away."""
    lines = text.replace("\u00ad", "").split(LINE_END)
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _at_once(tag: "Tag") -> str | None:
    """A piece of code or a table of data as one block; None for a tag whose children come one by one."""
    if tag.name == "pre":
        code = tag.get_text().replace(LINE_END, "\n").strip("\n")
        fence = "~~~" if "```" in code else "```"
        return f"{fence}\n{code}\n{fence}" if code.strip() else ""
    if tag.name != "table" or tag.find(["table", "pre", *HEADINGS]):
        return None  # with tables or headings inside it is there for the layout
    names, rows = _grid(tag)
    width = max(map(len, [names, *rows]), default=0)
    if width < 2:
        return None
    lines = [[*row, *[""] * (width - len(row))] for row in [names, ["---"] * width, *rows]]
    block = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    caption = _tidy(tag.caption.get_text()) if tag.caption else ""
    return f"{caption}\n\n{block}" if caption else block


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
                words.append(node)
    return [
        (
            head or all(cell.name == "th" for cell, _ in cells),
            [(cell, _in_bars("".join(words))) for cell, words in cells],
        )
        for head, cells in rows
        if cells
    ]


def _in_bars(text: str) -> str:
    return " ".join(_tidy(text).split()).replace("|", r"\|")


def _span(cell: "Tag", name: str, limit: int) -> int:
    """How many columns or rows a cell covers, 1 where the page says nothing that makes sense."""
    value = str(cell.get(name, ""))[:9]
    return min(max(int(value), 1), limit) if value.isdecimal() else 1
