"""The company's documents and the questions about them, read from `data/` and held against its manifest.

What this module does not do: make the data (course_lib.world does) or cut it into chunks (chunking.py does).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.errors import DataError
from course_lib.runtime import DATA

SPLITS = ("train", "dev", "test")
RESTORE = "restore it with `git checkout data` or `make data`"


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


@dataclass(frozen=True)
class Question:
    """One question in one wording, the value that answers it, and the documents that say so."""

    id: str
    text: str
    value: str | None  # None when no document answers
    gold: tuple[str, ...]  # document ids; none when no document answers
    domain: str
    kind: str
    phrasing: str
    origin: str
    edition: str
    split: str
    fact: str


def load_documents(edition: str | None = None, folder: str | Path | None = None) -> list[Document]:
    """The documents of one edition, or of all, sorted by edition and id, each file held against the manifest.

    `folder` is the data folder, the course's own when None. Raises DataError for a missing, altered or
    unlisted file, for front matter without one of its fields, and for an edition that does not exist. Used
    from lesson 00 on.
    """
    folder = Path(folder or DATA)
    checksums = _checksums(folder)
    listed = {name for name in checksums if name.startswith("knowledge_base/")}
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
    documents = [read_document(_verified(folder, name, checksums)) for name in names]
    return sorted(documents, key=lambda document: (document.edition, document.id))


def load_questions(
    split: str, edition: str | None = None, folder: str | Path | None = None
) -> list[Question]:
    """The questions of a split ("train", "dev" or "test") in file order, of one edition when one is named.

    Raises DataError for an unknown split or edition, a missing or altered file, and a line without one of its
    fields.
    """
    if split not in SPLITS:
        raise DataError(f"There is no split {split!r}.", allowed=", ".join(SPLITS))
    folder = Path(folder or DATA)
    questions = read_questions(_verified(folder, f"questions/{split}.jsonl", _checksums(folder)))
    if edition is None:
        return questions
    editions = sorted({question.edition for question in questions})
    if str(edition) not in editions:
        raise DataError(f"No {split} question is about the edition {edition!r}.", allowed=", ".join(editions))
    return [question for question in questions if question.edition == str(edition)]


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


def data_file(name: str, folder: str | Path | None = None) -> Path:
    """The path of a file of the data folder ("style/curated.jsonl"), held against the manifest.

    Raises DataError for a missing, altered or unlisted file.
    """
    folder = Path(folder or DATA)
    return _verified(folder, name, _checksums(folder))


def verify_data(folder: str | Path | None = None) -> int:
    """Hold every file of the manifest against its checksum and return how many there are.

    Raises DataError naming the files that are missing or altered.
    """
    folder = Path(folder or DATA)
    checksums = _checksums(folder)
    problems = []
    for name in checksums:
        try:
            _verified(folder, name, checksums)
        except DataError as error:
            problems.append(error.problem)
    if problems:
        more = [f"… and {len(problems) - 10} more."] if len(problems) > 10 else []
        raise DataError(
            "\n".join(problems[:10] + more), next_step="restore them with `git checkout data` or `make data`"
        )
    return len(checksums)


def read_document(path: str | Path) -> Document:
    """Read one Markdown file with YAML front matter, without a manifest; raises DataError if it is
    malformed.
    """
    text = files.read_text(path)
    opening, _, rest = text.partition("\n")
    front, fence, body = rest.partition("\n---\n")
    if opening.rstrip() != "---" or not fence:
        raise DataError(
            f"The file {path} does not begin with front matter.", "YAML between two lines of ---", RESTORE
        )
    values = read_front_matter(front, path, RESTORE)
    values = values if isinstance(values, dict) else {}
    names = [field.name for field in fields(Document) if field.name != "text"]
    missing = [name for name in names if values.get(name) is None and name != "supersedes"]
    if missing:
        raise DataError(
            f"The front matter of {path} lacks {_listed(missing)}.",
            allowed=", ".join(names),
            next_step=RESTORE,
        )
    supersedes = values.get("supersedes")
    found = {name: str(values[name]) for name in names if name != "supersedes"}
    return Document(**found, supersedes=None if supersedes is None else str(supersedes), text=body.strip())


def read_front_matter(front: str, path: str | Path, next_step: str) -> Any:
    """The value of a file's front matter; raises DataError, naming the path, if it is not YAML."""
    import yaml

    # Of values that are out of range ("2026-02-30", "!!int ''") PyYAML lets Python's own errors through.
    malformed = (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError)
    try:
        return yaml.safe_load(front)
    except malformed as error:
        problem = " ".join(str(error).split())
        raise DataError(f"The front matter of {path} is not YAML: {problem}.", next_step=next_step) from None


def read_questions(path: str | Path) -> list[Question]:
    """Read a JSON Lines file of questions, without a manifest; raises DataError naming line and field."""
    lines = enumerate(files.read_text(path).split("\n"), start=1)
    numbers = [number for number, line in lines if line.strip()]
    return [_question(path, number, row) for number, row in zip(numbers, files.read_jsonl(path), strict=True)]


def _question(path: str | Path, number: int, row: dict[str, Any]) -> Question:
    names = [field.name for field in fields(Question)]
    missing = [name for name in names if name not in row]
    if missing:
        raise DataError(
            f"Line {number} of {path} lacks the field {_listed(missing)}.", ", ".join(names), RESTORE
        )
    if not isinstance(row["gold"], list):
        raise DataError(
            f"The field 'gold' on line {number} of {path} is not a list.",
            'a list of ids, as ["PR-201"]',
            RESTORE,
        )
    return Question(
        **{name: row[name] for name in names} | {"gold": tuple(row["gold"]), "edition": str(row["edition"])}
    )


def _checksums(folder: Path) -> dict[str, str]:
    """Path below the data folder, with forward slashes -> SHA-256."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(f"The list of checksums {path} is missing.", next_step=RESTORE)
    manifest = files.read_json(path)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise DataError(
            f"The list of checksums {path} has no 'files'.", '{"files": {"path": "sha256"}}', RESTORE
        )
    return manifest["files"]


def _verified(folder: Path, name: str, checksums: dict[str, str]) -> Path:
    """The path of a file of the data folder, once its bytes are those that the manifest names."""
    path = folder / name
    if not path.is_file():
        raise DataError(f"The data file {path} is missing.", next_step=RESTORE)
    if name not in checksums:
        raise DataError(
            f"The file {path} is not in the manifest, so nobody can say what it should hold.",
            next_step="move it elsewhere, or remake the data with `make data`",
        )
    if files.sha256(path) != checksums[name]:
        raise DataError(
            f"The data file {path} was altered: its checksum is not the manifest's.", next_step=RESTORE
        )
    return path


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
