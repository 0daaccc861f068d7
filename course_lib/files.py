"""Reading and writing files: UTF-8, "\\n" line ends on every system, and never a half-written file."""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError, DataError


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file's bytes as 64 hexadecimal digits; raises DataError if there is no such file."""
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise _unreadable(path, error) from None
    return digest.hexdigest()


def write_atomically(path: str | Path, content: str | bytes) -> Path:
    """Write text (as UTF-8) or bytes, and return the path; a reader sees the old file or the new one.

    The folder is made if need be. The content goes to a neighbouring file first, which then takes the name.
    Raises CourseError where a file stands in the folder's place.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    make_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        os.close(handle)
        temporary.write_bytes(data)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)  # it was its owner's alone
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return path


def make_folder(folder: str | Path) -> Path:
    """Make a folder and those above it if need be; raises CourseError where a file stands in its place."""
    folder = Path(folder)
    check_no_file(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check_no_file(folder: Path) -> None:
    """Raise CourseError if a folder, or one above it, cannot be made because it is a file."""
    in_the_way = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if in_the_way is not None and not in_the_way.is_dir():
        raise CourseError(
            f"{in_the_way} is a file, so no folder can be made there.",
            allowed="a new folder, or one that is there",
            next_step="choose another place, or move the file away",
        )


def check_replaceable(folder: Path, marker: str) -> None:
    """Raise CourseError if a folder holds something, but not the file `marker`: it is somebody's other work.

    And where a file stands above it, so that it could not be made.
    """
    ours = folder.is_dir() and ((folder / marker).is_file() or not any(folder.iterdir()))
    if folder.exists() and not ours:
        raise CourseError(
            f"{folder} exists and is something else (it has no {marker}), so it will not be replaced.",
            allowed="a new folder, an empty one, or one that an earlier run wrote",
            next_step="choose another folder",
        )
    check_no_file(folder)


@contextmanager
def written_whole(folder: Path, marker: str) -> Iterator[Path]:
    """A new folder to write into, which takes the name `folder` when the block ends without an exception.

    What was there before stays until then, and stays for good if the block fails. Raises CourseError as
    `check_replaceable` does, before anything is written.
    """
    folder = Path(folder).expanduser().absolute()
    check_replaceable(folder, marker)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        yield new
        old = Path(temporary) / "old"  # goes with the temporary folder
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:  # on Windows, another program may be reading what was just written
            if old.exists():
                old.rename(folder)
            raise


def read_text(path: str | Path) -> str:
    """A file's text, unpacked if it is .gz; raises DataError if it is missing, damaged or not UTF-8."""
    try:
        if Path(path).suffix == ".gz":
            return gzip.decompress(Path(path).read_bytes()).decode("utf-8")
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from None


def read_json(path: str | Path) -> Any:
    """The value in a JSON file; raises DataError, naming the line, if it is missing or not JSON."""
    text = read_text(path)
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise _not_json(path, error.lineno, error.msg) from None


def parse_json(text: str) -> Any:
    """The value of a JSON text; raises json.JSONDecodeError alone, whatever the text is.

    Python's reader raises RecursionError for a thousand brackets, and a bare ValueError for a number of more
    digits than it converts.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        reason = "too many brackets inside each other"
    except ValueError:
        reason = "a number of too many digits"
    raise json.JSONDecodeError(reason, text, 0)


def write_json(path: str | Path, value: Any) -> Path:
    """Write a value as indented JSON with its keys in the order given; return the path."""
    return write_atomically(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def read_jsonl(path: str | Path) -> list[dict]:
    """The objects of a JSON Lines file, its blank lines skipped; raises DataError, naming the line."""
    rows = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = parse_json(line)
        except json.JSONDecodeError as error:
            raise _not_json(path, number, error.msg) from None
        if not isinstance(row, dict):
            raise _not_json(path, number, "expected an object in braces")
        rows.append(row)
    return rows


def write_jsonl(path: str | Path, rows: Iterable[dict]) -> Path:
    """Write one JSON object a line; return the path."""
    return write_atomically(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _unreadable(path: str | Path, error: Exception) -> DataError:
    if isinstance(error, FileNotFoundError):
        problem = f"The file {path} is missing."
    elif isinstance(error, UnicodeDecodeError):
        problem = f"The file {path} is not UTF-8 text (byte {error.start} cannot be read)."
    else:
        reason = getattr(error, "strerror", None) or error  # what is no gzip has none
        problem = f"The file {path} cannot be read: {reason}."
    return DataError(problem, next_step="if it came with the course, restore it: git checkout -- <file>")


def _not_json(path: str | Path, line: int, reason: str) -> DataError:
    return DataError(
        f"The file {path} is not valid JSON at line {line}: {reason}.",
        next_step="correct that line, or restore the course's own copy: git checkout -- <file>",
    )
