"""Documents from any folder of Markdown, text, HTML and PDF files: the good ones, and what ails the rest.

The formats themselves are read by from_markdown.py, from_html.py and from_pdf.py beside it. The course's own
documents, with their checksums, are documents.py's.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.from_html import as_markdown, declared_encoding
from course_lib.corpus.from_markdown import first_heading, front_matter, plain
from course_lib.corpus.from_pdf import read_pdf
from course_lib.errors import DataError

KINDS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text"}
KINDS |= {".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf"}
OWN_FIELDS = {field.name for field in fields(Document)} - {"text", "supersedes"}
SHOWN = 10  # names or problems in one message


@dataclass(frozen=True)
class LoadedFolder:
    """The documents of a folder in the order of their paths, and a DataError for each file that is bad."""

    documents: tuple[Document, ...]
    problems: tuple[DataError, ...]


def load_folder(folder: str | Path, edition: str = "", domain: str = "") -> LoadedFolder:
    """Read every Markdown, text, HTML and PDF file below a folder as a Document that split() takes.

    A document's id is its path below the folder ("care/kettle.md"). Its title is the one that its front
    matter, HTML or PDF states, else its first heading, else the file's name. Front matter may also state
    `domain`, `edition` and `effective` (or `date`); where it does not, the domain is the one given, or else
    the first folder on the path, the edition is the one given, and the date stays empty. The course's own
    front matter keeps all its fields, the id too. A PDF's page numbers are lost.

    A bad file does not stop the others: `problems` names it (not UTF-8, empty, damaged, encrypted, a scan
    without text, broken front matter, an id used twice). Files of other kinds and links, which are not
    followed, share one problem at the end; hidden files and folders are left out. Raises DataError if the
    folder is missing or nothing in it can be read. Lesson 02.
    """
    root = Path(folder)
    if not root.is_dir():
        problem = f"{root} is a file." if root.exists() else f"There is no folder {root}."
        raise DataError(problem, allowed="a folder of " + ", ".join(KINDS))
    documents: dict[str, Document] = {}
    sources: dict[str, Path] = {}
    problems: list[DataError] = []
    passed_over: list[str] = []
    for path in _paths(root, problems):
        if path.is_symlink() or not path.is_file() or path.suffix.lower() not in KINDS:
            passed_over.append(_printable(path.relative_to(root)))
            continue
        try:
            document = _document(path, root, edition, domain)
            if document.id in documents:
                raise DataError(
                    f"The file {path} has the id {document.id!r} of {sources[document.id]}.",
                    next_step="give each file an id of its own",
                )
        except DataError as error:
            problems.append(error)
        else:
            documents[document.id], sources[document.id] = document, path
    if passed_over:
        problems.append(
            DataError(
                f"Not read in {root}, as they are links or of another kind: {_listed(passed_over)}.",
                allowed=", ".join(KINDS),
            )
        )
    if not documents:
        what = "\n".join(["What was found:", *(each.problem for each in problems[:SHOWN])])
        raise DataError(
            f"The folder {root} holds nothing that can be read. {what if problems else 'It has no files.'}",
            allowed=", ".join(KINDS),
        )
    return LoadedFolder(tuple(documents.values()), tuple(problems))


def _paths(root: Path, problems: list[DataError]) -> Iterator[Path]:
    """The files and links below a folder, sorted; a folder that cannot be opened becomes a problem."""

    def refused(error: OSError) -> None:
        problems.append(DataError(f"The folder {error.filename} cannot be read: {error.strerror}."))

    found = []
    for place, below, names in os.walk(root, onerror=refused):
        below[:] = [name for name in below if not name.startswith(".")]
        links = [name for name in below if (Path(place) / name).is_symlink()]
        found += [Path(place) / name for name in [*names, *links] if not name.startswith(".")]
    return iter(sorted(found, key=lambda path: path.relative_to(root).as_posix()))


def _document(path: Path, root: Path, edition: str, domain: str) -> Document:
    place, kind = path.relative_to(root), KINDS[path.suffix.lower()]
    if _printable(place) != place.as_posix():
        raise DataError(f"The name of the file {_printable(place)} is not UTF-8.", next_step="rename it")
    values: dict[str, Any] = {}
    heading = title = ""
    if kind == "pdf":
        title, text = read_pdf(path)
    elif kind == "html":
        title, text = as_markdown(_text(path, declared_encoding), path)
        heading = first_heading(text)
    else:
        text = _text(path)
    if kind == "markdown":
        values, text = front_matter(text, path)
        text = plain(text)
        heading = first_heading(text)
    stated = {name: " ".join(str(value).split()) for name, value in values.items() if value is not None}
    own = stated if stated.keys() >= OWN_FIELDS else {}
    document = Document(
        id=own.get("id") or place.as_posix(),
        title=stated.get("title") or " ".join(title.split()) or heading or path.stem,
        domain=stated.get("domain") or domain or (place.parts[0] if len(place.parts) > 1 else ""),
        edition=stated.get("edition") or edition,
        effective=_day(values.get("effective") or values.get("date"), path),
        supersedes=own.get("supersedes"),
        origin=own.get("origin") or "written",
        text=text.strip(),
    )
    if not split([document]):
        raise DataError(f"The file {path} holds no text.", next_step="fill it, or take it out of the folder")
    return document


def _text(path: Path, encoding_of: Callable[[bytes], str | None] | None = None) -> str:
    """A file's text, as UTF-8 unless its own bytes name another encoding."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {error.strerror}.") from None
    encoding = (encoding_of and encoding_of(content)) or "utf-8"
    try:
        text = content.decode(encoding)
    except (ValueError, LookupError) as error:  # some codecs raise more than UnicodeDecodeError
        raise DataError(
            f"The file {path} is not {encoding.upper()} text: {error}.", next_step="save it as UTF-8"
        ) from None
    if "\0" in text:
        raise DataError(f"The file {path} is no text: it holds zero bytes.", next_step="save it as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff")  # which some editors put before the first letter


def _printable(path: Path) -> str:
    """A path with forward slashes, its bytes that are not UTF-8 written out."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _day(value: Any, path: Path) -> str:
    """A date of front matter as YYYY-MM-DD, empty where there is none; raises DataError for anything else."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = value.date()
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise DataError(
            f"The date {value!r} in the front matter of {path} cannot be read.", allowed="YYYY-MM-DD"
        ) from None


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
