"""A store in Chroma, embedded in this process: SQLite for texts and metadata, an HNSW graph for the vectors.

Search is approximate (Malkov and Yashunin 2016). Chroma itself lets a second process open the folder; what
it adds is then counted by the first, and not found by its searches (chromadb 1.5.9: of 3,000 chunks none,
until the folder was opened anew). So this store takes a lock; several processes need Chroma's server.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.types import (
    as_list,
    check_chunks,
    check_filter,
    check_place,
    check_same_dimension,
    check_search,
    day_number,
    lock_folder,
    ranked,
    require_package,
)
from course_lib.retrieval.types import Hit

COLLECTION = "chunks"  # Chroma wants three letters or more
GRAPH = {"space": "ip", "ef_search": 100}
DAY = "day"  # effective as a number: Chroma's $gte and $lte take no text


class ChromaStore:
    """Chunks in one collection of a folder: the text as its document, the rest as its metadata."""

    def __init__(self, folder: str | Path, dimension: int):
        """Open the folder, and make the collection if it is not there.

        Raises RetrievalError if the folder is open already, and for a collection of another dimension.
        Lesson 03.
        """
        require_package("chromadb")
        import chromadb

        dimension = check_place(folder, dimension)
        self.dimension, self._lock = dimension, lock_folder(folder)
        settings = chromadb.config.Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(folder, settings)
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            metadata={"dimension": dimension},  # Chroma itself learns it from the first chunk
            configuration={"hnsw": GRAPH},
            embedding_function=None,  # else Chroma would fetch a model of its own
        )
        stored = self._client.get_collection(COLLECTION, embedding_function=None).metadata["dimension"]
        if stored != dimension:
            self.close()
        check_same_dimension(str(folder), stored, dimension)

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, as many at once as Chroma takes; see VectorStore.add."""
        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        step = self._client.get_max_batch_size()
        for start in range(0, len(chunks), step):
            batch = chunks[start : start + step]
            self._collection.upsert(
                ids=[chunk.id for chunk in batch],
                embeddings=vectors[start : start + step],
                documents=[chunk.text for chunk in batch],
                metadatas=[_metadata(chunk) for chunk in batch],
            )

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        gone = as_list(document_ids)
        if not gone:  # Chroma takes no empty list
            return 0
        ids = self._collection.get(where={"document_id": {"$in": gone}}, include=[])["ids"]
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            self._collection.delete(ids=ids[start : start + step])
        return len(ids)

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector; see VectorStore.search."""
        queries, k = check_search(vectors, k, where, self.dimension)
        if not len(queries):
            return []
        found = self._collection.query(
            query_embeddings=queries,
            n_results=k,
            where=_translated(where),
            include=["documents", "metadatas", "distances"],
        )
        answers = zip(found["ids"], found["documents"], found["metadatas"], found["distances"], strict=True)
        return [
            ranked((_chunk(*each), 1 - distance) for *each, distance in zip(*answer, strict=True))
            for answer in answers
        ]

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""
        check_filter(where)
        conditions = _translated(where)
        if conditions is None:
            return self._collection.count()
        return len(self._collection.get(where=conditions, include=[])["ids"])

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()
        self._lock.release()


def _metadata(chunk: Chunk) -> dict:
    kept = asdict(chunk) | {DAY: day_number(chunk.effective)}
    return {name: value for name, value in kept.items() if name not in {"id", "text"}}


def _chunk(id: str, text: str, metadata: dict) -> Chunk:
    return Chunk(id=id, text=text, **{name: value for name, value in metadata.items() if name != DAY})


def _translated(where: Filter | None) -> dict | None:
    """A filter in Chroma's own terms, None for one without conditions."""
    if where is None:
        return None
    lists = {"edition": where.editions, "domain": where.domains}
    conditions = [{name: {"$in": list(values)}} for name, values in lists.items() if values]
    if where.since is not None:
        conditions.append({DAY: {"$gte": day_number(where.since)}})
    if where.until is not None:
        conditions += [{DAY: {"$lte": day_number(where.until)}}, {DAY: {"$gt": 0}}]
    return {"$and": conditions} if len(conditions) > 1 else next(iter(conditions), None)
