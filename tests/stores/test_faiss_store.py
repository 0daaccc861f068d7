"""The log of our FAISS store: cut short, damaged, full of dead lines, on a disk that is full."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.faiss_store import LOG, FaissStore

OPENED = """
import sys
from course_lib.retrieval.stores.faiss_store import FaissStore
def tell(event, values):
    if event in ("os.rename", "open"):
        print(event, str(values[0]), flush=True)
sys.addaudithook(tell)
FaissStore(sys.argv[1], 32).close()
"""
FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.faiss_store import FaissStore
store = FaissStore(sys.argv[1], 32)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))  # a file may grow no further
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
    """A closed store of 20 chunks in four lines, of which the last deletes one document."""
    chunks, vectors = small
    with closing(FaissStore(tmp_path, 32)) as store:
        store.add(chunks[:10], vectors[:10])
        store.add(chunks[10:23], vectors[10:23])
        store.delete("D-0")
    return tmp_path


def count(folder):
    with closing(FaissStore(folder, 32)) as store:
        return store.count()


def test_a_line_cut_short_was_never_acknowledged(folder, small):
    log = folder / LOG
    whole = log.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for end in (len(whole) - 1, (start + len(whole)) // 2, start + 1, start):
        log.write_bytes(whole[:end])
        assert count(folder) == 23
        assert log.read_bytes() == whole[:start]
    with closing(FaissStore(folder, 32)) as store:  # the next line is not glued to half of another
        store.add(small[0][30:31], small[1][30:31])
    assert count(folder) == 24


@pytest.mark.parametrize("line", [0, 1, 3])
def test_a_damaged_line_is_refused(line, folder):
    lines = (folder / LOG).read_bytes().splitlines(keepends=True)
    spoilt = bytearray(lines[line])
    spoilt[len(spoilt) // 2] ^= 1
    (folder / LOG).write_bytes(b"".join([*lines[:line], bytes(spoilt), *lines[line + 1 :]]))
    for _ in range(2):  # and the refusal lets go of the folder
        with pytest.raises(RetrievalError, match=f"Line {line + 1} of .*{LOG} is damaged"):
            FaissStore(folder, 32)


def test_a_log_of_mostly_dead_vectors_is_written_anew(folder, small):
    chunks, vectors = small
    with closing(FaissStore(folder, 32)) as store:
        for _ in range(20):
            store.add(chunks[3:23], vectors[3:23])
        before = store.search(vectors[:5], 20)
    size = (folder / LOG).stat().st_size
    with closing(FaissStore(folder, 32)) as store:
        assert [[hit.chunk for hit in hits] for hits in store.search(vectors[:5], 20)] == [
            [hit.chunk for hit in hits] for hits in before
        ]
        store.delete("D-1")
    assert (folder / LOG).stat().st_size < size / 10
    assert count(folder) == 17
    assert sorted(path.name for path in folder.iterdir() if path.name != "lock") == [LOG]


@pytest.mark.skipif(os.name != "posix", reason="other systems open no folders")
def test_after_the_log_is_renamed_its_folder_is_opened_to_be_synchronised(tmp_path):
    done = subprocess.run([sys.executable, "-c", OPENED, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[lines.index(f"os.rename {tmp_path / 'log.new'}") + 1] == f"open {tmp_path}"


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path):
    resource = pytest.importorskip("resource", reason="a limit to files, as on Linux and macOS")
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    failed, kept = map(int, done.stdout.split()[:2])
    assert 10 < failed == kept and "cannot be written, and nothing was kept" in done.stdout
    assert count(tmp_path) == kept + 1
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
