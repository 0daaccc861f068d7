"""What only Qdrant has: a server by its URL (none comes as a package to run here), and UUIDs as ids."""

import os
import socket
import sqlite3
import threading
import time
import uuid
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import open_store
from course_lib.retrieval.stores.qdrant import SEARCHES, QdrantStore


def test_a_url_where_nobody_answers_is_named(new_place):
    new_place("qdrant")  # skips without the package
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(RetrievalError, match=f"No Qdrant answers at {url}: .*refused.*\n.*6333"):
        open_store("qdrant", url, 32)
    assert time.monotonic() - started < 20


def test_the_ids_on_the_disk_are_uuids_that_the_chunks_give(new_place, small):
    place = new_place("qdrant")
    chunks, vectors = small
    with closing(open_store("qdrant", place, 32)) as store:
        store.add(chunks[:3], vectors[:3])
        points = store._client.scroll("chunks", limit=9)[0]
    expected = {str(uuid.uuid5(uuid.NAMESPACE_URL, chunk.id)): chunk.id for chunk in chunks[:3]}
    assert {point.id: point.payload["id"] for point in points} == expected
    file = next(Path(place).rglob("storage.sqlite"))
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM points").fetchone() == (3,)


class Doorkeeper(BaseHTTPRequestHandler):
    """Lets nobody in, as a proxy before a server does, and notes the key that was shown."""

    def do_GET(self):
        self.server.keys.append(self.headers.get("api-key"))
        self.send_response(401)
        self.end_headers()
        self.wfile.write(b"Must provide an API key")

    def log_message(self, *_):
        pass


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
@pytest.mark.parametrize("key", [None, "the wrong key"])
def test_a_server_that_wants_another_key_is_named_without_secrets(key, new_place, monkeypatch):
    new_place("qdrant")
    monkeypatch.delenv("QDRANT_API_KEY", raising=False)
    if key:
        monkeypatch.setenv("QDRANT_API_KEY", key)
    with HTTPServer(("127.0.0.1", 0), Doorkeeper) as server:
        server.keys = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        problem = f"The Qdrant at http://{address} answers 401 .*Must provide.*\nNext: .*QDRANT_API_KEY"
        with pytest.raises(RetrievalError, match=problem) as caught:
            open_store("qdrant", f"http://ada:hush@{address}?token=hush", 32)
        server.shutdown()
    assert server.keys == [key]
    assert "hush" not in str(caught.value) and "wrong key" not in str(caught.value)


def test_more_searches_than_a_request_takes_are_all_answered_in_their_order(new_place, small):
    chunks, vectors = small
    assert len(vectors) > SEARCHES
    with closing(open_store("qdrant", new_place("qdrant"), 32)) as store:
        store.add(chunks, vectors)
        assert [hits[0].chunk for hits in store.search(vectors, 1)] == chunks


def test_a_server_keeps_filters_and_deletes(new_place, small, near, brute_force):
    new_place("qdrant")
    url = os.environ.get("COURSE_QDRANT_URL")
    if not url:
        pytest.skip("COURSE_QDRANT_URL names no Qdrant server to test on")
    collection = f"test_{uuid.uuid4().hex}"
    where = Filter(editions=("2025", "2026"), since="2024-01-01")
    try:
        with closing(QdrantStore(url, 32, collection)) as store:
            store.add(*small)
            store._client.delete_payload_index(collection, "edition", wait=True)
        with closing(QdrantStore(url, 32, collection)) as store:
            schema = store._client.get_collection(collection).payload_schema
            assert set(schema) == {"document_id", "edition", "domain", "effective"}
            queries = near(small[1], 12)
            for query, hits in zip(queries, store.search(queries, 7, where), strict=True):
                assert [hit.chunk for hit in hits] == [c for c, _ in brute_force(*small, query, 7, where)]
            assert store.delete("D-3") == 3 and store.count() == 117
        with pytest.raises(RetrievalError, match="has dimension 32, not 31"):
            QdrantStore(url, 31, collection)
    finally:
        with closing(QdrantStore(url, 32, collection)) as store:
            store._client.delete_collection(collection)
