"""The parts of a Markdown text: its sections, blocks, lines and sentences, as spans of characters.

It reads what people write by hand: `#` headings, blank lines between blocks, tables whose lines begin with a
bar, fenced code. It does not read underlined headings or HTML.
"""

import re
from collections.abc import Iterator

from course_lib.corpus.documents import Document

HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
WORD = re.compile(r"[^\s|]*\w[^\s|]*")  # a table's bars and rules are no words
FENCE = ("```", "~~~")

# Where a block that is too long may be cut, the best place first: list items or lines, sentences, words.
ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])")
SENTENCE = re.compile(r"""(?<=[.!?])["'”’)\]*_]*\s+(?=["'“‘(\[*_`]*[A-Z])""")
LINE = re.compile(r"\n")
SPACE = re.compile(r"\s+")


def count_words(text: str) -> int:
    """How many words a Markdown text holds; the bars and rules of a table are none."""
    return sum(1 for _ in WORD.finditer(text))


def sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """(heading path, start, end) of the text under each heading; the path leaves out the title itself."""
    path: list[tuple[int, str]] = []
    start, fenced = 0, False
    for line_start, line in lines(document.text, 0, len(document.text)):
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


def blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs, lists, tables and fenced code, without the blank lines between them."""
    begin, fenced, table = None, False, False
    stop = start
    for line_start, line in lines(text, start, end):
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
    for begin, stop in blocks(text, start, end):
        coded = text.startswith(("|", *FENCE), begin)
        for each in parts(text, begin, stop, LINE if coded else ITEM):
            yield from [each] if coded else parts(text, *each, SENTENCE)


def parts(text: str, start: int, end: int, cut: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The spans between the places of one kind, without the white space there."""
    for gap in cut.finditer(text, start, end):
        closing = len(gap[0]) - len(gap[0].lstrip("\"'”’)]*_"))  # marks that close a sentence stay with it
        yield start, gap.start() + closing
        start = gap.end()
    yield start, end


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(start, line without its line end) for the lines of a span."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, text[start:stop]
        start = stop + 1
