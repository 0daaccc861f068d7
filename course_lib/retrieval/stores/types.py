"""What every vector store takes and gives, and the checks that all of them share."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from course_lib.arguments import is_day, listed, shown, whole_number, words, writable
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.files import make_folder
from course_lib.retrieval.exact import unit_rows
from course_lib.retrieval.filters import Filter, check_where
from course_lib.retrieval.types import Hit, rows_of_numbers

WIDEST = 2**31 - 1  # numbers in a vector; FAISS counts in 32 bits
TEXTS = [field.name for field in fields(Chunk) if field.type is str]


class VectorStore(Protocol):
    """Chunks with their vectors, kept on a disk, searched and filtered there. Lesson 03.

    There is no call to persist: what add() or delete() returned from is kept, even if the process is killed
    the moment after. close() only lets go of files and connections. Search is by cosine.
    """

    dimension: int

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors (n, dimension); a chunk whose id is there already is replaced.

        Raises RetrievalError, and keeps none, for vectors of another shape, NaN, an id that is empty or given
        twice, a date that is none, and characters that not every store can keep (NUL, half a surrogate pair).
        """

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each of the vectors (q, dimension) the k nearest chunks that the filter accepts, best first.

        Where there are fewer, all of them; an empty store finds nothing. Raises RetrievalError for vectors of
        another shape, NaN, a k below 1 and a filter whose dates are none.
        """

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""

    def close(self) -> None:
        """Let go of files and connections; the store is used no more."""


def require_package(name: str) -> None:
    """Raise RetrievalError, saying how to install it, if a package of the extra [stores] is missing."""
    if find_spec(name) is None:
        raise RetrievalError(
            f"The package {name} is not installed.",
            next_step="in the course's folder: pip install -c constraints.txt -e '.[stores]'",
        )


def check_place(place: str | Path, dimension: int) -> int:
    """The dimension as Python's own integer; raises RetrievalError for one below 1, and for no place."""
    if not isinstance(place, (str, Path)) or not str(place).strip():
        problem = f"This is no place for a store: {shown(place)}."
        raise RetrievalError(problem, "a folder, or the URL of a server")
    return whole_number(dimension, "dimension", most=WIDEST, error=RetrievalError)


def lock_folder(folder: str | Path) -> Any:
    """Make a folder if need be, and take its lock; raises RetrievalError if somebody has it.

    And CourseError where a file stands in its place.
    """
    from filelock import FileLock, Timeout

    folder = make_folder(folder)
    lock = FileLock(folder / "lock")  # the system takes it back from a process that is killed
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RetrievalError(
            f"The store in {folder} is open already, here or in another process.",
            next_step="close it there; many processes at once need a database with a server",
        ) from None
    return lock


def check_chunks(
    chunks: Sequence[Chunk], vectors: np.ndarray, dimension: int
) -> tuple[list[Chunk], np.ndarray]:
    """Chunks as a list and their vectors as unit rows (n, dimension); raises as VectorStore.add says."""
    vectors, chunks = check_vectors(vectors, dimension), listed(chunks, "chunks", Chunk, error=RetrievalError)
    if len(vectors) != len(chunks):
        raise RetrievalError(
            f"There are {len(chunks)} chunks and {len(vectors)} vectors.", allowed="one vector a chunk"
        )
    seen = set()
    for chunk in chunks:
        if not chunk.id or chunk.id in seen:
            problem = f"The id {chunk.id!r} is given twice." if chunk.id else "A chunk has an empty id."
            raise RetrievalError(problem, allowed="an id of its own for each chunk")
        seen.add(chunk.id)
        for name in TEXTS:
            if not _can_be_kept(getattr(chunk, name)):
                raise RetrievalError(
                    f"The {name} of the chunk {chunk.id!r} holds a NUL or half a surrogate pair.",
                    allowed="text that can be written as UTF-8, without NUL",
                    next_step="take these characters out when the document is read",
                )
        if chunk.effective and not is_day(chunk.effective):
            raise RetrievalError(
                f"The chunk {chunk.id!r} is effective from {chunk.effective!r}, which is no date.",
                allowed="YYYY-MM-DD, or empty where no date is known",
            )
    return chunks, vectors


def check_search(vectors: np.ndarray, k: int, where: Filter | None, dimension: int) -> tuple[np.ndarray, int]:
    """Queries as unit rows (q, dimension), and k; raises RetrievalError as VectorStore.search says."""
    k = whole_number(k, "k", error=RetrievalError)
    check_filter(where)
    return check_vectors(vectors, dimension), k


def check_vectors(vectors: np.ndarray, dimension: int) -> np.ndarray:
    """Scale rows (n, dimension) to length 1; raises RetrievalError for another shape and for NaN."""
    shape = rows_of_numbers(vectors).shape
    if shape[1] != dimension:
        raise RetrievalError(
            f"The store has dimension {dimension}, and these vectors have the shape {shape}.",
            allowed=f"(number of vectors, {dimension})",
            next_step="embed with the model whose vectors are in the store",
        )
    return unit_rows(vectors)


def check_filter(where: Filter | None) -> None:
    """Raise RetrievalError for what is no filter, and for one with text that no chunk can hold."""
    check_where(where)
    if where is not None:
        _check_texts([*where.editions, *where.domains])


def check_same_dimension(place: str, stored: int, dimension: int) -> None:
    """Raise RetrievalError, naming both, if a store on the disk has another dimension than is asked for."""
    if stored != dimension:
        raise RetrievalError(
            f"The store in {place} has dimension {stored}, not {dimension}.",
            next_step="open it with the embedder that filled it, or take another place",
        )


def as_list(document_ids: str | Iterable[str]) -> list[str]:
    """One id or several as a list; raises RetrievalError for one that no store can hold."""
    found = [document_ids] if isinstance(document_ids, str) else document_ids
    found = list(words(found, "The document's id", error=RetrievalError))
    _check_texts(found)
    return found


def key_of(text: str) -> str:
    """A text's SHA-256: a word without blanks or case, for stores whose filters compare words."""
    return sha256(text.encode("utf-8")).hexdigest()


def day_number(effective: str) -> int:
    """A date YYYY-MM-DD as a number, 20260131, and none as 0: for stores whose ranges take no text."""
    return int(effective.replace("-", "") or 0)


def ranked(found: Iterable[tuple[Chunk, float]]) -> list[Hit]:
    """Hits from chunks and scores, best first."""
    return [Hit(chunk, float(score), rank) for rank, (chunk, score) in enumerate(found, start=1)]


def _check_texts(texts: Sequence[str]) -> None:
    for text in texts:
        if not _can_be_kept(text):
            raise RetrievalError(f"No chunk can hold {text!r}.", allowed="UTF-8 text without NUL")


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and writable(text)
