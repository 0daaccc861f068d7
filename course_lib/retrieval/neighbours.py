"""Search small, read large: a hit comes with the chunks that stand before and after it in its document."""

from collections.abc import Sequence
from dataclasses import replace

from course_lib.arguments import whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.types import Hit, Retriever, check_chunks_given


class NeighbourRetriever(Retriever):
    """A retriever whose hits are widened by `each` chunks on either side, of the same document and edition.

    A hit keeps its id and place; a neighbour that is a hit itself, or was read with one, is not read twice.
    """

    def __init__(self, retriever: Retriever, chunks: Sequence[Chunk], each: int = 1):
        """Take over a retriever over these chunks, in their documents' order; `each` is 1 or more.

        Lesson 09.
        """
        self.retriever = retriever
        self.each = whole_number(each, "each", error=RetrievalError)
        self._documents: dict[tuple[str, str], list[Chunk]] = {}
        for chunk in check_chunks_given(chunks):
            self._documents.setdefault((chunk.document_id, chunk.edition), []).append(chunk)

    def __len__(self) -> int:
        return len(self.retriever)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The hits of the first search, widened; raises RetrievalError as that does."""
        return [self._widened(hits) for hits in self.retriever.search_many(queries, k, where)]

    def _widened(self, hits: Sequence[Hit]) -> list[Hit]:
        read = {(hit.chunk.id, hit.chunk.edition) for hit in hits}
        wide = []
        for hit in hits:
            row = self._documents.get((hit.chunk.document_id, hit.chunk.edition), [hit.chunk])
            place = next((i for i, chunk in enumerate(row) if chunk.id == hit.chunk.id), 0)
            around = row[max(0, place - self.each) : place + self.each + 1]
            kept = [c for c in around if c.id == hit.chunk.id or (c.id, c.edition) not in read]
            read |= {(c.id, c.edition) for c in kept}
            text = "\n\n".join(c.text for c in kept)
            wide.append(
                replace(hit, chunk=replace(hit.chunk, text=text, start=kept[0].start, end=kept[-1].end))
            )
        return wide
