"""How good a ranking is: recall, precision, reciprocal rank and nDCG, by document.

Gold says which documents answer a question: their ids (all equally good), or a mapping from id to grade. A
question without gold has no ranking score; how a system meets such questions is answers.py's to judge.
"""

import math
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.arguments import finite_number, listed, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError, RetrievalError
from course_lib.evaluation.beir import load_beir_folder
from course_lib.retrieval.embedding import Afresh, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.types import Hit, Retriever, check_k

if TYPE_CHECKING:
    import pandas as pd

Gold = Collection[str] | Mapping[str, float]
DESCRIPTION = ("domain", "kind", "phrasing", "origin", "edition")  # the fields that results are grouped by
WORTH_CACHING = 20_000  # documents; the cache is held and written whole, and their vectors take 31 MB of it


def recall_at_k(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """The share of the relevant ids that stand among the first k of `ranked`.

    Raises CourseError for k < 1, no gold, an id ranked twice, and one text in the place of several. Manning,
    Raghavan and Schütze, "Introduction to Information Retrieval", 2008, section 8.3. Lesson 01.
    """
    ranked, relevant, k = _checked(ranked, gold, k)
    return sum(each in relevant for each in ranked[:k]) / len(relevant)


def precision_at_k(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """The share of the first k places that hold a relevant id; an empty place holds none.

    Raises CourseError as recall_at_k does. Manning, Raghavan and Schütze 2008, section 8.4. Lesson 01.
    """
    ranked, relevant, k = _checked(ranked, gold, k)
    return sum(each in relevant for each in ranked[:k]) / k


def reciprocal_rank(ranked: Sequence[str], gold: Gold) -> float:
    """1 / the rank of the first relevant id, 0 if there is none; its mean over questions is MRR.

    Raises CourseError for no gold. Voorhees, "The TREC-8 Question Answering Track Report", 1999. Lesson 01.
    """
    ranked, relevant, _ = _checked(ranked, gold, 1)
    return next((1 / rank for rank, each in enumerate(ranked, start=1) if each in relevant), 0.0)


def ndcg_at_k(ranked: Sequence[str], gold: Gold, k: int) -> float:
    """The discounted gain of the first k ids over that of the ideal ranking, between 0 and 1.

    A relevant id gains its grade (1 without grades) divided by log2(rank + 1). Raises CourseError for k < 1
    or no gold. Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, section 2,
    with the discount from rank 1 on that is now usual. Lesson 01.
    """
    ranked, grades, k = _checked(ranked, gold, k)
    gains = [grades.get(each, 0) for each in ranked[:k]]
    ideal = sorted(grades.values(), reverse=True)[:k]
    return _discounted(gains) / _discounted(ideal)


def document_ids(hits: Sequence[Hit]) -> list[str]:
    """The documents of ranked hits, best first, each once, where its best chunk stands."""
    return list(dict.fromkeys(hit.chunk.document_id for hit in hits))


def evaluate_retriever(retriever: Retriever, questions: Sequence[Question], k: int) -> "pd.DataFrame":
    """Ask the retriever for k chunks a question and score their documents, one row a question with gold.

    Columns: question_id, the question's domain, kind, phrasing, origin and edition, then recall@k,
    precision@k, reciprocal_rank (0 beyond k) and ndcg@k with the number in place of k. Raises RetrievalError
    for k out of range and CourseError if no question has gold. Lesson 01.
    """
    import pandas as pd

    k = whole_number(k, "k", error=RetrievalError)
    asked = [question for question in listed(questions, "questions", Question) if question.gold]
    if not asked:
        raise CourseError("None of the questions has a gold document.", next_step="ask answerable ones")
    rows = []
    found = retriever.search_many([question.text for question in asked], k)
    for question, hits in zip(asked, found, strict=True):
        ranked = document_ids(hits)
        description = {name: getattr(question, name) for name in DESCRIPTION}
        rows.append({"question_id": question.id} | description | _scores(ranked, question.gold, k))
    return pd.DataFrame(rows)


def dense_retriever(chunks: list[Chunk]) -> ExactIndex:
    """An exact index with the course's embedder, which keeps on disk only what a small corpus takes."""
    embedder = load_embedder()
    return ExactIndex(chunks, embedder if len(chunks) <= WORTH_CACHING else Afresh(embedder))


def evaluate_beir_folder(
    folder: str | Path,
    retriever_for: Callable[[list[Chunk]], Retriever] = dense_retriever,
    split: str = "test",
    k: int = 10,
) -> "pd.DataFrame":
    """Load a data set in the BEIR form, index it and score the retriever, one row a query with relevant ones.

    `retriever_for` makes a retriever from the documents, each of which is one chunk of title and text, as in
    the published tables. They report the mean of ndcg@10 with graded relevance. Columns: query_id, recall@k,
    precision@k, reciprocal_rank (0 beyond k) and ndcg@k with the number in place of k. A document with the
    id of the query is taken out of its ranking, as the benchmark does: in ArguAna queries are documents.
    Texts and vectors are held in memory, 1.5 KB a document for the vector. Raises DataError for a folder that
    is not in this form (load_beir_folder says which) and RetrievalError for k out of range. Thakur et al.,
    "BEIR", NeurIPS 2021, section 3. Lesson 04.
    """
    import pandas as pd

    beir = load_beir_folder(folder, split)
    k = check_k(k, len(beir.chunks))
    asked = [query for query, grades in beir.gold.items() if max(grades.values()) > 0]
    twins = {chunk.id for chunk in beir.chunks} & set(asked)
    depth = min(k + bool(twins), len(beir.chunks))
    found = retriever_for(list(beir.chunks)).search_many([beir.queries[query] for query in asked], depth)
    rows = []
    for query, hits in zip(asked, found, strict=True):
        ranked = [each for each in document_ids(hits) if each != query][:k]
        rows.append({"query_id": query} | _scores(ranked, beir.gold[query], k))
    return pd.DataFrame(rows)


def _scores(ranked: Sequence[str], gold: Gold, k: int) -> dict[str, float]:
    return {
        f"recall@{k}": recall_at_k(ranked, gold, k),
        f"precision@{k}": precision_at_k(ranked, gold, k),
        "reciprocal_rank": reciprocal_rank(ranked, gold),
        f"ndcg@{k}": ndcg_at_k(ranked, gold, k),
    }


def _checked(ranked: Sequence[str], gold: Gold, k: int) -> tuple[list[str], dict[str, float], int]:
    """The ranking as a list, the grades of the relevant ids, and k; raises as recall_at_k says."""
    k = whole_number(k, "k")
    ranked = listed(ranked, "ranked ids", Hashable)
    if len(set(ranked)) < len(ranked):
        raise CourseError(
            "The ranking names a document twice.", next_step="rank each once: document_ids(hits)"
        )
    if isinstance(gold, Set):
        gold = list(gold)
    grades = gold if isinstance(gold, Mapping) else dict.fromkeys(listed(gold, "gold ids", Hashable), 1)
    grades = {each: finite_number(grade, f"The grade of {each}") for each, grade in grades.items()}
    relevant = {each: grade for each, grade in grades.items() if grade > 0}
    if not relevant:
        raise CourseError(
            "Without a relevant document there is nothing to score.", next_step="leave such questions out"
        )
    return ranked, relevant, k


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
