"""A store on FAISS: what one builds by hand when an index is used as a database.

FAISS holds vectors in memory, and nothing else. Missing are the chunks, the ids, filters, replacement, and
above all durability. Writing the whole index at each add() would be safe and slow (30 MB for one changed
chunk among 20,000), so each change is appended to a log, and the log is on the disk before add() returns:
fsync, then apply. Opening the store reads the log from its first line. A line that was cut short by a kill
was never acknowledged, and is dropped; a whole line that does not fit its checksum is damage, and is
refused. Where more than half of the vectors in the log are dead, opening writes it anew. Still missing: a
second process, and an index beyond memory.
"""

import base64
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.files import parse_json
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

LOG = "log.jsonl"
AT_ONCE = 4096  # chunks in a line of a log that is written anew


class FaissStore:
    """Chunks in a flat FAISS index, which is exact, and in a log in a folder."""

    def __init__(self, folder: str | Path, dimension: int):
        """Open the folder, and make it if it is not there.

        Raises RetrievalError if it is open already, for a log that was altered, and for one of another
        dimension. Lesson 03.
        """
        import faiss

        self.dimension, self._path = check_place(folder, dimension), Path(folder) / LOG
        self._lock = lock_folder(folder)
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        self._chunks: dict[int, Chunk] = {}  # a row number is never used twice
        self._rows: dict[str, int] = {}  # chunk id -> row number
        self._next_row = 0
        try:
            self._replay()
        except BaseException as error:
            self._lock.release()
            if not isinstance(error, (KeyError, TypeError, ValueError, OSError)):
                raise
            raise RetrievalError(
                f"{self._path} was not written by this version of the course: {str(error).splitlines()[0]}.",
                allowed="a folder that is empty, or that such a store wrote",
                next_step="take another folder, and add the chunks anew",
            ) from None
        if self._next_row > 2 * len(self._chunks):
            self._write_anew()
        self._log = self._path.open("ab", buffering=0)

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors, all of them or none; see VectorStore.add."""
        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        if len(chunks):
            self._append(_addition(chunks, vectors))
            self._insert(chunks, vectors)

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        gone = as_list(document_ids)
        self._append({"delete": gone})
        return self._remove(gone)

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
        """Let go of the log and the folder."""
        self._log.close()
        self._lock.release()

    def _insert(self, chunks: list[Chunk], vectors: np.ndarray) -> None:
        replaced = [self._rows[chunk.id] for chunk in chunks if chunk.id in self._rows]
        self._forget(replaced)
        rows = range(self._next_row, self._next_row + len(chunks))
        self._index.add_with_ids(vectors, np.array(rows, np.int64))
        self._chunks.update(zip(rows, chunks, strict=True))
        self._rows.update({chunk.id: row for row, chunk in zip(rows, chunks, strict=True)})
        self._next_row = rows.stop

    def _remove(self, document_ids: list[str]) -> int:
        wanted = set(document_ids)
        gone = [row for row, chunk in self._chunks.items() if chunk.document_id in wanted]
        self._forget(gone)
        return len(gone)

    def _forget(self, rows: list[int]) -> None:
        if rows:
            self._index.remove_ids(np.array(rows, np.int64))
        for row in rows:
            del self._rows[self._chunks.pop(row).id]

    def _append(self, change: dict) -> None:
        """Bring a change to the disk; a log that cannot be written stays as it was."""
        end, left = os.fstat(self._log.fileno()).st_size, memoryview(_line(change))
        try:
            while left:
                left = left[self._log.write(left) :]
            os.fsync(self._log.fileno())
        except BaseException as error:
            self._log.truncate(end)  # or the next line would be glued to half of this one
            if not isinstance(error, OSError):
                raise
            raise RetrievalError(
                f"The log {self._path} cannot be written, and nothing was kept: {error.strerror}.",
                next_step="free some space on the disk, and add again",
            ) from None

    def _replay(self) -> None:
        """Apply the changes in the log, one by one, or begin one."""
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        changes = _changes(self._path, content[:whole])
        first = next(changes, None)
        if first is None:
            self._write_anew()
            return
        check_same_dimension(str(self._path.parent), first["dimension"], self.dimension)
        for change in changes:
            if "delete" in change:
                self._remove(change["delete"])
            else:
                chunks = [Chunk(**each) for each in change["add"]]
                vectors = np.frombuffer(base64.b64decode(change["vectors"]), "<f4")
                self._insert(chunks, vectors.reshape(len(chunks), self.dimension))

    def _write_anew(self) -> None:
        """Replace the log, in one step, by one that adds what there is."""
        rows, fresh = list(self._chunks), self._path.with_suffix(".new")
        with fresh.open("wb") as stream:
            stream.write(_line({"dimension": self.dimension}))
            for start in range(0, len(rows), AT_ONCE):
                some = rows[start : start + AT_ONCE]
                vectors = self._index.reconstruct_batch(np.array(some, np.int64))
                stream.write(_line(_addition([self._chunks[row] for row in some], vectors)))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._path)
        if os.name == "posix":  # a power cut may undo the renaming until the folder too is on the disk
            folder = os.open(self._path.parent, os.O_RDONLY)  # Windows opens no folders
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _addition(chunks: Sequence[Chunk], vectors: np.ndarray) -> dict[str, Any]:
    packed = base64.b64encode(np.ascontiguousarray(vectors, "<f4")).decode("ascii")
    return {"add": [asdict(chunk) for chunk in chunks], "vectors": packed}


def _line(change: dict) -> bytes:
    """One change as a line: the CRC-32 of what follows it, then JSON."""
    content = json.dumps(change).encode("ascii")
    return b"%08x %b\n" % (zlib.crc32(content), content)


def _changes(path: Path, content: bytes) -> Iterator[dict]:
    for number, line in enumerate(content.splitlines(), start=1):
        checksum, _, change = line.partition(b" ")
        if checksum != b"%08x" % zlib.crc32(change):
            raise RetrievalError(
                f"Line {number} of {path} is damaged.", next_step="restore the file from a copy, or add anew"
            )
        yield parse_json(change.decode("utf-8", "replace"))
