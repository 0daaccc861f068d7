"""Hits that say different things: each next one is near the query, and far from those already taken."""

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import finite_number, whole_number
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import check_depth
from course_lib.retrieval.types import (
    Hit,
    Retriever,
    TextEmbedder,
    check_dimension,
    check_queries,
    rows_of_numbers,
)


def marginal_relevance(query: np.ndarray, passages: np.ndarray, k: int, balance: float = 0.7) -> list[int]:
    """The rows of k passages (n, d), unit vectors, in the order in which they are taken for a query (d,).

    The next is that with the greatest balance · (similarity to the query) − (1 − balance) · (similarity to
    the nearest one taken). With a balance of 1 it is plain search. Raises RetrievalError for a balance
    outside 0 to 1 and k outside 1 to n. Carbonell and Goldstein, "The use of MMR", SIGIR 1998, section 2.
    Lesson 09.
    """
    balance = finite_number(balance, "balance", least=0, error=RetrievalError)
    if balance > 1:
        raise RetrievalError(f"The balance is {balance}.", allowed="0 (all different) to 1 (all near)")
    passages, query = rows_of_numbers(passages, "passages"), np.asarray(query)
    check_dimension(query[None], passages.shape[1])
    k = whole_number(k, "k", most=len(passages), error=RetrievalError)
    near, like_taken = passages @ query, np.full(len(passages), 0.0)
    taken: list[int] = []
    while len(taken) < k:
        gain = balance * near - (1 - balance) * like_taken
        gain[taken] = -np.inf
        taken.append(int(gain.argmax()))
        likeness = passages @ passages[taken[-1]]
        like_taken = likeness if len(taken) == 1 else np.maximum(like_taken, likeness)
    return taken


class DiverseRetriever(Retriever):
    """A retriever whose first `depth` hits are taken by marginal relevance, by an embedder's vectors."""

    def __init__(self, retriever: Retriever, embedder: TextEmbedder, balance: float = 0.7, depth: int = 20):
        """Take over both; raises RetrievalError for a depth below 1. Lesson 09."""
        self.retriever, self.embedder, self.balance = retriever, embedder, balance
        self.depth = whole_number(depth, "depth", error=RetrievalError)

    def __len__(self) -> int:
        return len(self.retriever)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query k hits with their places in the first search as scores; raises RetrievalError for k
        above the depth.
        """
        queries, k = check_queries(queries), check_depth(k, self.depth)
        found = self.retriever.search_many(queries, min(self.depth, len(self)), where)
        vectors = self.embedder.embed(queries)
        return [self._taken(vector, hits, k) for vector, hits in zip(vectors, found, strict=True)]

    def _taken(self, query: np.ndarray, hits: Sequence[Hit], k: int) -> list[Hit]:
        if not hits:
            return []
        passages = self.embedder.embed([hit.chunk.passage for hit in hits])
        rows = marginal_relevance(query, passages, min(k, len(hits)), self.balance)
        return [Hit(hits[row].chunk, hits[row].score, rank) for rank, row in enumerate(rows, start=1)]
