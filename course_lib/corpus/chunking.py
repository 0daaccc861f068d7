"""Cutting documents into chunks: by headings, then paragraphs and sentences, never through a table's row.

What Markdown it reads is said in markdown.py, what a word is in words.py. The plain splitters, which know
nothing of it, are in windows.py.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import regex

from course_lib.corpus.documents import Document
from course_lib.corpus.markdown import (
    TABLE,
    TEXT,
    blocks_of_kinds,
    headings,
    lines,
    sections,
    sentences_in,
)
from course_lib.corpus.words import ITEM, LINE, SENTENCE, SPACE, WORD, count_words, parts, word_parts
from course_lib.errors import CourseError


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
        """What is embedded and read: a line of title and headings where they are known, then the text."""
        place = f"{self.title} > {self.heading}" if self.heading else self.title
        return f"{place}\n{self.text}" if place else self.text


@dataclass(frozen=True)
class _Piece:
    """A span that is kept whole, the words in it, a table header to repeat above it, and whether it may not
    be joined to its neighbours.
    """

    start: int
    end: int
    words: int
    header: str = ""
    alone: bool = False


def split(
    documents: Iterable[Document], max_words: int = 90, overlap: int = 0, table_rows: int | None = None
) -> list[Chunk]:
    """Cut documents into chunks of at most `max_words` words, and at most `overlap` words of the text before.

    A chunk never crosses a heading, and title and headings are not counted. A heading with nothing below it
    is a chunk by itself. Sections that are too long are cut after a paragraph, a list item or a sentence, and
    a sentence that is too long between words. A table stays whole up to twice `max_words`; a longer
    one is cut between rows and its header is repeated above each part. With `table_rows` every table is cut
    so, into chunks of its own of at most so many rows. With an overlap a chunk begins at an
    earlier sentence of its section, never in or above a table. Raises CourseError if max_words or
    table_rows is below 1, or overlap not between 0 and max_words - 1. Lesson 02 takes it apart.
    """
    check_size(max_words, overlap)
    if table_rows is not None and table_rows < 1:
        raise CourseError(
            f"A chunk cannot hold {table_rows} rows of a table.", allowed="table_rows of 1 or more, or None"
        )
    chunks = []
    for document in documents:
        place = document_of(document)
        spans = []
        for section in sections(document):
            packed = list(_pack(section, document.text, max_words, table_rows))
            spans.append(list(_reach_back(packed, document.text, overlap)) if overlap else packed)
        _name_bare_headings(document, spans)
        for number, (heading, start, end, header) in enumerate(chain.from_iterable(spans), start=1):
            text = header + document.text[start:end]
            chunks.append(
                replace(place, id=f"{document.id}#{number}", heading=heading, text=text, start=start, end=end)
            )
    return chunks


def _name_bare_headings(document: Document, spans: list[list[tuple[str, int, int, str]]]) -> None:
    """Put a heading that has no chunk below it, nor below the headings under it, into its empty section."""
    below: list[tuple[int, bool]] = []  # the level of each part that follows, and whether it has a chunk
    paths = [path for path, _, _ in sections(document)]
    for number, heading in reversed(list(enumerate(headings(document.text), start=1))):
        filled = bool(spans[number])
        while below and below[-1][0] > heading.level:
            filled |= below.pop()[1]
        titles = (heading.level, heading.name) == (1, document.title)
        if not filled and not titles and count_words(heading.name):
            spans[number] = [(paths[number], heading.start, heading.end, "")]
            filled = True
        below.append((heading.level, filled))


def check_size(size: int, overlap: int) -> None:
    """Raise CourseError unless a chunk of `size` words may share `overlap` of them with the chunk before."""
    if size < 1:
        raise CourseError(f"A chunk cannot hold {size} words.", allowed="max_words of 1 or more")
    if not 0 <= overlap < size:
        raise CourseError(
            f"Chunks of {size} words cannot share {overlap} with the chunk before.",
            allowed=f"an overlap of 0 to {size - 1} words",
            next_step="with an overlap as large as the chunk, no chunk would ever get further",
        )


def document_of(document: Document) -> Chunk:
    """A chunk without text, which knows its document."""
    id, title, edition, domain = document.id, document.title, document.edition, document.domain
    return Chunk("", id, title, "", "", edition, domain, 0, 0, document.effective)


def _pack(
    section: tuple[str, int, int], text: str, max_words: int, table_rows: int | None
) -> Iterator[tuple[str, int, int, str]]:
    """Join neighbouring pieces of one section while they fit: (heading, start, end, header to repeat)."""
    heading, start, end = section
    current: _Piece | None = None
    for piece in _pieces(text, start, end, max_words, table_rows):
        apart = piece.header or piece.alone or (current and current.alone)
        if current and not apart and current.words + piece.words <= max_words:
            current = replace(current, end=piece.end, words=current.words + piece.words)
            continue
        if current:
            yield heading, current.start, current.end, current.header
        current = piece
    if current:
        yield heading, current.start, current.end, current.header


def _reach_back(
    packed: list[tuple[str, int, int, str]], text: str, overlap: int
) -> Iterator[tuple[str, int, int, str]]:
    """The chunks of one section, each begun at the earliest sentence that is at most `overlap` words above.

    Part of a table reaches nowhere, nor does a chunk swallow the whole of the one before it.
    """
    places, walls = _starts(text, packed[0][1], packed[-1][2]) if packed else ([], set())
    before = None
    for heading, start, end, header in packed:
        begin = start
        if before is not None and not header:
            for number in range(bisect_left(places, start) - 1, -1, -1):
                place = places[number]
                if place <= before or place in walls or (words := count_words(text[place:start])) > overlap:
                    break
                if words:
                    begin = place
        yield heading, begin, end, header
        before = start


def _starts(text: str, start: int, end: int) -> tuple[list[int], set[int]]:
    """Where the sentences, tables and fenced codes of a span begin; and of these, the tables and codes."""
    places: list[int] = []
    walls = set()
    for kind, begin, stop in blocks_of_kinds(text, start, end):
        if kind != TEXT:
            walls.add(begin)
            places.append(begin)
        else:
            places += [at for at, to in sentences_in(text, begin, stop) if WORD.search(text, at, to)]
    return places, walls


def _pieces(
    text: str, start: int, end: int, max_words: int, table_rows: int | None
) -> Iterator[_Piece]:
    for kind, begin, stop in blocks_of_kinds(text, start, end):
        if kind == TABLE:
            yield from _table(text, begin, stop, max_words, table_rows)
        else:
            cuts = (ITEM, SENTENCE, SPACE) if kind == TEXT else (LINE, SPACE)
            yield from _cut(text, begin, stop, max_words, cuts)


def _cut(
    text: str, start: int, end: int, max_words: int, cuts: tuple[regex.Pattern[str], ...]
) -> Iterator[_Piece]:
    """Cut a span at the first kind of place; what is still too long, at the next kind, at last in words."""
    words = count_words(text[start:end])
    if words <= max_words:
        if words:  # a rule of dashes is no chunk
            yield _Piece(start, end, words)
    elif cuts:
        for begin, stop in parts(text, start, end, cuts[0]):
            yield from _cut(text, begin, stop, max_words, cuts[1:])
    else:
        yield from (_Piece(begin, stop, 1) for begin, stop in word_parts(text, start, end))


def _table(
    text: str, start: int, end: int, max_words: int, table_rows: int | None
) -> Iterator[_Piece]:
    """A table whole, or groups of its rows, each but the first with the header to repeat."""
    words = count_words(text[start:end])
    rows = [(begin, begin + len(line)) for begin, line in lines(text, start, end)]
    if len(rows) < 4 or (table_rows is None and words <= 2 * max_words):
        yield _Piece(start, end, words, alone=table_rows is not None)
        return
    header = text[start : rows[1][1]] + "\n"
    header_words = count_words(header)
    group, held = _Piece(start, rows[1][1], header_words, alone=table_rows is not None), 0
    for begin, stop in rows[2:]:
        row_words = count_words(text[begin:stop])
        full = held == table_rows if table_rows else group.words + row_words > max_words
        if held and full:
            yield group
            group, held = replace(group, start=begin, words=header_words, header=header), 0
        group, held = replace(group, end=stop, words=group.words + row_words), held + 1
    yield group
