"""What only PostgreSQL has: an address, a password, transactions, and many processes at once."""

import os
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import open_store
from course_lib.retrieval.stores.pgvector import PgVectorStore
from course_lib.retrieval.stores.postgres import _become_nobody, embedded_postgres

ADD_A_HUNDRED = """
import sys
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.stores import open_store
place, writer = sys.argv[1:]
store = open_store("pgvector", place, 32)
for number in range(100):
    chunk = Chunk(f"{writer}-{number}", writer, "", "", "text", "2026", writer, 0, 0)
    store.add([chunk], np.random.default_rng(number).standard_normal((1, 32)))
"""


@pytest.fixture
def place(new_place):
    return new_place("pgvector")


def execute(url, statement):
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_the_embedded_server_is_a_current_one(place, store_of):
    with closing(store_of(place)) as store:
        version = execute(place, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")[0][0]
        assert tuple(map(int, version.split("."))) >= (0, 8)
        assert execute(place, "SHOW server_version_num")[0][0] >= "160000"
        # what makes an acknowledged transaction survive even a power cut
        assert [execute(place, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == [[("on",)]] * 2
        assert execute(place, "SHOW listen_addresses") == [("127.0.0.1",)]
        assert store._execute("SHOW hnsw.iterative_scan").fetchone() == ("relaxed_order",)


@pytest.fixture
def store_of():
    return lambda place: open_store("pgvector", place, 32)


def test_four_processes_write_at_once_and_nothing_is_lost(place, store_of):
    command = [sys.executable, "-c", ADD_A_HUNDRED, place]
    writers = [subprocess.Popen([*command, f"writer {number}"]) for number in range(4)]  # all make the table
    assert [writer.wait(300) for writer in writers] == [0, 0, 0, 0]
    with closing(store_of(place)) as store:
        assert store.count() == 400
        assert [store.count(Filter(domains=(f"writer {number}",))) for number in range(4)] == [100] * 4


def test_one_process_sees_at_once_what_another_adds(place, small, store_of):
    with closing(store_of(place)) as one, closing(store_of(place)) as other:
        one.add(*small)
        assert other.search(small[1][:1], 1)[0][0].chunk == small[0][0]
        other.delete("D-0")
        assert one.count() == 117


def test_two_that_replace_the_same_chunks_do_not_lock_each_other_out(place, small):
    code = """
import sys
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.stores import open_store
store, order = open_store("pgvector", sys.argv[1], 32), list(range(200))[:: int(sys.argv[2])]
for turn in range(10):
    chunks = [Chunk(f"D#{number}", "D", "", "", f"turn {turn}", "", "", 0, 0) for number in order]
    store.add(chunks, np.ones((200, 32)))
"""
    command = [sys.executable, "-c", code, place]
    writers = [subprocess.Popen([*command, order]) for order in ("1", "-1")]
    assert [writer.wait(300) for writer in writers] == [0, 0]


def test_opening_does_not_wait_for_somebody_who_is_writing(place, small, store_of):
    import psycopg

    with closing(store_of(place)) as store:
        store.add(*small)
    with psycopg.connect(place) as writer:
        writer.execute("UPDATE chunks SET domain = 'unfinished'")
        with closing(store_of(f"{place}%20-c%20lock_timeout%3D2000")) as store:
            assert store.count() == 120 and store.count(Filter(domains=("unfinished",))) == 0
        writer.rollback()


def test_an_addition_that_fails_halfway_keeps_nothing(place, small, store_of):
    chunks, vectors = small
    with closing(store_of(place)) as store:
        store.add(chunks[:3], vectors[:3])
        execute(place, "ALTER TABLE chunks ADD CHECK (document_id <> 'D-30')")
        with pytest.raises(Exception, match="check constraint"):
            store.add(*small)
        assert store.count() == 3
        assert store.search(vectors[:1], 1)[0][0].chunk == chunks[0]


@pytest.mark.parametrize("table", ["Chunks of 2026", "chunks; DROP TABLE chunks", 'a"b', "select", "{x}é"])
def test_a_table_may_have_any_name(table, place, small):
    with closing(PgVectorStore(place, 32)) as other:
        other.add(small[0][:5], small[1][:5])
        with closing(PgVectorStore(place, 32, table)) as store:
            store.add(*small)
            assert store.delete("D-1") == 3 and store.count(Filter(domains=("it",))) < store.count() == 117
            assert store.search(small[1][:1], 1, Filter(editions=("2024",)))[0][0].chunk == small[0][0]
        assert other.count() == 5
    found = execute(place, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    assert {name for (name,) in found} == {"chunks", table}


@pytest.mark.parametrize("table", ["", "100%", "é" * 26])
def test_a_name_that_cannot_be_one_is_refused(table, place):
    with pytest.raises(RetrievalError, match="A table cannot be called .*\nAllowed: 1 to 50 bytes"):
        PgVectorStore(place, 32, table)


@pytest.mark.parametrize(
    "url, problem",
    [
        ("postgresql://ada:hush@127.0.0.1:1/postgres", "at 127.0.0.1:1/postgres: .*refused"),
        ("postgresql://postgres:hush@{address}", "at {address}: .*password authentication failed"),
        ("{server}/not_there", "at {address}.*: .*database .not_there. does not exist"),
        ("./folder", "at an address that cannot be read: this is no address"),
        ("postgresql://127.0.0.1:1/db?user=ada&password=hush", "at 127.0.0.1:1/db: .*refused"),
        ("postgresql://127.0.0.1:1/db?user=ada&password=a@hush", "at 127.0.0.1:1/db: .*refused"),
        ("host=127.0.0.1 port=1 dbname=db user=ada password=hush", "at 127.0.0.1:1/db: .*refused"),
        ("postgresql://ada:hu?hush@127.0.0.1:1/db", "at 127.0.0.1:1/db: .*refused"),
        ("postgresql://ada:hush/x@127.0.0.1:1/db", "at 127.0.0.1:1/db: this is no address .*%2F"),
        ("postgresql://ada:a@hush@127.0.0.1:1/db", "at 127.0.0.1:1/db: this is no address .*%40"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_without_the_password(url, problem, postgres):
    server = postgres.rpartition("/")[0]
    address = server.rpartition("@")[2]
    with pytest.raises(RetrievalError, match=problem.format(address=address)) as caught:
        open_store("pgvector", url.format(address=address, server=server), 32)
    assert "hush" not in str(caught.value) and "postgresql://user:password@host" in str(caught.value)
    assert server.split(":")[2].partition("@")[0] not in str(caught.value)


@pytest.mark.parametrize("dimension", [0, 2001])
def test_a_dimension_that_cannot_be_indexed_is_refused(dimension, place):
    with pytest.raises(RetrievalError, match=f"dimension = {dimension} is out of range.\nAllowed: 1 to 20"):
        open_store("pgvector", place, dimension)
    open_store("pgvector", place, 2000).close()


@pytest.mark.parametrize("extra", ["", ", embedding text", ", embedding vector(32)"])
def test_a_table_of_somebody_else_is_refused_and_left_as_it_is(extra, place, store_of):
    execute(place, f"CREATE TABLE chunks (id int{extra})")
    with pytest.raises(RetrievalError, match="did not make what is in .*, table chunks.*\nAllowed: .*key"):
        store_of(place)
    assert execute(place, "SELECT count(*) FROM chunks") == [(0,)]


def test_a_filter_that_few_pass_costs_no_hits_however_long_the_search(place, make_chunks, store_of):
    chunks, vectors = make_chunks(1000)
    with closing(store_of(place)) as store:
        store.add(chunks, vectors)
    rare = Filter(domains=("rare",))
    graph_only = "".join(f"%20-c%20enable_{each}%3Doff" for each in ("seqscan", "bitmapscan", "sort"))
    with closing(store_of(f"{place}{graph_only}%20-c%20hnsw.max_scan_tuples%3D1")) as store:
        assert [len(hits) for hits in store.search(vectors[:5], 10, rare)] == [10] * 5
        store._execute("SET hnsw.max_scan_tuples = 1")  # so it was the store's own setting that found them
        assert max(len(hits) for hits in store.search(vectors[:5], 10, rare)) < 10


@pytest.fixture
def database(postgres):
    """The URL of a database without any extension."""
    execute(postgres, "CREATE DATABASE bare")
    yield f"{postgres.rpartition('/')[0]}/bare"
    execute(postgres, "DROP DATABASE bare")


def test_a_server_without_pgvector_is_said(database):
    elsewhere = "?options=-c%20extension_control_path%3D/nowhere"  # where this session looks for extensions
    with pytest.raises(RetrievalError, match="has no pgvector: .*vector.*\nNext: install the extension"):
        open_store("pgvector", database + elsewhere, 32)


def test_an_older_pgvector_is_refused(database, store_of):
    store_of(database).close()
    execute(database, "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")
    with pytest.raises(RetrievalError, match="has pgvector 0.7.4.\nAllowed: 0.8 or newer"):
        store_of(database)


def test_a_killed_server_loses_nothing_that_was_acknowledged(new_place, small, store_of):
    new_place("pgvector")
    with tempfile.TemporaryDirectory(prefix="course-postgres-") as folder:
        with embedded_postgres(folder) as url, closing(store_of(url)) as store:
            store.add(*small)
            store.delete("D-3")
            with pytest.raises(RetrievalError, match="does not start in .*\n.*another server"):
                embedded_postgres(folder).__enter__()
            pid = Path(folder, "data", "postmaster.pid").read_text(encoding="utf-8").split()[0]
            server = psutil.Process(int(pid))
            server.suspend()  # so that it starts no more children
            children = server.children(recursive=True)
            for process in [server, *children]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(children, timeout=10)  # what still holds memory would stop the next server
        with embedded_postgres(folder) as url, closing(store_of(url)) as store:
            assert store.count() == 117
            assert [hits[0].chunk for hits in store.search(small[1][:9], 1)] == small[0][:9]
        assert "database system was not properly shut down" in Path(folder, "log").read_text(encoding="utf-8")
        assert not psutil.pid_exists(server.pid)


def test_a_system_without_users_of_that_kind_is_told_to_take_a_server(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "geteuid", raising=False)  # as on Windows
    with pytest.raises(RetrievalError, match="Linux and macOS only.\nNext: .*the URL of a server"):
        embedded_postgres(tmp_path).__enter__()


def test_a_folder_that_the_user_nobody_may_not_enter_is_named(tmp_path):
    pytest.importorskip("pwd", reason="users as on Linux and macOS")
    tmp_path.chmod(0o700)
    with pytest.raises(RetrievalError, match=r"the user nobody cannot enter .*\nAllowed: .*/tmp"):
        _become_nobody(tmp_path / "within")  # what embedded_postgres does where root calls it
