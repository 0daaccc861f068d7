"""A FAISS index that knows its chunks: search by text, add, delete, save and load.

The bare vectors below it are vector_index.py's; the exact search that it is measured against is exact.py's.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from course_lib.arguments import listed, words
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import unit_rows
from course_lib.retrieval.filters import Filter, check_request
from course_lib.retrieval.saved_index import read_saved, write_saved
from course_lib.retrieval.types import Hit, Retriever, TextEmbedder, as_hits, check_chunks_given
from course_lib.retrieval.vector_index import check_parameters, index_bytes, search, trained


class FaissIndex(Retriever):
    """Chunks in a FAISS index of the kind flat, ivf, hnsw or pq, each under a row number never used twice."""

    def __init__(
        self, chunks: Sequence[Chunk], embedder: TextEmbedder, kind: str = "flat", **parameters: int
    ):
        """Embed the chunks' passages and index them; vector_index.build() lists kinds and parameters.

        Raises RetrievalError for no chunks, for two with one id, and for a kind or parameter that does not
        fit. Lesson 03.
        """
        chunks, parameters = check_chunks_given(chunks), check_parameters(kind, parameters)
        self.embedder, self.kind, self.parameters = embedder, kind, parameters
        self._chunks: dict[int, Chunk] = {}
        self._next_row = 0
        vectors = self._embed([chunk.passage for chunk in chunks])
        self.index = _with_rows(trained(vectors, kind, **parameters))
        self._insert(chunks, vectors)

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks that can be found, in the order in which they were added."""
        return list(self._chunks.values())

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks nearest to it, all queries in one call to the model and one to FAISS.

        Raises RetrievalError for an empty query or k out of range. An ivf index gives fewer than k hits where
        the lists that it reads hold fewer, and a filter gives fewer where it accepts fewer.
        """
        queries, k = check_request(queries, k, where, len(self))
        if len(queries) == 0:
            return []
        wanted = None
        if where is not None:
            wanted = np.array([row for row, chunk in self._chunks.items() if where.accepts(chunk)], np.int64)
            k = min(k, len(wanted))
            if k == 0:
                return [[] for _ in queries]
        scores, rows = search(self.index, self._embed(queries), k, wanted)
        return [as_hits(self._chunks, *row) for row in zip(rows, scores, strict=True)]

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Embed and add chunks.

        The lists of ivf and the codes of pq stay as they were learned from the first ones. Raises
        RetrievalError, and adds none, if the id of one is in the index already. Lesson 03.
        """
        chunks = listed(chunks, "chunks to add", Chunk, error=RetrievalError)
        if chunks:
            self._insert(chunks, self._embed([chunk.passage for chunk in chunks]))

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents and return how many they were.

        A graph cannot lose a node, so hnsw is built anew from the vectors that stay (nothing is embedded
        again). Raises RetrievalError, and deletes none, for a document that is not in the index. Lesson 03.
        """
        wanted = set(words(document_ids, "The document's id", error=RetrievalError))
        unknown = wanted - {chunk.document_id for chunk in self._chunks.values()}
        if unknown:
            raise RetrievalError(
                f"Not in the index: {', '.join(sorted(unknown))}.",
                next_step="index.chunks shows which documents it holds",
            )
        gone = [row for row, chunk in self._chunks.items() if chunk.document_id in wanted]
        self._chunks = {row: chunk for row, chunk in self._chunks.items() if chunk.document_id not in wanted}
        if self.kind == "hnsw":
            stay = np.array(list(self._chunks), np.int64)
            vectors = self.index.reconstruct_batch(stay) if len(stay) else np.empty((0, self.index.d), "f4")
            self.index = _with_rows(trained(vectors, self.kind, **self.parameters))
            self.index.add_with_ids(vectors, stay)
        else:
            self.index.remove_ids(np.array(gone, np.int64))
        return len(gone)

    def memory_bytes(self) -> int:
        """The bytes of the vectors, codes, links and row numbers, without the chunks' texts."""
        return index_bytes(self.index)

    def save(self, folder: str | Path) -> Path:
        """Write the index and, beside it, its chunks as JSON Lines; return the folder.

        Both files are named by their checksums, and index.json, which names the two, is replaced last in one
        step: whoever loads after a crash finds the old index or the new one. Lesson 03.
        """
        description = {
            "kind": self.kind,
            "parameters": self.parameters,
            "dimension": self.index.d,
            "embedder": self.embedder.fingerprint,
            "next_row": self._next_row,
        }
        return write_saved(folder, description, self.index, self._chunks)

    @classmethod
    def load(cls, folder: str | Path, embedder: TextEmbedder) -> Self:
        """Read what save() wrote.

        Raises RetrievalError for a folder without an index, for files that were altered, and for an embedder
        of another dimension (both are named) or with other weights. Lesson 03.
        """
        description, index, chunks = read_saved(folder)
        _check_embedder(folder, description, embedder)
        loaded = cls.__new__(cls)  # the vectors are there already: __init__ would embed the chunks again
        loaded.embedder = embedder
        loaded.kind, loaded.parameters = description["kind"], description["parameters"]
        loaded.index, loaded._chunks = index, chunks
        loaded._next_row = description["next_row"]
        return loaded

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        return unit_rows(self.embedder.embed(list(texts)))

    def _insert(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        taken = {chunk.id for chunk in self._chunks.values()}
        for chunk in chunks:
            if chunk.id in taken:
                raise RetrievalError(
                    f"The chunk {chunk.id} is in the index already, or given twice.",
                    next_step=f"to replace its document, first index.delete({chunk.document_id!r})",
                )
            taken.add(chunk.id)
        rows = range(self._next_row, self._next_row + len(chunks))
        self.index.add_with_ids(vectors, np.array(rows, np.int64))
        self._chunks.update(zip(rows, chunks, strict=True))
        self._next_row = rows.stop


def _with_rows(index: Any) -> Any:
    """Let a FAISS index keep our row numbers; ivf does so by itself."""
    import faiss

    return index if isinstance(index, faiss.IndexIVF) else faiss.IndexIDMap2(index)


def _check_embedder(folder: Path, description: dict, embedder: TextEmbedder) -> None:
    if embedder.fingerprint == description["embedder"]:
        return
    next_step = "load it with the embedder that built it, or build it again with this one"
    if embedder.dimension != description["dimension"]:
        built, here = description["dimension"], embedder.dimension
        problem = f"The index in {folder} has dimension {built}, and the embedder gives {here}."
        raise RetrievalError(problem, next_step=next_step)
    raise RetrievalError(
        f"The index in {folder} was built with another model of the same dimension, {embedder.dimension}.",
        next_step=next_step,
    )
