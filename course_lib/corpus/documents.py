"""The company's documents, read from `data/` and held against its manifest; questions: question_files.py.

What this module does not do: make the data (course_lib.world does) or cut it into chunks (chunking.py does).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from course_lib import files
from course_lib.corpus.front_matter import day, read_yaml, stated
from course_lib.corpus.question_files import SPLITS, Question, load_questions, read_questions
from course_lib.errors import DataError
from course_lib.manifest import RESTORE, checksums, verified
from course_lib.runtime import DATA

__all__ = ["SPLITS", "Document", "Question", "course_editions", "editions", "load_documents"]
__all__ += ["load_questions", "read_document", "read_questions"]


@dataclass(frozen=True)
class Document:
    """One document of one edition: its front matter, and its Markdown body without surrounding blank
    lines.
    """

    id: str
    title: str
    domain: str
    edition: str
    effective: str  # the date from which it holds, YYYY-MM-DD
    supersedes: str | None  # the id of the same document in the edition before
    origin: str  # "generated" by course_lib.world, or "written" by a person
    text: str


def load_documents(edition: str | None = None, folder: str | Path | None = None) -> list[Document]:
    """The documents of one edition, or of all, sorted by edition and id, each file held against the manifest.

    `folder` is the data folder, the course's own when None. Raises DataError for a missing, altered or
    unlisted file, for front matter without one of its fields, and for an edition that does not exist. Used
    from lesson 00 on.
    """
    folder = Path(folder or DATA)
    sums = checksums(folder)
    listed = {name for name in sums if name.startswith("knowledge_base/")}
    editions = sorted({name.split("/")[1] for name in listed})
    if edition is not None and str(edition) not in editions:
        raise DataError(
            f"There is no edition {edition!r} in {folder / 'knowledge_base'}.", allowed=", ".join(editions)
        )
    wanted = editions if edition is None else [str(edition)]
    found = {
        path.relative_to(folder).as_posix()
        for each in wanted
        for path in (folder / "knowledge_base" / each).glob("*.md")
    }
    names = found | {name for name in listed if name.split("/")[1] in wanted}
    documents = [read_document(verified(folder, name, sums)) for name in names]
    return sorted(documents, key=lambda document: (document.edition, document.id))


def editions(documents: Iterable[Document]) -> dict[str, str]:
    """Document id -> the id of its first edition, by what each document says that it supersedes.

    A document that supersedes nothing is its own first edition. Lesson 05.
    """
    before = {document.id: document.supersedes for document in documents}
    first = {}
    for id in before:
        seen = [id]
        while (older := before.get(seen[-1])) is not None and older not in seen:
            seen.append(older)
        first[id] = seen[-1]
    return first


@cache
def course_editions() -> dict[str, str]:
    """The `editions` of the course's own documents; raises DataError as load_documents does."""
    return editions(load_documents())


def read_document(path: str | Path) -> Document:
    """Read one Markdown file with YAML front matter, without a manifest; raises DataError if it is malformed.
    """
    text = files.read_text(path)
    opening, _, rest = text.partition("\n")
    front, fence, body = rest.partition("\n---\n")
    if opening.rstrip() != "---" or not fence:
        raise DataError(
            f"The file {path} does not begin with front matter.", "YAML between two lines of ---", RESTORE
        )
    values = read_yaml(front, path, RESTORE)
    names = [field.name for field in fields(Document) if field.name != "text"]
    found = stated(values if isinstance(values, dict) else {}, names, path)
    missing = [repr(name) for name in names if name not in found and name != "supersedes"]
    if missing:
        raise DataError(
            f"The front matter of {path} lacks {', '.join(missing)}.",
            allowed=", ".join(names),
            next_step=RESTORE,
        )
    day(found["effective"], path)
    return Document(**{"supersedes": None, **found}, text=body.strip())
