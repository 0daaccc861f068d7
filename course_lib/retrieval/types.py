"""What every retriever takes and gives: a query, k and a filter in, ranked hits out."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from course_lib.arguments import checked_text, listed, shown, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError

if TYPE_CHECKING:  # filters.py builds on this file
    from course_lib.retrieval.filters import Filter


@dataclass(frozen=True)
class Hit:
    """A chunk that a search found, its score (higher is better) and its rank, counted from 1."""

    chunk: Chunk
    score: float
    rank: int


class Retriever(Protocol):
    """Anything that ranks the chunks it holds for a query; a class that names it as its base gets `search`.

    With a filter only the chunks that it accepts can be found: there may be fewer than k hits, or none.
    """

    def __len__(self) -> int: ...

    def search(self, query: str, k: int, where: "Filter | None" = None) -> list[Hit]:
        """The k best chunks for one query, best first; raises RetrievalError as `search_many` does.

        Lesson 01.
        """
        return self.search_many([query], k, where)[0]

    def search_many(
        self, queries: Sequence[str], k: int, where: "Filter | None" = None
    ) -> list[list[Hit]]: ...


class TextEmbedder(Protocol):
    """Anything that turns texts into unit rows of one dimension; its fingerprint names its exact weights."""

    fingerprint: str

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> np.ndarray: ...


def as_hits(chunks: Mapping[int, Chunk] | Sequence[Chunk], rows: np.ndarray, scores: np.ndarray) -> list[Hit]:
    """One query's hits from rows (k,) and scores (k,), best first; a row of -1 is a place left empty."""
    found = [(chunks[int(row)], float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0]
    return [Hit(chunk, score, rank) for rank, (chunk, score) in enumerate(found, start=1)]


def check_k(k: int, size: int) -> int:
    """k as Python's own integer; raises RetrievalError unless 1 <= k <= size, what can be found."""
    if size == 0:
        raise RetrievalError("There is nothing to search: the index is empty.", next_step="add chunks first")
    return whole_number(k, "k", most=size, why="the number that the index holds", error=RetrievalError)


def check_queries(queries: Sequence[str]) -> list[str]:
    """The queries as a list; raises RetrievalError unless each is a text with something to search for."""
    if isinstance(queries, str):
        raise RetrievalError(
            "Expected a list of queries, and got one text.", next_step="call search(query, k) for one query"
        )
    if not isinstance(queries, Sized):  # a generator would be empty when it is read again
        raise RetrievalError(
            f"Expected a list of queries, and got {shown(queries)}.", "a list of texts", "list(queries)"
        )
    found = listed(queries, "queries", error=RetrievalError)
    return [checked_text(each, f"Query {place}", error=RetrievalError) for place, each in enumerate(found)]


def check_chunks_given(chunks: Iterable[Chunk]) -> list[Chunk]:
    """Chunks as a list; raises RetrievalError if there are none, or if they are something else."""
    if isinstance(chunks, Sized) and len(chunks) == 0:
        raise RetrievalError(
            "There are no chunks to index.", next_step="split documents first: split(load_documents())"
        )
    return listed(
        chunks,
        "chunks to index",
        Chunk,
        least=1,
        allowed="a list of chunks, one or more",
        next_step="split documents first: split(load_documents())",
        error=RetrievalError,
    )


def rows_of_numbers(vectors: np.ndarray, what: str = "vectors") -> np.ndarray:
    """Vectors as an array of rows (n, dimension); raises RetrievalError for anything else."""
    try:
        rows = np.asarray(vectors)
    except (TypeError, ValueError, RuntimeError):  # rows of unequal length; a tensor on a card
        rows = None
    if rows is None or rows.dtype.kind not in "fiu":
        raise RetrievalError(f"The {what} are no rows of numbers: {shown(vectors)}.", "(n, dimension)")
    if rows.ndim != 2:
        raise RetrievalError(f"Expected {what} as rows, and got the shape {rows.shape}.", "(n, dimension)")
    return rows


def check_finite(rows: np.ndarray, what: str = "Vector") -> None:
    """Raise RetrievalError, with the number of the first, if a row (n, d) holds NaN or infinity."""
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise RetrievalError(
            f"{what} {bad[0]} holds NaN or infinity ({len(bad)} such rows).", allowed="finite numbers"
        )


def as_rows(queries: np.ndarray, dimension: int) -> np.ndarray:
    """Queries as rows (q, dimension); raises RetrievalError for another dimension, NaN and infinity."""
    rows = rows_of_numbers(queries, "queries")
    check_dimension(rows, dimension)
    check_finite(rows, "Query")
    return rows


def check_dimension(queries: np.ndarray, dimension: int) -> None:
    """Raise RetrievalError, naming both dimensions, unless queries are rows (q, dimension)."""
    if queries.ndim != 2 or queries.shape[1] != dimension:
        raise RetrievalError(
            f"The vectors have dimension {dimension}, and the queries have the shape {queries.shape}.",
            allowed=f"(number of queries, {dimension})",
            next_step="embed the queries with the model that embedded the documents",
        )
