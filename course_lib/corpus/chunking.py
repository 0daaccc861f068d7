"""Cutting documents into chunks: by headings, then paragraphs and sentences, never through a table's row.

It reads the Markdown that people write by hand: `#` headings, blank lines between blocks, tables whose lines
begin with a bar, fenced code. It does not read underlined headings or HTML. Lesson 02 builds the simpler
splitters beside it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from course_lib.corpus.documents import Document
from course_lib.errors import CourseError

HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
WORD = re.compile(r"[^\s|]*\w[^\s|]*")  # a table's bars and rules are no words
FENCE = ("```", "~~~")

# Where a block that is too long may be cut, the best place first: list items or lines, sentences, words.
ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])")
SENTENCE = re.compile(r"""(?<=[.!?])["'”’)\]*_]*\s+(?=["'“‘(\[*_`]*[A-Z])""")
LINE = re.compile(r"\n")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Chunk:
    """A piece of one document, which stands at [start:end] of Document.text (but for a repeated header)."""

    id: str  # "PR-201#2": the second chunk of document PR-201
    document_id: str
    title: str
    heading: str  # the path of headings, "Care > Cleaning"; empty above the first heading
    text: str
    edition: str
    domain: str
    start: int
    end: int
    effective: str = ""  # the date from which its document holds, YYYY-MM-DD; empty where none is known

    @property
    def passage(self) -> str:
        """What is embedded and read: a line of title and headings, then the text."""
        place = f"{self.title} > {self.heading}" if self.heading else self.title
        return f"{place}\n{self.text}"


@dataclass(frozen=True)
class _Piece:
    """A span that is kept whole, the words in it, and a table header to repeat above it."""

    start: int
    end: int
    words: int
    header: str = ""


def split(documents: Iterable[Document], max_words: int = 90) -> list[Chunk]:
    """Cut documents into chunks of at most `max_words` words.

    A chunk never crosses a heading, and title and headings are not counted. Sections that are too long are
    cut after a paragraph, a list item or a sentence. A table stays whole up to twice `max_words`; a longer
    one is cut between rows and its header is repeated above each part. Raises CourseError if max_words is
    below 1. Lesson 02 takes it apart.
    """
    if max_words < 1:
        raise CourseError(f"A chunk cannot hold {max_words} words.", allowed="max_words of 1 or more")
    chunks = []
    for document in documents:
        place = _place(document)
        spans = [span for section in _sections(document) for span in _pack(section, document.text, max_words)]
        for number, (heading, start, end, header) in enumerate(spans, start=1):
            text = header + document.text[start:end]
            chunks.append(
                replace(place, id=f"{document.id}#{number}", heading=heading, text=text, start=start, end=end)
            )
    return chunks


def _place(document: Document) -> Chunk:
    """A chunk without text, which knows its document."""
    id, title, edition, domain = document.id, document.title, document.edition, document.domain
    return Chunk("", id, title, "", "", edition, domain, 0, 0, document.effective)


def count_words(text: str) -> int:
    """How many words a Markdown text holds; the bars and rules of a table are none."""
    return sum(1 for _ in WORD.finditer(text))


def _sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """(heading path, start, end) of the text under each heading; the path leaves out the title itself."""
    path: list[tuple[int, str]] = []
    start, fenced = 0, False
    for line_start, line in _lines(document.text, 0, len(document.text)):
        if line.startswith(FENCE):
            fenced = not fenced
        found = None if fenced else HEADING.match(line)
        if found is None:
            continue
        yield _joined(path), start, line_start
        level, heading = len(found[1]), found[2]
        path = [(above, name) for above, name in path if above < level]
        if (level, heading) != (1, document.title):
            path.append((level, heading))
        start = line_start + len(line)
    yield _joined(path), start, len(document.text)


def _joined(path: list[tuple[int, str]]) -> str:
    return " > ".join(name for _, name in path)


def _pack(section: tuple[str, int, int], text: str, max_words: int) -> Iterator[tuple[str, int, int, str]]:
    """Join neighbouring pieces of one section while they fit: (heading, start, end, header to repeat)."""
    heading, start, end = section
    current: _Piece | None = None
    for piece in _pieces(text, start, end, max_words):
        if current and not piece.header and current.words + piece.words <= max_words:
            current = replace(current, end=piece.end, words=current.words + piece.words)
            continue
        if current:
            yield heading, current.start, current.end, current.header
        current = piece
    if current:
        yield heading, current.start, current.end, current.header


def _pieces(text: str, start: int, end: int, max_words: int) -> Iterator[_Piece]:
    for begin, stop in _blocks(text, start, end):
        block = text[begin:stop]
        if block.startswith("|"):
            yield from _table(text, begin, stop, max_words)
        else:
            cuts = (LINE, SPACE) if block.startswith(FENCE) else (ITEM, SENTENCE, SPACE)
            yield from _cut(text, begin, stop, max_words, cuts)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs, lists, tables and fenced code, without the blank lines between them."""
    begin, fenced, table = None, False, False
    stop = start
    for line_start, line in _lines(text, start, end):
        blank, bar = not line.strip(), line.startswith("|")
        if begin is not None and not fenced and (blank or bar != table):
            yield begin, stop
            begin = None
        if blank and not fenced:
            continue
        if begin is None:
            begin, table = line_start, bar
        stop = line_start + len(line)
        if line.startswith(FENCE):
            fenced = not fenced
    if begin is not None:
        yield begin, stop


def _cut(
    text: str, start: int, end: int, max_words: int, cuts: tuple[re.Pattern[str], ...]
) -> Iterator[_Piece]:
    """Cut a span at the first kind of place; what is still too long, at the next kind."""
    words = count_words(text[start:end])
    if words <= max_words or not cuts:
        if words:  # a rule of dashes is no chunk
            yield _Piece(start, end, words)
        return
    for gap in cuts[0].finditer(text, start, end):
        closing = len(gap[0]) - len(gap[0].lstrip("\"'”’)]*_"))  # marks that close a sentence stay with it
        yield from _cut(text, start, gap.start() + closing, max_words, cuts[1:])
        start = gap.end()
    yield from _cut(text, start, end, max_words, cuts[1:])


def _table(text: str, start: int, end: int, max_words: int) -> Iterator[_Piece]:
    """A table whole, or groups of its rows, each but the first with the header to repeat."""
    words = count_words(text[start:end])
    lines = [(begin, begin + len(line)) for begin, line in _lines(text, start, end)]
    if words <= 2 * max_words or len(lines) < 4:
        yield _Piece(start, end, words)
        return
    header = text[start : lines[1][1]] + "\n"
    header_words = count_words(header)
    group = _Piece(start, lines[1][1], header_words)
    for number, (begin, stop) in enumerate(lines[2:]):
        row_words = count_words(text[begin:stop])
        if number and group.words + row_words > max_words:
            yield group
            group = _Piece(begin, stop, header_words + row_words, header)
        else:
            group = replace(group, end=stop, words=group.words + row_words)
    yield group


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(start, line without its line end) for the lines of a span."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, text[start:stop]
        start = stop + 1
