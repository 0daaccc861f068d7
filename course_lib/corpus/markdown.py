"""The parts of a Markdown text: its sections, blocks, lines and sentences, as spans of characters.

markdown-it-py says which lines are headings, tables and fenced code, by CommonMark and GitHub's tables; in a
list or a quote too, but that a heading there opens no section. Three things are read otherwise: a table ends
at the first line without a bar, an underlined paragraph of several lines is no heading, nor is a line of more
than 30 words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt

from course_lib.corpus.documents import Document
from course_lib.corpus.words import ITEM, LINE, SENTENCE, WORD, count_words, parts

__all__ = ["WORD", "Heading", "blocks", "blocks_of_kinds", "count_words", "first_heading", "headings"]
__all__ += ["lines", "sections", "sentences", "sentences_in"]

HEADING_WORDS = 30  # headings stand above each chunk, so a line without end must be none
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
BARS = re.compile(r"[ \t>]*\|")
TEXT, TABLE, ROWS, CODE = "text", "table", "rows", "code"  # rows: lines of bars without a header's rule


@dataclass(frozen=True)
class Heading:
    """A heading at text[start:end], its marks in it; its name is without them."""

    level: int
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Outline:
    """The headings of a text; where each of its lines begins; and what kind of block it is in, and which."""

    headings: tuple[Heading, ...]
    starts: list[int]
    kinds: list[tuple[str, int]]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    parser.core.ruler.enableOnly(["block"])  # words stay as they are
    return parser


@lru_cache(maxsize=8)
def _outline(text: str) -> _Outline:
    rows = text.split("\n")
    starts = [0]
    for row in rows[:-1]:
        starts.append(starts[-1] + len(row) + 1)
    kinds = [(ROWS if BARS.match(row) else TEXT, 0) for row in rows]
    found = []
    tokens = _parser().parse(text)
    for number, token in enumerate(tokens):
        if not token.map:
            continue
        first, last = token.map
        if token.type == "heading_open" and token.level == 0:
            name = ESCAPE.sub(r"\1", " ".join(tokens[number + 1].content.split()))
            if "\n" not in tokens[number + 1].content and count_words(name) <= HEADING_WORDS:
                end = starts[last - 1] + len(rows[last - 1])
                found.append(Heading(int(token.tag[1]), name, starts[first], end))
        elif token.type == "fence":
            kinds[first:last] = [(CODE, first + 1)] * (last - first)
        elif token.type == "table_open":
            while first < last and "|" in rows[first]:
                kinds[first] = (TABLE, token.map[0] + 1)
                first += 1
    return _Outline(tuple(found), starts, kinds)


def headings(text: str) -> tuple[Heading, ...]:
    """The headings that open a section of the text, in order."""
    return _outline(text).headings


def first_heading(text: str) -> str:
    """The first heading of the highest level that the text has; empty if it has none."""
    named = [heading for heading in headings(text) if heading.name]
    return min(named, key=lambda heading: heading.level).name if named else ""


def sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """(heading path, start, end) of the text above the first heading and under each; the path leaves out the
    title itself.
    """
    path: list[tuple[int, str]] = []
    start = 0
    for heading in headings(document.text):
        yield _joined(path), start, heading.start
        path = [(above, name) for above, name in path if above < heading.level]
        if heading.name and (heading.level, heading.name) != (1, document.title):
            path.append((heading.level, heading.name))
        start = heading.end
    yield _joined(path), start, len(document.text)


def _joined(path: list[tuple[int, str]]) -> str:
    return " > ".join(name for _, name in path)


def blocks_of_kinds(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of paragraphs, lists, tables, rows of bars and fenced code, without the blank lines
    between them.
    """
    outline = _outline(text)
    number = bisect_right(outline.starts, start) - 1
    begin = stop = start
    block: tuple[str, int] | None = None
    for line_start, line in lines(text, start, end):
        kind, blank = outline.kinds[number], not line.strip()
        number += 1
        if block and (kind != block or (blank and kind[0] != CODE)):
            yield block[0], begin, stop
            block = None
        if blank:
            continue
        if block is None:
            block, begin = kind, line_start
        stop = line_start + len(line)
    if block:
        yield block[0], begin, stop


def blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The same without their kind."""
    for _, begin, stop in blocks_of_kinds(text, start, end):
        yield begin, stop


def sentences(document: Document) -> list[tuple[int, int]]:
    """The spans of a document's sentences; a heading, a list item, a line of a table or of code is one too.

    What holds no word is none.
    """
    text, found, above = document.text, [], 0
    for _, start, end in sections(document):
        found.append((above, start))  # the line of the heading
        found += sentences_in(text, start, end)
        above = end
    return [(start, end) for start, end in found if WORD.search(text, start, end)]


def sentences_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The same for a span without headings."""
    for kind, begin, stop in blocks_of_kinds(text, start, end):
        for each in parts(text, begin, stop, ITEM if kind == TEXT else LINE):
            yield from parts(text, *each, SENTENCE) if kind == TEXT else [each]


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(start, line without its line end) for the lines of a span."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, text[start:stop]
        start = stop + 1
