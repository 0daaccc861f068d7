"""A store in Weaviate, a server by its URL: whole chunks beside their vectors, and keys to filter by.

What a filter compares is not the text itself but its SHA-256: Weaviate cuts texts into words for its filters,
and a key has one. Search walks an HNSW graph; below 40,000 objects a filter makes it exact.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.connection import without_secrets
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

COLLECTION = "Chunks"  # Weaviate wants a capital first
ALLOWED = "http://host:8080?grpc=50051&collection=Name, whose last two parts may be left out"
AT_ONCE = 200  # chunks a request
KEYS_AT_ONCE = 500  # of documents, in one filter
MOST = 10_000  # hits that a server gives, and objects that it deletes, at once: QUERY_MAXIMUM_RESULTS
KEYED = {"document": "document_id", "edition": "edition", "domain": "domain"}


class WeaviateStore:
    """Chunks in one collection of a Weaviate server; an object's id is a UUID made from the chunk's."""

    def __init__(self, url: str, dimension: int):
        """Open a server by its URL, and make the collection if it is not there.

        The URL may name the port of gRPC and the collection: http://localhost:8080?grpc=50051&collection=Mine.
        A server's key is read from the environment variable WEAVIATE_API_KEY. Raises RetrievalError if nobody
        answers, for a request that the server turns down, and for a collection of another dimension.
        """
        require_package("weaviate")
        self.dimension = check_place(url, dimension)
        self._place, remote = without_secrets(str(url))
        options = parse_qs(urlsplit(str(url)).query)
        if not remote or not all(each.isdigit() for each in options.get("grpc", [])):
            raise RetrievalError(f"This is no address of a Weaviate: {self._place}", allowed=ALLOWED)
        name = options.get("collection", [COLLECTION])[0]
        with self._answering():
            self._client = _connected(str(url), options)
        try:
            with self._answering():
                stored = self._make_what_is_missing(name)
            check_same_dimension(f"{self._place}, collection {name}", stored, self.dimension)
        except RetrievalError:
            self.close()
            raise

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, some hundreds a request; see VectorStore.add."""
        from weaviate.classes.data import DataObject

        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        for start in range(0, len(chunks), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            objects = [
                DataObject(_properties(chunk), uuid5(NAMESPACE_URL, chunk.id), vector.tolist())
                for chunk, vector in zip(chunks[some], vectors[some], strict=True)
            ]
            with self._answering():
                done = self._collection.data.insert_many(objects)
            if done.has_errors:
                first = next(iter(done.errors.values())).message
                raise RetrievalError(f"The Weaviate at {self._place} kept not all chunks: {first}")

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        ids, gone = as_list(document_ids), 0
        for start in range(0, len(ids), KEYS_AT_ONCE):
            condition = _one_of("document", ids[start : start + KEYS_AT_ONCE])
            while True:  # a call takes out MOST objects at most
                with self._answering():
                    done = self._collection.data.delete_many(condition)
                gone += done.successful
                if done.matches < MOST or not done.successful:
                    break
        return gone

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector, 10,000 at most; see VectorStore.search."""
        from weaviate.classes.query import MetadataQuery

        queries, k = check_search(vectors, k, where, self.dimension)
        wanted = {"limit": min(k, MOST), "filters": translated(where), "return_properties": ["chunk"]}
        wanted["return_metadata"] = MetadataQuery(distance=True)
        answers = []
        for query in queries:
            with self._answering():
                answers.append(self._collection.query.near_vector(query.tolist(), **wanted).objects)
        return [
            ranked((Chunk(**json.loads(each.properties["chunk"])), -each.metadata.distance) for each in found)
            for found in answers
        ]

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""
        check_filter(where)
        with self._answering():
            return self._collection.aggregate.over_all(filters=translated(where)).total_count

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _make_what_is_missing(self, name: str) -> int:
        """Make the collection if need be; the dimension of what is there, which its description names."""
        from weaviate.classes.config import (
            Configure,
            DataType,
            Property,
            Tokenization,
            VectorDistances,
        )

        collections = self._client.collections
        if not collections.exists(name):
            unsearched = {"index_filterable": False, "index_searchable": False}
            keys = {"tokenization": Tokenization.FIELD, "index_filterable": True, "index_searchable": False}
            collections.create(
                name,
                description=f"{self.dimension} numbers a vector",
                vector_config=Configure.Vectors.self_provided(
                    vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.DOT)
                ),
                properties=[
                    Property(name="chunk", data_type=DataType.TEXT, **unsearched),
                    *(Property(name=each, data_type=DataType.TEXT, **keys) for each in KEYED),
                    Property(name="day", data_type=DataType.INT, index_range_filters=True),
                ],
            )
        self._collection = collections.get(name)
        told = (self._collection.config.get().description or "").partition(" ")[0]
        return int(told) if told.isdigit() else 0

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Say where the server is, and what it said, if a call to it fails."""
        from weaviate.exceptions import WeaviateBaseError

        try:
            yield
        except WeaviateBaseError as error:
            said = " ".join(str(error.message).split())[:200]
            raise RetrievalError(
                f"The Weaviate at {self._place} does not do as asked: {said}",
                allowed=ALLOWED,
                next_step="start the server, or check both ports; where it wants a key set WEAVIATE_API_KEY",
            ) from None


def _connected(url: str, options: dict[str, list[str]]) -> Any:
    import weaviate
    from weaviate.classes.init import Auth

    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    key = os.environ.get("WEAVIATE_API_KEY")
    # Its own checks at the start also ask a package index for the client's latest version.
    return weaviate.connect_to_custom(
        http_host=host,
        http_port=parts.port or (443 if secure else 80),
        http_secure=secure,
        grpc_host=host,
        grpc_port=int(options.get("grpc", ["443" if secure else "50051"])[0]),
        grpc_secure=secure,
        auth_credentials=Auth.apikey_of(key) if key else None,
        skip_init_checks=True,
    )


def _properties(chunk: Chunk) -> dict[str, Any]:
    keys = {name: key_of(getattr(chunk, field)) for name, field in KEYED.items()}
    return {"chunk": json.dumps(asdict(chunk)), "day": day_number(chunk.effective)} | keys


def translated(where: Filter | None) -> Any:
    """A filter in Weaviate's own terms, None for one without conditions; no date fails a range of dates."""
    from weaviate.classes.query import Filter as Condition

    if where is None:
        return None
    lists = {"edition": where.editions, "domain": where.domains}
    conditions = [_one_of(name, values) for name, values in lists.items() if values]
    day = Condition.by_property("day")
    if where.since is not None:
        conditions.append(day.greater_or_equal(day_number(where.since)))
    if where.until is not None:
        conditions += [day.less_or_equal(day_number(where.until)), day.greater_than(0)]
    return Condition.all_of(conditions) if conditions else None


def _one_of(name: str, values: Iterable[str]) -> Any:
    from weaviate.classes.query import Filter as Condition

    return Condition.by_property(name).contains_any([key_of(each) for each in values])
