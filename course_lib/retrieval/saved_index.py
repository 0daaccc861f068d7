"""A FAISS index and its chunks as three files in a folder, which appear together or not at all.

Both big files are named by their checksums, and index.json, which names the two, is replaced last in one
step: whoever reads after a crash finds the old index or the new one.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, RetrievalError
from course_lib.retrieval.vector_index import PARAMETERS

DESCRIPTION = "index.json"
KEYS = {"kind": str, "parameters": dict, "dimension": int, "embedder": str, "next_row": int, "files": dict}
AGAIN = "build one, then index.save(folder)"


def write_saved(folder: str | Path, description: dict, index: Any, chunks: dict[int, Chunk]) -> Path:
    """Write an index, its chunks by row number, and what describes it; return the folder.

    Raises CourseError where a file stands in the folder's place.
    """
    import faiss

    folder = Path(folder)
    rows = [{"row": row} | asdict(chunk) for row, chunk in chunks.items()]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    contents = {"index.faiss": faiss.serialize_index(index).tobytes(), "chunks.jsonl": lines.encode("utf-8")}
    names = {}
    for name, content in contents.items():
        digest = hashlib.sha256(content).hexdigest()
        names[name] = {"file": f"{digest[:16]}-{name}", "sha256": digest}
        files.write_atomically(folder / names[name]["file"], content)
    files.write_json(folder / DESCRIPTION, description | {"files": names})
    current = {each["file"] for each in names.values()}
    for path in [*folder.glob("*-index.faiss"), *folder.glob("*-chunks.jsonl")]:
        if path.name not in current:
            with suppress(OSError):  # on Windows, while somebody reads it
                path.unlink()
    return folder


def read_saved(folder: str | Path) -> tuple[dict, Any, dict[int, Chunk]]:
    """What write_saved() wrote: the description, the faiss.Index, and the chunks by row number.

    Raises RetrievalError for a folder without an index, for files that were altered, and for those of another
    tool or version.
    """
    import faiss

    folder = Path(folder)
    if not (folder / DESCRIPTION).is_file():
        raise RetrievalError(f"There is no saved index in {folder}.", next_step=AGAIN)
    description = files.read_json(folder / DESCRIPTION)
    if not _describes(description):
        raise _other(folder / DESCRIPTION, f"it lacks some of {', '.join(KEYS)}")
    index_file, chunks_file = (
        _checked(folder, description["files"].get(name)) for name in ("index.faiss", "chunks.jsonl")
    )
    try:
        index = faiss.deserialize_index(np.frombuffer(index_file.read_bytes(), np.uint8))
        chunks = {row.pop("row"): Chunk(**row) for row in files.read_jsonl(chunks_file)}
    except (RuntimeError, TypeError, KeyError, CourseError) as error:
        raise _other(folder, str(error).strip().splitlines()[0]) from None
    if index.ntotal != len(chunks) or index.d != description["dimension"]:
        raise _other(folder, f"{index.ntotal} vectors of dimension {index.d} and {len(chunks)} chunks")
    return description, index, chunks


def _describes(description: Any) -> bool:
    return (
        isinstance(description, dict)
        and all(isinstance(description.get(key), kind) for key, kind in KEYS.items())
        and description["kind"] in PARAMETERS
    )


def _checked(folder: Path, named: Any) -> Path:
    """The path of a file that index.json names, which has the checksum that stands there."""
    if not isinstance(named, dict) or not all(isinstance(named.get(key), str) for key in ("file", "sha256")):
        raise _other(folder / DESCRIPTION, "it does not name its two files and their SHA-256")
    path = folder / Path(named["file"]).name
    if not path.is_file() or files.sha256(path) != named["sha256"]:
        raise RetrievalError(
            f"The saved index file {path} is missing or altered.", next_step="build and save it again"
        )
    return path


def _other(place: Path, reason: str) -> RetrievalError:
    return RetrievalError(
        f"{place} was not written by this version of the course: {reason}.",
        allowed="a folder that index.save(folder) wrote",
        next_step=AGAIN,
    )
