"""Documents from any folder of Markdown, text, HTML and PDF files: the good ones, and what ails the rest.

The formats themselves are read by front_matter.py, from_text.py, from_html.py and from_pdf.py beside it. The
course's own documents, with their checksums, are documents.py's.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.encodings import declared_encoding, decoded_text
from course_lib.corpus.from_html import as_markdown
from course_lib.corpus.from_pdf import read_pdf
from course_lib.corpus.from_text import escaped, without_data_uris
from course_lib.corpus.front_matter import day, front_matter, stated
from course_lib.corpus.markdown import first_heading
from course_lib.errors import DataError
from course_lib.progress_bar import progress_bar

KINDS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text"}
KINDS |= {".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf"}
FIELDS = [field.name for field in fields(Document) if field.name != "text"]
SHOWN = 10  # names or problems in one message


@dataclass(frozen=True)
class LoadedFolder:
    """The documents of a folder in the order of their paths, and a DataError for each file that is bad.

    Its length and what a loop over it gives are the documents'.
    """

    documents: tuple[Document, ...]
    problems: tuple[DataError, ...]

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)


def load_folder(folder: str | Path, edition: str = "", domain: str = "") -> LoadedFolder:
    """Read every Markdown, text, HTML and PDF file below a folder as a Document that split() takes.

    A document's id is its path below the folder ("care/kettle.md"). Its title is the one that its front
    matter, HTML or PDF states, else its first heading, else the file's name. Front matter may also state
    `domain`, `edition` and `effective` (or `date`); where it does not, the domain is the one given, or else
    the first folder on the path, the edition is the one given, and the date stays empty. The course's own
    front matter keeps all its fields, the id too. A PDF's page numbers are lost.
    Text and PDF files are no Markdown: a # in them opens no heading.

    A bad file does not stop the others: `problems` names it (not UTF-8, empty, damaged, encrypted, a scan
    without text, broken front matter, an id used twice), and the pages without text of a PDF that has others.
    Files of other kinds and links, which are not
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
    for path in progress_bar("reading documents", _paths(root, problems)):
        try:
            if path.is_symlink() or path.suffix.lower() not in KINDS or not path.is_file():
                passed_over.append(_printable(path.relative_to(root)))
                continue
            document = _document(path, root, edition, domain, problems)
            if document.id in documents:
                raise DataError(
                    f"The file {path} has the id {document.id!r} of {sources[document.id]}.",
                    next_step="give each file an id of its own",
                )
        except DataError as error:
            problems.append(error)
        except OSError as error:
            problems.append(DataError(f"The file {_printable(path)} cannot be read: {error.strerror}."))
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


def _paths(root: Path, problems: list[DataError]) -> list[Path]:
    """The files and links below a folder, sorted; a folder that cannot be opened becomes a problem.

    Without recursion, as a folder may be as deep as the system allows.
    """
    found, waiting = [], [root]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                below = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            problems.append(DataError(f"The folder {_printable(place)} cannot be read: {error.strerror}."))
            continue
        for entry in below:
            (waiting if entry.is_dir(follow_symlinks=False) else found).append(Path(entry.path))
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _document(path: Path, root: Path, edition: str, domain: str, problems: list[DataError]) -> Document:
    place, kind = path.relative_to(root), KINDS[path.suffix.lower()]
    if _printable(place) != place.as_posix():
        raise DataError(f"The name of the file {_printable(place)} is not UTF-8.", next_step="rename it")
    values: dict[str, str] = {}
    heading = title = ""
    if kind == "pdf":
        pdf = read_pdf(path)
        title, text = pdf.title, pdf.text
        if pdf.silent:
            problems.append(_silent_pages(path, pdf.silent, pdf.pages))
    elif kind == "html":
        title, text = as_markdown(decoded_text(path, declared_encoding), path)
        heading = first_heading(text)
    elif kind == "text":
        text = escaped(decoded_text(path))
    else:
        found, text = front_matter(decoded_text(path), path)
        values = stated(found, [*FIELDS, "date"], path)
        heading = first_heading(text)
    values = {name: " ".join(value.split()) for name, value in values.items()}
    own = values if values.keys() >= set(FIELDS) - {"supersedes"} else {}
    document = Document(
        id=own.get("id") or place.as_posix(),
        title=values.get("title") or " ".join(title.split()) or heading or path.stem,
        domain=values.get("domain") or domain or (place.parts[0] if len(place.parts) > 1 else ""),
        edition=values.get("edition") or edition,
        effective=day(values.get("effective") or values.get("date") or "", path),
        supersedes=own.get("supersedes"),
        origin=own.get("origin") or "written",
        text=without_data_uris(text).strip(),
    )
    if not split([document]):
        raise DataError(f"The file {path} holds no text.", next_step="fill it, or take it out of the folder")
    return document


def _silent_pages(path: Path, silent: tuple[int, ...], pages: int) -> DataError:
    return DataError(
        f"{len(silent)} of the {pages} pages of {path} have no text: {_listed([str(n) for n in silent])}.",
        next_step="if they are scans, let a program for text recognition (OCR) write a text layer",
    )


def _printable(path: Path) -> str:
    """A path with forward slashes, its bytes that are not UTF-8 written out."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
