"""Several rankings made one: by ranks alone, because scores of different searches cannot be compared."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from course_lib.arguments import finite_number, listed, whole_number
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter, check_where
from course_lib.retrieval.types import Hit, Retriever, check_queries

Item = TypeVar("Item", bound=Hashable)


def reciprocal_rank_fusion(rankings: Sequence[Sequence[Item]], k: int = 60) -> list[tuple[Item, float]]:
    """Every item with the sum of 1 / (k + its rank) over the rankings that hold it, best first.

    Ranks count from 1; items with equal sums stand in the order in which they first appear, ranking after
    ranking. A large `k` makes agreement count for more than a first place. Raises RetrievalError for k below
    0 and for an item ranked twice. Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms
    Condorcet and individual rank learning methods", SIGIR 2009. Lesson 04.
    """
    k = finite_number(k, "k", least=0, error=RetrievalError)
    sums: dict[Item, float] = {}
    for ranking in listed(rankings, "rankings", error=RetrievalError):
        ranking = listed(ranking, "ranked items", error=RetrievalError)
        if not all(isinstance(each, Hashable) for each in ranking):
            raise RetrievalError("A ranking holds what is no item.", "ids or other hashable things")
        if len(set(ranking)) < len(ranking):
            raise RetrievalError("A ranking names an item twice.", next_step="rank each item once")
        for rank, item in enumerate(ranking, start=1):
            sums[item] = sums.get(item, 0.0) + 1 / (k + rank)
    return sorted(sums.items(), key=lambda pair: -pair[1])


class HybridRetriever(Retriever):
    """Several retrievers over the same chunks as one: their first `depth` hits, fused by rank."""

    def __init__(self, retrievers: Sequence[Retriever], depth: int = 50, rrf_k: int = 60):
        """Take over the retrievers; raises RetrievalError if there are none, or for a depth below 1.

        Lesson 04.
        """
        self.retrievers = listed(
            retrievers, "retrievers to fuse", least=1, allowed="a list of one or more", error=RetrievalError
        )
        self.depth = whole_number(depth, "depth", error=RetrievalError)
        self.rrf_k = finite_number(rrf_k, "rrf_k", least=0, error=RetrievalError)

    def __len__(self) -> int:
        return min(len(each) for each in self.retrievers)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks with the highest fused scores; raises RetrievalError for k above the
        depth.
        """
        queries, k = check_queries(queries), check_depth(k, self.depth)
        check_where(where)
        found = [
            retriever.search_many(queries, min(self.depth, len(retriever)), where)
            for retriever in self.retrievers
        ]
        return [self._fused(lists, k) for lists in zip(*found, strict=True)]

    def _fused(self, lists: Sequence[list[Hit]], k: int) -> list[Hit]:
        chunks = {hit.chunk.id: hit.chunk for hits in lists for hit in hits}
        fused = reciprocal_rank_fusion([[hit.chunk.id for hit in hits] for hits in lists], self.rrf_k)
        return [Hit(chunks[id], score, rank) for rank, (id, score) in enumerate(fused[:k], start=1)]


def check_depth(k: int, depth: int) -> int:
    """k as Python's own integer; raises RetrievalError unless 1 <= k <= depth, the hits looked at."""
    next_step = "set a greater depth"
    return whole_number(k, "k", most=depth, why="the depth", next_step=next_step, error=RetrievalError)
