"""The plain splitters: windows of a fixed number of words, and windows of whole sentences.

They know nothing of headings and tables, and cut through both; chunking.py is the splitter that does. A chunk
remembers the headings above it all the same, so that it can be embedded with them or without.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from course_lib.corpus.chunking import Chunk, check_size, document_of, split
from course_lib.corpus.documents import Document
from course_lib.corpus.markdown import sections, sentences
from course_lib.corpus.words import WORD, count_words
from course_lib.errors import CourseError

Span = tuple[int, int]  # the first character, and the one behind the last
Splitter = Callable[[Sequence[Document], int, int], list[Chunk]]  # documents, size and overlap in words


def window_spans(count: int, size: int, overlap: int = 0) -> list[Span]:
    """Windows of `size` words over `count` words, each with the last `overlap` words of the one before.

    The last window ends with the text and may be shorter; none lies wholly within another. Raises CourseError
    if size is below 1, or overlap not between 0 and size - 1. Lesson 02 (exercise 2.1).
    """
    check_size(size, overlap)
    starts = range(0, max(count - overlap, 1), size - overlap) if count else ()
    return [(start, min(start + size, count)) for start in starts]


def split_windows(documents: Iterable[Document], size: int, overlap: int = 0) -> list[Chunk]:
    """Cut documents into windows of `size` words, whatever stands there; raises as `window_spans` does.

    Lesson 02 builds it.
    """
    chunks = []
    for document in documents:
        words = [match.span() for match in WORD.finditer(document.text)]
        spans = [(words[a][0], words[b - 1][1]) for a, b in window_spans(len(words), size, overlap)]
        chunks += chunks_at(document, spans)
    return chunks


def split_sentences(documents: Iterable[Document], size: int, overlap: int = 0) -> list[Chunk]:
    """Join whole sentences while they hold at most `size` words, beginning with those that the last
    `overlap` words of the chunk before hold whole.

    A line of a table, a heading and a list item count as sentences; a sentence above `size` words stays
    whole, alone. Raises CourseError as `window_spans` does. Lesson 02.
    """
    check_size(size, overlap)
    chunks = []
    for document in documents:
        units = [(*span, len(WORD.findall(document.text, *span))) for span in sentences(document)]
        chunks += chunks_at(document, _joined(units, size, overlap))
    return chunks


def _joined(units: list[tuple[int, int, int]], size: int, overlap: int) -> Iterator[Span]:
    """Spans of neighbouring units (start, end, words) of at most `size` words together."""
    first, held = 0, 0
    for number, (_, _, words) in enumerate(units):
        if number > first and held + words > size:
            yield units[first][0], units[number - 1][1]
            # Step back over whole units, but leave room for the new one, and never to where this one began.
            back, shared = number, 0
            while back - 1 > first and shared + units[back - 1][2] <= min(overlap, size - words):
                back -= 1
                shared += units[back][2]
            first, held = back, shared
        held += words
    if units:
        yield units[first][0], units[-1][1]


def chunks_at(document: Document, spans: Iterable[Span]) -> list[Chunk]:
    """Chunks of one document at these character spans, in order, as any splitter may name them.

    Each gets the headings above its first character. Raises CourseError for a span that is empty or outside
    of the text. Lesson 02.
    """
    place = document_of(document)
    headings, ends = zip(*((heading, end) for heading, _, end in sections(document)), strict=True)
    chunks = []
    for number, (start, end) in enumerate(spans, start=1):
        if not 0 <= start < end <= len(document.text):
            raise CourseError(
                f"Chunk {number} of {document.id} would stand at [{start}:{end}].",
                allowed=f"a span within [0:{len(document.text)}] that is not empty",
            )
        heading = headings[bisect_right(ends, start, hi=len(ends) - 1)]  # a section ends at the next heading
        text = document.text[start:end]
        chunks.append(
            replace(place, id=f"{document.id}#{number}", heading=heading, text=text, start=start, end=end)
        )
    return chunks


def split_markdown(documents: Iterable[Document], size: int, overlap: int = 0) -> list[Chunk]:
    """The chunks of the library semantic-text-splitter: as much of a level of Markdown as `size` words hold.

    It joins sections where they fit, and does not repeat the header of a table that it splits. Raises
    CourseError as `window_spans` does. Lesson 02.
    """
    from semantic_text_splitter import MarkdownSplitter

    check_size(size, overlap)
    splitter = MarkdownSplitter.from_callback(count_words, size, overlap=overlap)
    chunks = []
    for document in documents:
        found = splitter.chunk_indices(document.text)  # (first character, text)
        chunks += chunks_at(document, [(start, start + len(text)) for start, text in found])
    return chunks


def without_headings(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The same chunks without title and headings, as a splitter that does not know them leaves them.

    Their passage is their text alone. Lesson 02.
    """
    return [replace(chunk, title="", heading="") for chunk in chunks]


def without_repeated_headers(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The same chunks without the headers repeated above parts of tables, as most splitters leave them.

    Lesson 02.
    """
    return [replace(chunk, text=chunk.text[-(chunk.end - chunk.start) :]) for chunk in chunks]


# The strategies that lesson 02 compares, by name.
SPLITTERS: dict[str, Splitter] = {
    "windows": split_windows,
    "sentences": split_sentences,
    "structure": split,
    "structure, row by row": partial(split, table_rows=1),
}
PLAIN = ("windows", "sentences")  # those that are embedded without headings, which they do not know
