"""A store in Pinecone, a hosted service: whole chunks as metadata of vectors, in a namespace of an index.

What a write returned from is kept, but found only after a moment, so add() and delete() wait until the index
has caught up. Pinecone keeps 40 KB of metadata a vector, gives at most 10,000 hits, and counts what a filter
accepts by searching for it.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.types import (
    as_list,
    check_chunks,
    check_filter,
    check_place,
    check_same_dimension,
    check_search,
    day_number,
    key_of,
    ranked,
    require_package,
)
from course_lib.retrieval.types import Hit

KEY = "PINECONE_API_KEY"
CLOUD, REGION = "aws", "us-east-1"  # of an index that is made here: where the free plan allows one
ALLOWED = "the name of an index, small letters, digits and dashes, and after a slash a namespace of it"
AT_ONCE = 100  # vectors a request, which may have 2 MB
KEYS_AT_ONCE = 500
MOST = 10_000  # hits a search
LARGEST = 40_000  # bytes of metadata a vector
PATIENCE = 60.0  # seconds until a write is found


class PineconeStore:
    """Chunks in one namespace of a Pinecone index; a vector's id is a UUID made from the chunk's."""

    def __init__(self, place: str, dimension: int):
        """Open an index by its name, or `name/namespace`, and make the index if it is not there.

        The key is read from the environment variable PINECONE_API_KEY. Raises RetrievalError without it, if
        the service does not answer or turns a request down, and for an index of another dimension.
        """
        require_package("pinecone")
        from pinecone import Pinecone

        self.dimension = check_place(place, dimension)
        self._name, _, self._namespace = str(place).partition("/")
        if not self._name.replace("-", "").isalnum() or not self._name.islower():
            raise RetrievalError(f"This names no index of Pinecone: {str(place)[:80]}", allowed=ALLOWED)
        if not os.environ.get(KEY):
            raise RetrievalError(
                "Pinecone wants a key.", next_step=f"set the environment variable {KEY} to yours"
            )
        self._client = Pinecone(api_key=os.environ[KEY])
        try:
            with self._answering():
                stored = self._make_what_is_missing()
            check_same_dimension(f"the index {self._name}", stored, self.dimension)
        except RetrievalError:
            self._client.close()
            raise

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, and wait until they are found; see VectorStore.add.

        Raises RetrievalError, and keeps none, for a chunk of more than 40 KB.
        """
        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        found = [_metadata(chunk) for chunk in chunks]
        for chunk, each in zip(chunks, found, strict=True):
            if (size := len(json.dumps(each).encode("utf-8"))) > LARGEST:
                raise RetrievalError(
                    f"The chunk {chunk.id!r} takes {size} bytes, and Pinecone keeps {LARGEST} a vector.",
                    next_step="split the documents into smaller chunks",
                )
        for start in range(0, len(chunks), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            batch = [
                {"id": _id(chunk), "values": vector.tolist(), "metadata": each}
                for chunk, vector, each in zip(chunks[some], vectors[some], found[some], strict=True)
            ]
            with self._answering():
                done = self._index.upsert(vectors=batch, namespace=self._namespace)
        if chunks:
            reached = getattr(done.response_info, "lsn_committed", None) or 0
            self._wait(lambda: self._reached(vectors[-1]) >= reached)

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, wait until they are gone; return how many there were.
        """
        ids, gone = as_list(document_ids), 0
        for start in range(0, len(ids), KEYS_AT_ONCE):
            condition = {"document": {"$in": [key_of(each) for each in ids[start : start + KEYS_AT_ONCE]]}}
            while matches := self._nearest(None, MOST, condition).matches:
                for first in range(0, len(matches), AT_ONCE):
                    some = [each.id for each in matches[first : first + AT_ONCE]]
                    with self._answering():
                        self._index.delete(ids=some, namespace=self._namespace)
                gone += len(matches)
                last = {each.id for each in matches}
                self._wait(
                    lambda seen=last, where=condition: (
                        not seen & {each.id for each in self._nearest(None, MOST, where).matches}
                    )
                )
        return gone

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector, 10,000 at most; see VectorStore.search."""
        queries, k = check_search(vectors, k, where, self.dimension)
        conditions = translated(where)
        found = [self._nearest(query, min(k, MOST), conditions, True).matches for query in queries]
        return [
            ranked((Chunk(**json.loads(each.metadata["chunk"])), each.score) for each in matches)
            for matches in found
        ]

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts.

        Raises RetrievalError where a filter accepts 10,000 or more: Pinecone counts no further.
        """
        check_filter(where)
        conditions = translated(where)
        if conditions is None:
            with self._answering():
                spaces = self._index.describe_index_stats().namespaces
            mine = spaces.get(self._namespace or "__default__") or spaces.get(self._namespace)
            return mine.vector_count if mine else 0
        number = len(self._nearest(None, MOST, conditions).matches)
        if number == MOST:
            raise RetrievalError(f"The filter accepts {MOST} chunks or more, and Pinecone counts no further.")
        return number

    def close(self) -> None:
        """Let go of the connections."""
        self._index.close()
        self._client.close()

    def _make_what_is_missing(self) -> int:
        from pinecone import ServerlessSpec

        if not self._client.indexes.exists(self._name):
            spec = ServerlessSpec(cloud=CLOUD, region=REGION)
            self._client.indexes.create(
                name=self._name, dimension=self.dimension, metric="cosine", spec=spec, timeout=300
            )
        self._index = self._client.index(name=self._name)
        return self._index.describe_index_stats().dimension or self.dimension

    def _nearest(
        self, query: np.ndarray | None, k: int, conditions: dict | None, whole: bool = False
    ) -> Any:
        """A search; without a query any direction will do, since all that a filter accepts are asked for."""
        direction = np.eye(1, self.dimension, dtype=np.float32)[0] if query is None else query
        with self._answering():
            return self._index.query(
                vector=direction.tolist(),
                top_k=k,
                namespace=self._namespace,
                filter=conditions,
                include_metadata=whole,
            )

    def _reached(self, vector: np.ndarray) -> int:
        """How far the index has caught up with what was written, by Pinecone's own count."""
        return self._nearest(vector, 1, None).response_info.lsn_reconciled or 0

    def _wait(self, done: Callable[[], bool]) -> None:
        until, pause = time.monotonic() + PATIENCE, 0.1
        while not done():
            if time.monotonic() > until:
                raise RetrievalError(
                    f"Pinecone has not caught up with a change after {PATIENCE:.0f} seconds.",
                    next_step="it is kept; look again later",
                )
            time.sleep(pause)
            pause = min(2.0, 2 * pause)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say what the service said if a call to it fails."""
        from pinecone.errors import PineconeError

        try:
            yield
        except PineconeError as error:
            said = " ".join(str(error).split())[:200]
            raise RetrievalError(
                f"Pinecone does not do as asked, of the index {self._name}: {said}",
                next_step=f"check the network, and {KEY}",
            ) from None


def _id(chunk: Chunk) -> str:
    return str(uuid5(NAMESPACE_URL, chunk.id))


def _metadata(chunk: Chunk) -> dict[str, Any]:
    values = {"document": chunk.document_id, "edition": chunk.edition, "domain": chunk.domain}
    keys = {name: key_of(value) for name, value in values.items()}
    return {"chunk": json.dumps(asdict(chunk), ensure_ascii=False), "day": day_number(chunk.effective)} | keys


def translated(where: Filter | None) -> dict | None:
    """A filter in Pinecone's own terms, None for one without conditions; no date fails a range of dates."""
    if where is None:
        return None
    lists = {"edition": where.editions, "domain": where.domains}
    conditions: list[dict] = [
        {name: {"$in": [key_of(each) for each in values]}} for name, values in lists.items() if values
    ]
    if where.since is not None:
        conditions.append({"day": {"$gte": day_number(where.since)}})
    if where.until is not None:
        conditions += [{"day": {"$lte": day_number(where.until)}}, {"day": {"$gt": 0}}]
    return {"$and": conditions} if conditions else None
