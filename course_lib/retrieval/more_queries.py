"""One question, several searches: other wordings, parts, drafts of an answer; their hits made one list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from course_lib.arguments import listed, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import check_depth, reciprocal_rank_fusion
from course_lib.retrieval.types import Hit, Retriever, TextEmbedder, check_chunks_given, check_queries

Expand = Callable[[Sequence[str]], Sequence[Sequence[str]]]  # for each query, what else to search for


class ExpandedRetriever(Retriever):
    """A retriever that is asked each query and what `expand` makes of it; hits are fused by rank."""

    def __init__(self, retriever: Retriever, expand: Expand, depth: int = 50):
        """Take over both; texts without a word are passed over. Raises RetrievalError for a depth below 1.

        Lesson 09.
        """
        self.retriever, self.expand = retriever, expand
        self.depth = whole_number(depth, "depth", error=RetrievalError)

    def __len__(self) -> int:
        return len(self.retriever)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks with the highest fused scores; raises RetrievalError for k above the
        depth, and where `expand` gives no list for each query.
        """
        queries, k = check_queries(queries), check_depth(k, self.depth)
        more = listed(self.expand(queries), "expanded queries", error=RetrievalError)
        if len(more) != len(queries):
            raise RetrievalError(f"Expanding {len(queries)} queries gave {len(more)} lists.", "one for each")
        asked = [[query, *filter(str.strip, others)] for query, others in zip(queries, more, strict=True)]
        depth = min(self.depth, len(self))
        found = iter(self.retriever.search_many([text for texts in asked for text in texts], depth, where))
        return [_fused([next(found) for _ in texts], k) for texts in asked]


class ByQuestions(Retriever):
    """Chunks searched by the questions that they answer, written when they were indexed (HyPE)."""

    def __init__(
        self, chunks: Sequence[Chunk], questions: Mapping[str, Sequence[str]], embedder: TextEmbedder
    ):
        """Index questions by their chunk's id; a chunk without one is found by its own text. Lesson 09."""
        self.chunks = {(chunk.id, chunk.edition): chunk for chunk in check_chunks_given(chunks)}
        rows = []
        for chunk in self.chunks.values():
            asked = [text for text in questions.get(chunk.id, ()) if text.strip()] or [chunk.passage]
            rows += [
                replace(chunk, id=f"{chunk.id}?{n}", title="", heading="", text=text)
                for n, text in enumerate(asked)
            ]
        self.index = ExactIndex(rows, embedder)

    def __len__(self) -> int:
        return len(self.chunks)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks with the nearest questions; raises RetrievalError as others do."""
        k = check_depth(k, len(self))
        return [self._one_each(hits, k) for hits in self.index.search_many(queries, len(self.index), where)]

    def _one_each(self, hits: Sequence[Hit], k: int) -> list[Hit]:
        best: dict[tuple[str, str], float] = {}
        for hit in hits:
            best.setdefault((hit.chunk.id.rpartition("?")[0], hit.chunk.edition), hit.score)
        nearest = enumerate(list(best.items())[:k], start=1)
        return [Hit(self.chunks[key], score, rank) for rank, (key, score) in nearest]


def _fused(lists: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    chunks = {hit.chunk.id: hit.chunk for hits in lists for hit in hits}
    fused = reciprocal_rank_fusion([[hit.chunk.id for hit in hits] for hits in lists])
    return [Hit(chunks[id], score, rank) for rank, (id, score) in enumerate(fused[:k], start=1)]
