"""The retriever that the course goes on with: what it finds, and what two indexes share."""

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
    compute = late._token_vectors
    monkeypatch.setattr(late, "_token_vectors", lambda texts: read.extend(texts) or compute(texts))
    first = chosen_retriever(chunks, embedder, late)
    second = chosen_retriever(chunks, Afresh(embedder), late)  # it has no token vectors of its own
    assert first.search(QUERY, 2) == second.search(QUERY, 2)
    assert set(read) == {QUERY}  # no passage is read again
