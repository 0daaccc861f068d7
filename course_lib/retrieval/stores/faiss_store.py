"""A store on FAISS: what one builds by hand when an index is used as a database.

FAISS holds vectors in memory, and nothing else. Missing are the chunks, the ids, filters, replacement, and
above all durability. Python's own SQLite makes good for them: a change is one transaction, on the disk before
add() returns, and then the index in memory follows. Opening the store reads all rows into a new index. SQLite
notices a damaged page, but not every damaged row, so each row has a checksum. Still missing: a second
process, and an index beyond memory.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

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
    lock_folder,
)
from course_lib.retrieval.types import Hit, as_hits

FILE, EARLIER = "chunks.sqlite", "log.jsonl"
NAMES = [field.name for field in fields(Chunk)]
values_of = attrgetter(*NAMES)
COLUMNS = ", ".join(f'"{name}"' for name in (*NAMES, "vector", "checksum"))
TABLE = f"CREATE TABLE chunks (row INTEGER PRIMARY KEY, {COLUMNS})"
INSERT = f"INSERT INTO chunks VALUES (?{', ?' * (len(NAMES) + 2)})"


class FaissStore:
    """Chunks in a flat FAISS index, which is exact, and in an SQLite file in a folder."""

    def __init__(self, folder: str | Path, dimension: int):
        """Open the folder, and make it if it is not there.

        Raises RetrievalError if it is open already, for a file that was altered or that an earlier version
        wrote, and for a store of another dimension. Lesson 03.
        """
        import faiss

        self.dimension, self._path = check_place(folder, dimension), Path(folder) / FILE
        self._held = ExitStack()
        self._held.callback(lock_folder(folder).release)
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        self._chunks: dict[int, Chunk] = {}  # by row number, which rises
        self._rows: dict[str, int] = {}  # chunk id -> row number
        try:
            self._open()
        except BaseException as error:
            self.close()
            if not isinstance(error, (sqlite3.Error, TypeError)):
                raise
            raise RetrievalError(
                f"{self._path} is damaged, or was not written by this version of the course: {error}.",
                allowed="a folder that is empty, or that such a store wrote",
                next_step="restore the file from a copy, or take another folder and add the chunks anew",
            ) from None

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, all of them or none; see VectorStore.add."""
        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        self._change([self._rows[chunk.id] for chunk in chunks if chunk.id in self._rows], chunks, vectors)

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        wanted = set(as_list(document_ids))
        gone = [row for row, chunk in self._chunks.items() if chunk.document_id in wanted]
        self._change(gone, [], np.empty((0, self.dimension), np.float32))
        return len(gone)

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector; see VectorStore.search.

        A filter is asked about every chunk, in Python; FAISS then compares only the rows that it accepts.
        """
        import faiss

        queries, k = check_search(vectors, k, where, self.dimension)
        selected, possible = None, len(self._chunks)
        if where is not None:
            rows = [row for row, chunk in self._chunks.items() if where.accepts(chunk)]
            selected, possible = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows)), len(rows)
        if not possible or not len(queries):
            return [[] for _ in queries]
        scores, rows = self._index.search(queries, min(k, possible), params=selected)
        return [as_hits(self._chunks, *each) for each in zip(rows, scores, strict=True)]

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""
        check_filter(where)
        return sum(where is None or where.accepts(chunk) for chunk in self._chunks.values())

    def close(self) -> None:
        """Let go of the file and the folder."""
        self._held.close()

    def _open(self) -> None:
        """Read the rows of the file into the index, or begin a file."""
        if self._path.with_name(EARLIER).exists():
            raise RetrievalError(
                f"An earlier version of the course wrote {self._path.with_name(EARLIER)}.",
                allowed="a folder that is empty, or that such a store wrote",
                next_step="build the store anew: take another folder, or empty this one, and add the chunks",
            )
        # A store may be opened in one thread and filled in another.
        self._database = sqlite3.connect(self._path, check_same_thread=False)
        self._held.enter_context(closing(self._database))
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")  # no second process, no file for two
        (stored,) = self._database.execute("PRAGMA user_version").fetchone()  # 0 in a file just made
        if not stored:
            self._database.execute("PRAGMA page_size = 16384")  # in the usual 4096, one chunk is a page
            self._database.executescript(f"BEGIN; {TABLE}; PRAGMA user_version = {self.dimension}; COMMIT")
        check_same_dimension(str(self._path.parent), stored or self.dimension, self.dimension)
        # SQLite's own log beside the file: a small change is one write and one fsync, not four.
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        chunks, packed = {}, []
        found = self._database.execute(f"SELECT row, {COLUMNS} FROM chunks ORDER BY row")
        for row, *values, vector, checksum in found:
            if checksum != _checksum(values, vector):
                raise sqlite3.DatabaseError(f"row {row} does not fit its checksum")
            chunks[row] = Chunk(*values)
            packed.append(vector)
        vectors = np.frombuffer(b"".join(packed), "<f4").reshape(len(chunks), self.dimension)
        self._apply([], chunks, vectors)

    def _change(self, gone: list[int], chunks: list[Chunk], vectors: np.ndarray) -> None:
        """Take rows out and put chunks in, on the disk and then in memory; what fails changes neither."""
        first = next(reversed(self._chunks), -1) + 1
        new = []
        for row, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True), start=first):
            values, packed = values_of(chunk), vector.astype("<f4").tobytes()
            new.append((row, *values, packed, _checksum(values, packed)))
        try:
            with self._database:
                self._database.executemany("DELETE FROM chunks WHERE row = ?", [(row,) for row in gone])
                self._database.executemany(INSERT, new)
        except sqlite3.Error as error:
            raise RetrievalError(
                f"{self._path} cannot be written, and nothing was kept: {error}.",
                next_step="free some space on the disk, and add again",
            ) from None
        self._apply(gone, dict(enumerate(chunks, start=first)), vectors)

    def _apply(self, gone: list[int], chunks: dict[int, Chunk], vectors: np.ndarray) -> None:
        if gone:
            self._index.remove_ids(np.array(gone, np.int64))
        for row in gone:
            del self._rows[self._chunks.pop(row).id]
        if chunks:
            self._index.add_with_ids(vectors, np.array(list(chunks), np.int64))
        self._chunks.update(chunks)
        self._rows.update({chunk.id: row for row, chunk in chunks.items()})


def _checksum(values: Sequence, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(repr(tuple(values)).encode("utf-8")))
