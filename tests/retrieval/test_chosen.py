"""The retriever that the course goes on with: what it finds, and what two indexes share."""

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import RetrievalError
from course_lib.generation.values import states
from course_lib.retrieval import rerank
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.retrieval.embedding import Afresh
from course_lib.retrieval.rerank import MaxSim

QUERY = "How havy is the Harbor Kettle?"


def test_it_finds_a_page_by_a_misspelt_name(embedder, chunks):
    hits = chosen_retriever(chunks, embedder).search(QUERY, 3)
    assert hits[0].chunk.document_id == "PR-201"
    assert [hit.rank for hit in hits] == [1, 2, 3]


def test_two_indexes_share_the_token_vectors_of_one_late(embedder, chunks, monkeypatch):
    late = MaxSim(embedder)
    late.prepare(chunks)
    read = []
    compute = rerank.token_vectors
    monkeypatch.setattr(rerank, "token_vectors", lambda texts, e: read.extend(texts) or compute(texts, e))
    first = chosen_retriever(chunks, embedder, late)
    second = chosen_retriever(chunks, Afresh(embedder), late)  # it has no token vectors of its own
    assert first.search(QUERY, 2) == second.search(QUERY, 2)
    assert set(read) == {QUERY}  # no passage is read again


@pytest.mark.slow
def test_four_passages_of_one_row_a_table_state_the_value_to_nearly_all_dev_questions():
    questions = [q for q in load_questions("dev", "2026") if q.value and q.kind != "multi-document"]
    retriever = chosen_retriever(split(load_documents("2026"), table_rows=1))
    found = retriever.search_many([q.text for q in questions], 4)
    stated = [
        any(states(hit.chunk.text, q.value) for hit in hits if hit.chunk.document_id in q.gold)
        for q, hits in zip(questions, found, strict=True)
    ]
    assert sum(stated) / len(stated) >= 0.96


def test_it_takes_as_few_chunks_as_a_learner_has():
    few = split(load_documents("2026"))[:3]
    hits = chosen_retriever(few).search(few[1].text, 2)
    assert hits[0].chunk == few[1] and len(hits) == 2
    with pytest.raises(RetrievalError, match="no chunks"):
        chosen_retriever([])
