"""A vector store as a retriever: texts in, ranked hits out."""

from collections.abc import Sequence

from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.types import VectorStore
from course_lib.retrieval.types import Hit, Retriever, TextEmbedder, check_queries


class StoreRetriever(Retriever):
    """Embeds queries and asks a store; raises RetrievalError if embedder and store differ in dimension."""

    def __init__(self, store: VectorStore, embedder: TextEmbedder):
        if embedder.dimension != store.dimension:
            raise RetrievalError(
                f"The store has dimension {store.dimension}, and the embedder gives {embedder.dimension}.",
                next_step="take the embedder that filled the store",
            )
        self.store, self.embedder = store, embedder

    def __len__(self) -> int:
        return self.store.count()

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks nearest to it, or all that the filter accepts if they are fewer.

        All queries take one call to the model and one to the store. Raises RetrievalError for an empty query
        and for k below 1. Lesson 03.
        """
        queries = check_queries(queries)
        return self.store.search(self.embedder.embed(queries), k, where) if queries else []
