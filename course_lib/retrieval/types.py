"""What every retriever takes and gives: a query and k in, ranked hits out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError


@dataclass(frozen=True)
class Hit:
    """A chunk that a search found, its score (higher is better) and its rank, counted from 1."""

    chunk: Chunk
    score: float
    rank: int


class Retriever(Protocol):
    """Anything that ranks chunks for a query; `search_many` asks several queries at once, which is faster."""

    def search(self, query: str, k: int) -> list[Hit]: ...

    def search_many(self, queries: Sequence[str], k: int) -> list[list[Hit]]: ...


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


def check_k(k: int, size: int) -> None:
    """Raise RetrievalError unless 1 <= k <= size, the number of things that can be found."""
    if size == 0:
        raise RetrievalError("There is nothing to search: the index is empty.", next_step="add chunks first")
    if not 1 <= k <= size:
        raise RetrievalError(
            f"k = {k} is out of range.", allowed=f"1 to {size}, the number that the index holds"
        )


def check_queries(queries: Sequence[str]) -> None:
    """Raise RetrievalError unless `queries` is a list of texts that each hold something to search for."""
    if isinstance(queries, str):
        raise RetrievalError(
            "Expected a list of queries, and got one text.", next_step="call search(query, k) for one query"
        )
    for number, query in enumerate(queries):
        if not isinstance(query, str) or not query.strip():
            raise RetrievalError(
                f"Query {number} is empty: {query!r}.", allowed="a text with at least one word"
            )


def check_dimension(queries: np.ndarray, dimension: int) -> None:
    """Raise RetrievalError, naming both dimensions, unless queries are rows (q, dimension)."""
    if queries.ndim != 2 or queries.shape[1] != dimension:
        raise RetrievalError(
            f"The vectors have dimension {dimension}, and the queries have the shape {queries.shape}.",
            allowed=f"(number of queries, {dimension})",
            next_step="embed the queries with the model that embedded the documents",
        )
