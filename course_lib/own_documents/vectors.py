"""An embedder whose vectors are kept as they come, so that a run that is killed embeds nothing twice.

SQLite holds them, a row a text: a block of new ones is one transaction, whatever is there already.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np

from course_lib import files
from course_lib.progress_bar import progress_bar
from course_lib.retrieval.embedding import Embedder

BLOCK = 256  # new texts between two commits
LOOKED_UP = 500  # keys in one question to SQLite


class KeptVectors:
    """A TextEmbedder over another: what it embedded once it reads from a file of `folder` from then on."""

    def __init__(self, embedder: Embedder, folder: str | Path):
        self.embedder, self.fingerprint = embedder, embedder.fingerprint
        name = sha256(embedder.fingerprint.encode("utf-8")).hexdigest()[:16]
        self._database = sqlite3.connect(files.make_folder(folder) / f"vectors-{name}.sqlite")
        self._database.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        row = self._database.execute("SELECT vector FROM vectors LIMIT 1").fetchone()
        return len(row[0]) // 4 if row else self.embedder.dimension

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """n texts as unit rows (n, dimension) float32; raises RetrievalError as the embedder does."""
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        self._embed_new(dict(zip(keys, texts, strict=True)))
        rows = np.zeros((len(keys), self.dimension), np.float32)
        for start in range(0, len(keys), LOOKED_UP):
            some = keys[start : start + LOOKED_UP]
            known = self._known(some)
            rows[start : start + len(some)] = [np.frombuffer(known[key], np.float32) for key in some]
        return rows

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _embed_new(self, texts: dict[bytes, str]) -> None:
        keys, new = list(texts), []
        for start in range(0, len(keys), LOOKED_UP):
            some = keys[start : start + LOOKED_UP]
            known = self._known(some)
            new += [key for key in some if key not in known]
        with closing(progress_bar("embedding", total=len(new))) as bar:
            for start in range(0, len(new), BLOCK):
                some = new[start : start + BLOCK]
                vectors = self.embedder.embed([texts[key] for key in some], cached=False)
                rows = [(key, vector.tobytes()) for key, vector in zip(some, vectors, strict=True)]
                with self._database:
                    self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                bar.update(len(some))

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ", ".join("?" * len(keys))
        return dict(self._database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", keys))
