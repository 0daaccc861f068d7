"""A store in Qdrant: a server by its URL, or the client's local mode in a folder, with the same calls.

The local mode is Python: it compares a query with every vector (so it is exact), looks at every chunk for a
filter, writes each chunk in a transaction of its own, and lets in one process at a time. It reads its files
back as pickles: open no folder that somebody else wrote. A server searches an HNSW graph that knows the
filter, for many at once.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.files import make_folder
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.connection import without_secrets
from course_lib.retrieval.stores.types import (
    as_list,
    check_chunks,
    check_filter,
    check_place,
    check_same_dimension,
    check_search,
    ranked,
    require_package,
)
from course_lib.retrieval.types import Hit

AT_ONCE = 500  # a server takes 32 MB a request, which 384 numbers a chunk as JSON fill at about 4,000
SEARCHES = 64  # a request; the answer to each brings k whole chunks


class QdrantStore:
    """Chunks in one collection of Qdrant; a point's id is a UUID made from the chunk's, as Qdrant wants."""

    def __init__(self, place: str | Path, dimension: int, collection: str = "chunks"):
        """Open a folder, or a server by http://host:port, and make the collection if it is not there.

        A server's key is read from the environment variable QDRANT_API_KEY. Raises RetrievalError if nobody
        answers, for a request that the server turns down, if the folder is open already, and for a collection
        of another dimension. Lesson 03.
        """
        require_package("qdrant_client")
        from qdrant_client import QdrantClient

        self.dimension, self._collection = check_place(place, dimension), collection
        self._place, remote = without_secrets(str(place))
        if not remote:
            make_folder(place)
        try:
            # The check of versions would only warn where nobody answers; the call after it says so.
            self._client = (
                QdrantClient(
                    url=str(place), api_key=os.environ.get("QDRANT_API_KEY"), check_compatibility=False
                )
                if remote
                else QdrantClient(path=str(place))
            )
        except RuntimeError as error:
            if "already accessed" not in str(error):
                raise
            raise RetrievalError(
                f"The store in {place} is open already, here or in another process.",
                next_step="close it there; many processes at once need a Qdrant server",
            ) from None
        try:
            with self._answering():
                stored = self._make_what_is_missing(remote)
            check_same_dimension(f"{self._place}, collection {collection}", stored, dimension)
        except RetrievalError:
            self.close()
            raise

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, some hundreds a request; see VectorStore.add."""
        from qdrant_client import models

        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        points = [
            models.PointStruct(
                id=str(uuid5(NAMESPACE_URL, chunk.id)), vector=vector.tolist(), payload=asdict(chunk)
            )
            for chunk, vector in zip(chunks, vectors, strict=True)
        ]
        with self._answering():
            for start in range(0, len(points), AT_ONCE):
                self._client.upsert(self._collection, points[start : start + AT_ONCE], wait=True)

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        from qdrant_client import models

        chosen = models.Filter(must=[_one_of("document_id", as_list(document_ids))])
        with self._answering():
            number = self._client.count(self._collection, chosen, exact=True).count
            self._client.delete(self._collection, models.FilterSelector(filter=chosen), wait=True)
        return number

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector, some dozens a request; see VectorStore.search."""
        from qdrant_client import models

        queries, k = check_search(vectors, k, where, self.dimension)
        conditions = _translated(where)
        requests = [
            models.QueryRequest(query=query.tolist(), filter=conditions, limit=k, with_payload=True)
            for query in queries
        ]
        answers = []
        with self._answering():
            for start in range(0, len(requests), SEARCHES):
                some = requests[start : start + SEARCHES]
                answers += self._client.query_batch_points(self._collection, some)
        return [ranked((Chunk(**each.payload), each.score) for each in answer.points) for answer in answers]

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""
        check_filter(where)
        with self._answering():
            return self._client.count(self._collection, _translated(where), exact=True).count

    def close(self) -> None:
        """Let go of the folder or the connection."""
        self._client.close()

    def _make_what_is_missing(self, remote: bool) -> int:
        """Make the collection and, on a server, its payload indexes; the dimension of what is there then."""
        from qdrant_client import models

        if not self._client.collection_exists(self._collection):
            vectors = models.VectorParams(size=self.dimension, distance=models.Distance.DOT)
            self._client.create_collection(self._collection, vectors_config=vectors)
        found = self._client.get_collection(self._collection)
        if remote:  # the local mode has none, and would warn
            kinds = dict.fromkeys(("document_id", "edition", "domain"), models.PayloadSchemaType.KEYWORD)
            kinds["effective"] = models.PayloadSchemaType.DATETIME
            # At each opening, as whoever made the collection may have ended before the last of them.
            for name in kinds.keys() - found.payload_schema.keys():
                self._client.create_payload_index(self._collection, name, kinds[name], wait=True)
        return found.config.params.vectors.size

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say where the server is, and what it said, if a call to it fails."""
        from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

        try:
            yield
        except ResponseHandlingException as error:
            raise RetrievalError(
                f"No Qdrant answers at {self._place}: {error}",
                allowed="http://host:6333, or a folder for the local mode",
                next_step="start the server, or check the address",
            ) from None
        except UnexpectedResponse as error:
            said = " ".join(error.content.decode("utf-8", "replace").split())[:200]
            raise RetrievalError(
                f"The Qdrant at {self._place} answers {error.status_code} {error.reason_phrase}: {said}",
                next_step="for 401 and 403 set QDRANT_API_KEY in the environment; else see the server's log",
            ) from None


def _translated(where: Filter | None):
    """A filter in Qdrant's own terms; a chunk whose date is empty fails a range of dates there too."""
    from qdrant_client import models

    if where is None:
        return None
    lists = {"edition": where.editions, "domain": where.domains}
    must = [_one_of(name, list(values)) for name, values in lists.items() if values]
    if where.since is not None or where.until is not None:
        first, last = (day and date.fromisoformat(day) for day in (where.since, where.until))
        days = models.DatetimeRange(gte=first, lte=last)
        must.append(models.FieldCondition(key="effective", range=days))
    return models.Filter(must=must)


def _one_of(name: str, values: list[str]):
    from qdrant_client import models

    return models.FieldCondition(key=name, match=models.MatchAny(any=values))
