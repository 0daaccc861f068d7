"""Does a chunk hold the answer? The evidence of a question is the sentence or the table's row that states its
value, and a chunk holds it if it covers it whole.

Scored by chunks, not by documents as in ranking.py: a search may find the right document and the wrong part
of it. What this module does not do: see whether a sentence says enough without the sentences around it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course_lib.arguments import whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Document, Question
from course_lib.corpus.markdown import WORD, count_words, sentences
from course_lib.errors import CourseError
from course_lib.evaluation.ranking import DESCRIPTION
from course_lib.evaluation.statistics import CLUSTER, Interval, mean_interval, paired_bootstrap
from course_lib.generation.values import states
from course_lib.retrieval.types import Retriever

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Statement:
    """A sentence or a table's row of a document, from its first word to its last, at [start:end] of the text.

    A row knows where the row of column names of its table stands, [header_start:header_end]; for a sentence
    both are -1.
    """

    document_id: str
    start: int
    end: int
    text: str
    header_start: int = -1
    header_end: int = -1

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table, below the names of its columns."""
        return self.header_start >= 0


Evidence = tuple[tuple[Statement, ...], ...]  # for each part of the value the statements that give it


def statements(documents: Iterable[Document]) -> dict[str, list[Statement]]:
    """The statements of each document by its id; the names of a table's columns state nothing. Lesson 02."""
    return {document.id: _statements(document) for document in documents}


def _statements(document: Document) -> list[Statement]:
    text, found = document.text, []
    header, last = None, -1
    for start, end in sentences(document):
        row = text.startswith("|", start)
        words = [match.span() for match in WORD.finditer(text, start, end)]
        span = words[0][0], words[-1][1]
        # The rule of dashes under the column names is no sentence, so a table's lines lie close together.
        if row and (header is None or text[last:start].count("\n\n")):
            header = span
        elif text[start] != "#":
            header = header if row else None
            found.append(Statement(document.id, *span, text[slice(*span)], *(header or (-1, -1))))
        last = end
    return found


def find_evidence(question: Question, stated: Mapping[str, Sequence[Statement]]) -> Evidence:
    """The statements of the gold documents that give each part of the question's value; none: an empty part.

    With as many gold documents as parts, each part is looked for in its own. Raises CourseError for a
    question without a value and for a gold document that `stated` does not have. Lesson 02.
    """
    if question.value is None:
        raise CourseError(
            f"The question {question.id} has no answer, so nothing can state it.",
            next_step="ask answerable questions: those with a value",
        )
    if unknown := [id for id in question.gold if id not in stated]:
        raise CourseError(
            f"The gold document {unknown[0]} of {question.id} is not there.",
            allowed=", ".join(list(stated)[:8]) + ", …",
            next_step="take the statements of the question's edition",
        )
    parts = question.value.split(" | ")
    own = len(parts) == len(question.gold)
    where = [[id] for id in question.gold] if own else [list(question.gold)] * len(parts)
    return tuple(
        tuple(each for id in ids for each in stated[id] if states(each.text, part))
        for part, ids in zip(parts, where, strict=True)
    )


def holds(chunk: Chunk, statement: Statement) -> bool:
    """Whether a chunk covers a statement whole. Lesson 02 (exercise 2.3)."""
    same = chunk.document_id == statement.document_id
    return same and chunk.start <= statement.start and statement.end <= chunk.end


def holds_header(chunk: Chunk, statement: Statement) -> bool:
    """Whether a chunk that holds a table's row shows the names of its columns too, in place or repeated."""
    if not (statement.is_row and holds(chunk, statement)):
        return False
    if chunk.start <= statement.header_start:
        return True
    # A repeated header stands above the span, and belongs to the table in whose middle the chunk begins.
    repeated = chunk.text[: len(chunk.text) - (chunk.end - chunk.start)]
    return bool(repeated.strip()) and statement.header_end <= chunk.start


def answered(chunks: Sequence[Chunk], evidence: Evidence, named: bool = False) -> bool:
    """Whether for each part of the value some chunk holds a statement of it.

    With `named`, a table's row counts only in a chunk that shows the names of its columns too.
    """

    def enough(chunk: Chunk, each: Statement) -> bool:
        return holds_header(chunk, each) if named and each.is_row else holds(chunk, each)

    return all(any(enough(chunk, each) for chunk in chunks for each in part) for part in evidence)


def stated(value: str, chunks: Sequence[Chunk]) -> bool:
    """Whether for each part of a value some chunk's passage states it: the rule of every `evidence` column.

    It asks less than `answered`: any document will do, and any sentence. Lesson 09.
    """
    return all(any(states(chunk.passage, part) for chunk in chunks) for part in value.split(" | "))


def read(chunks: Iterable[Chunk], words: int) -> list[Chunk]:
    """The first chunks of a ranking up to so many words, the last one cut where the budget ends.

    The line of title and headings counts, as do words that two chunks share. Lesson 02.
    """
    kept = []
    for chunk in chunks:
        if words < 1:
            break
        size = count_words(chunk.passage)
        kept.append(chunk if size <= words else _first_words(chunk, words - (size - count_words(chunk.text))))
        words -= size
    return kept


def _first_words(chunk: Chunk, count: int) -> Chunk:
    """A chunk's text up to its first `count` words."""
    ends = [0, *(match.end() for match in WORD.finditer(chunk.text))]
    cut = len(chunk.text) - ends[max(count, 0)]
    return replace(chunk, text=chunk.text[: ends[max(count, 0)]], end=max(chunk.end - cut, chunk.start))


def evaluate_chunks(
    retriever: Retriever,
    questions: Sequence[Question],
    evidence: Mapping[str, Evidence],
    k: int = 4,
    budgets: Sequence[int] = (360,),
    depth: int = 60,
) -> "pd.DataFrame":
    """Search for each question and look for its evidence (by question id), one row a question.

    Columns: question_id, fact, the fields that results are grouped by; `top k` (whether the k best chunks
    hold all of the evidence) and `words` (how many they have); then, with the number in place of n, `n words`
    and `n words, named` (whether the best chunks up to so many words do, and with the names of the columns).
    For a budget `depth` chunks are searched. Raises RetrievalError if there are fewer. Lesson 02.
    """
    import pandas as pd

    k, depth = whole_number(k, "k"), whole_number(depth, "depth")
    rows, found = [], retriever.search_many([question.text for question in questions], max(k, depth))
    for question, hits in zip(questions, found, strict=True):
        chunks = [hit.chunk for hit in hits]
        wanted = evidence[question.id]
        row = {"question_id": question.id, "fact": question.fact}
        row |= {name: getattr(question, name) for name in DESCRIPTION}
        row["top k"] = answered(chunks[:k], wanted)
        row["words"] = sum(count_words(chunk.passage) for chunk in chunks[:k])
        for words in budgets:
            seen = read(chunks, words)
            row[f"{words} words"] = answered(seen, wanted)
            row[f"{words} words, named"] = answered(seen, wanted, named=True)
        rows.append(row)
    return pd.DataFrame(rows)


def share(table: "pd.DataFrame", measure: str) -> Interval:
    """The mean of a column of evaluate_chunks with its 95 % interval, all wordings of a fact drawn together.

    Lesson 02.
    """
    return mean_interval(table[measure].to_numpy(float), table[CLUSTER].to_numpy())


def gain(table: "pd.DataFrame", other: "pd.DataFrame", measure: str) -> Interval:
    """How much more of a measure one table has than another of the same questions, paired by fact. Lesson 02.

    Raises CourseError if the questions differ.
    """
    if list(table["question_id"]) != list(other["question_id"]):
        raise CourseError("The two tables are not about the same questions.", "one list of questions")
    sides = (each[measure].to_numpy(float) for each in (table, other))
    return paired_bootstrap(*sides, cluster=table[CLUSTER].to_numpy())


def bind(documents: Sequence[Document]) -> tuple[list[Document], dict[str, tuple[str, int]]]:
    """One long document for each domain, all its documents below their titles as headings, and where each
    stands: id -> (id of the binder, offset of its text).

    Raises CourseError for documents of several editions. Lesson 02.
    """
    editions = {document.edition for document in documents}
    if len(editions) != 1:
        raise CourseError(
            f"A binder holds one edition, and these documents have {len(editions)}.",
            next_step='load one: load_documents("2026")',
        )
    texts: dict[str, str] = {}
    places = {}
    for document in documents:
        above = f"{texts[document.domain]}\n\n" if document.domain in texts else ""
        above += f"# {document.title}\n\n"
        places[document.id] = (document.domain, len(above))
        texts[document.domain] = above + document.text
    binders = [
        Document(domain, f"The {domain} binder", domain, *editions, "", None, "bound", text)
        for domain, text in texts.items()
    ]
    return binders, places


def moved(
    stated: Mapping[str, Sequence[Statement]], places: Mapping[str, tuple[str, int]]
) -> dict[str, list[Statement]]:
    """The statements of documents where they stand in the binders, still by the id of the document."""
    return {id: [_moved(each, *places[id]) for each in found] for id, found in stated.items()}


def _moved(each: Statement, binder: str, by: int) -> Statement:
    header = (each.header_start + by, each.header_end + by) if each.is_row else ()
    return Statement(binder, each.start + by, each.end + by, each.text, *header)
