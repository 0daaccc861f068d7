"""A retrieval data set in the form of the BEIR benchmark, in which most published ones can be had.

    corpus.jsonl      {"_id": "d1", "title": "…", "text": "…"}, a document a line; the title may be missing
    queries.jsonl     {"_id": "q1", "text": "…"}
    qrels/test.tsv    query-id, corpus-id, score: a judgement a line, below a line with these names or none

ranking.py evaluates a retriever on it.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.arguments import checked_path, checked_text, shown, writable
from course_lib.corpus.chunking import Chunk
from course_lib.errors import DataError
from course_lib.files import parse_json

GRADE_NAMES = ("score", "grade", "relevance", "rel", "label", "judgment", "judgement")
EXAMPLE = '{"_id": "d1", "text": "…"}'
FORM = "corpus.jsonl, queries.jsonl and qrels/<split>.tsv (or one qrels.tsv)"


@dataclass(frozen=True)
class BeirFolder:
    """Documents, each one chunk under its own id; queries by id; and the grades of documents by query."""

    chunks: tuple[Chunk, ...]
    queries: dict[str, str]
    gold: dict[str, dict[str, int]]


def load_beir_folder(folder: str | Path, split: str = "test") -> BeirFolder:
    """Read a data set from `folder`, its judgements from qrels/<split>.tsv or, without that, qrels.tsv.

    Files are read line by line. Raises DataError for a missing file, a bad line (by its number), an id given
    twice, two grades for one pair, half a surrogate pair (which no file can hold), a relevant document or its
    query that is not there (how many, and the first), and for a data set in which nothing is relevant. Thakur
    et al., "BEIR", NeurIPS 2021, section 3. Lesson 04.
    """
    folder = checked_path(folder, "folder", error=DataError)
    titles = _texts(folder / "corpus.jsonl")
    chunks = tuple(Chunk(id, id, title, "", text, "", "", 0, len(text)) for id, title, text in titles)
    queries = {id: text for id, _, text in _texts(folder / "queries.jsonl")}
    blank = [id for id, text in queries.items() if not text.strip()]
    if blank:
        raise DataError(f"{len(blank)} queries in {folder} have no text, the first is {blank[0]!r}.", EXAMPLE)
    path = _qrels(folder, split)
    gold: dict[str, dict[str, int]] = {}
    for number, query, document, grade in _judgements(path):
        if gold.setdefault(query, {}).setdefault(document, grade) != grade:
            raise DataError(
                f"Line {number} of {path} gives {document!r} for {query!r} another grade than before.",
                allowed="one grade for each query and document",
                next_step="take out one of the two lines",
            )
    relevant = [(query, each) for query, grades in gold.items() for each in grades if grades[each] > 0]
    if not relevant:
        raise DataError(f"In {path} no document is relevant.", allowed="a score of 1 or more for some")
    _check_known(path, [query for query, _ in relevant], folder / "queries.jsonl", queries.keys())
    documents = {chunk.id for chunk in chunks}
    _check_known(path, [each for _, each in relevant], folder / "corpus.jsonl", documents)
    return BeirFolder(chunks, queries, gold)


def _texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """(id, title, text) of each line of a JSON Lines file, every id once."""
    seen = set()
    for number, line in _lines(path):
        try:
            row = parse_json(line)
        except json.JSONDecodeError as error:
            raise DataError(f"Line {number} of {path} is not JSON: {error.msg}.", EXAMPLE) from None
        if not isinstance(row, dict) or not _is_id(row.get("_id")) or not isinstance(row.get("text"), str):
            raise DataError(f"Line {number} of {path} lacks an _id or a text.", EXAMPLE)
        id, title, text = str(row["_id"]), str(row.get("title") or ""), row["text"]
        if not all(map(writable, (id, title, text))):
            raise DataError(
                f"Line {number} of {path} holds half a surrogate pair, as \\ud83d alone.",
                allowed="text that can be written as UTF-8",
                next_step="write the data set anew; it was cut in the middle of a character",
            )
        if id in seen:
            raise DataError(f"Line {number} of {path} has the _id {id!r} of an earlier line.", "each once")
        seen.add(id)
        yield id, title, text


def _is_id(value: Any) -> bool:
    return type(value) in (str, int) and str(value) != ""


def _judgements(path: Path) -> Iterator[tuple[int, str, str, int]]:
    """(number, query, document, grade) of each line of a table, but for a line of names at its head."""
    first = True
    for number, line in _lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        names = len(cells) == 3 and cells[2].lower() in GRADE_NAMES
        try:
            query, document, grade = cells
            grade = None if first and names else int(grade)
        except ValueError:
            raise DataError(
                f"Line {number} of {path} is no judgement: {shown(line.strip())}.",
                allowed="query-id, corpus-id and a whole number, with tabs between them",
                next_step="correct that line; a line of names at the head ends with score",
            ) from None
        first = False
        if grade is not None:
            yield number, query, document, grade


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, with their numbers, one at a time."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise DataError(f"The file {path} is missing.", allowed=FORM) from None
    except UnicodeDecodeError:
        raise DataError(f"The file {path} is not UTF-8 text.", next_step="save it as UTF-8") from None
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {error.strerror}.", allowed=FORM) from None


def _qrels(folder: Path, split: str) -> Path:
    """The file of a split's judgements; raises DataError naming the splits that there are."""
    split = checked_text(split, "split", error=DataError)
    path, single = folder / "qrels" / f"{split}.tsv", folder / "qrels.tsv"
    if path.is_file() or single.is_file():
        return path if path.is_file() else single
    splits = ", ".join(sorted(each.stem for each in folder.glob("qrels/*.tsv")))
    raise DataError(f"The file {path} is missing.", allowed=f"the splits {splits}" if splits else FORM)


def _check_known(qrels: Path, named: list[str], file: Path, known: Collection[str]) -> None:
    wanted = list(dict.fromkeys(named))
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise DataError(
            f"{qrels} names {len(unknown)} ids (of {len(wanted)}) that {file} lacks, first {unknown[0]!r}.",
            next_step="take all files from the same release of the data set",
        )
