"""The file of our FAISS store: cut short, damaged, of another version, on a disk that is full."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.faiss_store import FILE, FaissStore

KILLED_IN_THE_MIDDLE = """
import os, signal, sys
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.stores.faiss_store import FaissStore
store = FaissStore(sys.argv[1], 32)
chunks = [Chunk(f"N-{n}#1", f"N-{n}", "", "", f"text {n}", "", "", 0, 0) for n in range(3000)]
def strike(statement):
    global left
    left -= statement.startswith("INSERT")
    if not left:  # what SQLite held in memory has spilt to the disk by then
        os.kill(os.getpid(), signal.SIGKILL)
left = int(sys.argv[2])
store._database.execute("PRAGMA cache_size = 10")
store._database.set_trace_callback(strike)
store.add(chunks, np.ones((3000, 32)))
"""
FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.faiss_store import FaissStore
store = FaissStore(sys.argv[1], 32)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))  # a file may grow no further
def chunk(number):
    return Chunk(f"D-{number}#1", f"D-{number}", "", "", "text", "", "", 0, 0)
for number in range(1000):
    try:
        store.add([chunk(number)], np.ones((1, 32)))
    except RetrievalError as error:
        print(number, store.count(), error)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.add([chunk(5000)], np.ones((1, 32)))  # there is room again
"""


@pytest.fixture
def folder(tmp_path, small):
    """A closed store of 20 chunks, from which three were deleted."""
    chunks, vectors = small
    with closing(FaissStore(tmp_path, 32)) as store:
        store.add(chunks[:10], vectors[:10])
        store.add(chunks[10:23], vectors[10:23])
        store.delete("D-0")
    return tmp_path


def count(folder):
    with closing(FaissStore(folder, 32)) as store:
        return store.count()


@pytest.mark.skipif(os.name != "posix", reason="a kill as on Linux and macOS")
@pytest.mark.parametrize("inserts", [1, 1500, 3000])
def test_a_change_killed_in_the_middle_was_never_there(inserts, folder, small):
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(folder), str(inserts)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert inserts == 1 or (folder / f"{FILE}-wal").stat().st_size > 100_000  # half had reached the disk
    with closing(FaissStore(folder, 32)) as store:
        assert store.count() == 20
        assert [hits[0].chunk for hits in store.search(small[1][3:23], 1)] == small[0][3:23]
        store.add(small[0][30:31], small[1][30:31])
    assert count(folder) == 21


@pytest.mark.parametrize("what", ["text", "vector", "page", "header", "half"])
def test_a_damaged_file_is_refused(what, folder, small):
    content = bytearray((folder / FILE).read_bytes())
    at = {
        "text": content.index(b"Text 12."),
        "vector": content.index(small[1][12].astype("<f4").tobytes()),
        "page": int.from_bytes(content[16:18], "big"),  # the second page begins with its kind
        "header": 0,
        "half": None,
    }[what]
    if at is None:
        del content[len(content) // 2 :]
    else:
        content[at] ^= 1
    (folder / FILE).write_bytes(content)
    for _ in range(2):  # and the refusal lets go of the folder
        with pytest.raises(RetrievalError, match=f"{FILE} is damaged, or was not written by .*\nAllowed: "):
            FaissStore(folder, 32)


def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path):
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("CREATE TABLE chunks (name TEXT)")
    content = (tmp_path / FILE).read_bytes()
    with pytest.raises(RetrievalError, match="not written by this version .*: table chunks already"):
        FaissStore(tmp_path, 32)
    assert (tmp_path / FILE).read_bytes() == content


def test_the_store_of_an_earlier_version_is_refused_with_the_way_on(tmp_path):
    (tmp_path / "log.jsonl").write_text('00000000 {"dimension": 32}\n', encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RetrievalError, match="earlier version .*log.jsonl.*\n.*\nNext: build .* anew"):
            FaissStore(tmp_path, 32)
    assert not (tmp_path / FILE).exists()


def test_what_is_replaced_and_deleted_leaves_its_place_to_others(folder, small):
    chunks, vectors = small
    size = (folder / FILE).stat().st_size
    with closing(FaissStore(folder, 32)) as store:
        for _ in range(20):
            store.add(chunks[3:23], vectors[3:23])
        before = store.search(vectors[:5], 20)
    with closing(FaissStore(folder, 32)) as store:
        assert [[hit.chunk for hit in hits] for hits in store.search(vectors[:5], 20)] == [
            [hit.chunk for hit in hits] for hits in before
        ]
        store.delete("D-1")
    assert (folder / FILE).stat().st_size < 3 * size
    assert count(folder) == 17
    assert sorted(path.name for path in folder.iterdir() if path.name != "lock") == [FILE]


def test_a_change_waits_for_the_disk(folder):
    with closing(FaissStore(folder, 32)) as store:
        assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert store._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path):
    resource = pytest.importorskip("resource", reason="a limit to files, as on Linux and macOS")
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    failed, kept = map(int, done.stdout.split()[:2])
    assert 10 < failed == kept and "cannot be written, and nothing was kept" in done.stdout
    assert count(tmp_path) == kept + 1
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
