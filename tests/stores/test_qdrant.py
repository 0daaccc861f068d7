"""What only Qdrant has: a server by its URL (none comes as a package to run here), and UUIDs as ids."""

import socket
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores import open_store


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
