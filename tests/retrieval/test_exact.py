"""Our exact search is cosine similarity, sorted; and it is what FAISS finds."""

import numpy as np
import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import ExactIndex, cosine_similarity, search_exact, top_k, unit_rows
from course_lib.retrieval.faiss_index import FaissIndex
from course_lib.retrieval.vector_index import build, search

QUESTIONS = [
    "How much does the kettle weigh?",
    "Which port does the till use?",
    "How long may I keep a thing?",
]


def test_it_equals_faiss_flat_on_vectors(vectors, queries):
    ours, theirs = search_exact(vectors, queries, 20), search(build(vectors, "flat"), queries, 20)
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-6)
    np.testing.assert_array_equal(ours[1], theirs[1])


def test_it_equals_faiss_flat_on_chunks(course_chunks, embedder):
    ours, theirs = ExactIndex(course_chunks, embedder), FaissIndex(course_chunks, embedder, "flat")
    for one, other in zip(ours.search_many(QUESTIONS, 8), theirs.search_many(QUESTIONS, 8), strict=True):
        assert [hit.chunk.id for hit in one] == [hit.chunk.id for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-6)
        assert [hit.rank for hit in one] == list(range(1, 9))


def test_the_right_chunk_comes_first(chunks, embedder):
    first = [hits[0].chunk for hits in ExactIndex(chunks, embedder).search_many(QUESTIONS[:2], 1)]
    assert [(chunk.document_id, chunk.heading) for chunk in first] == [
        ("PR-201", "Facts"),
        ("IT-201", "Facts"),
    ]


def test_one_query_gives_what_many_give(chunks, embedder):
    index = ExactIndex(chunks, embedder)
    assert [hit.chunk for hit in index.search(QUESTIONS[0], 3)] == [
        hit.chunk for hit in index.search_many(QUESTIONS, 3)[0]
    ]
    assert index.search_many([], 3) == []


def test_cosine_is_the_cosine():
    a, b = np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [-5.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(
        cosine_similarity(a, b), [[0, -1, 0.5**0.5], [0.5**0.5, -(0.5**0.5), 1]], atol=1e-7
    )


def test_a_vector_of_zeros_is_similar_to_nothing():
    np.testing.assert_array_equal(cosine_similarity(np.zeros((1, 3)), np.eye(3)), np.zeros((1, 3)))
    np.testing.assert_array_equal(unit_rows(np.array([[0.0, 0.0], [0.0, 2.0]])), [[0, 0], [0, 1]])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_is_named_by_its_row(bad):
    vectors = np.array([[1.0, 0.0], [0.0, bad]])
    for refuse in (unit_rows, lambda rows: cosine_similarity(rows, np.eye(2)), lambda rows: build(rows)):
        with pytest.raises(RetrievalError, match="Vector 1 holds NaN or infinity"):
            refuse(vectors)


@pytest.mark.parametrize("k", [1, 3, 10, 500])
def test_top_k_is_a_stable_sort(k):
    scores = np.random.default_rng(0).integers(0, 20, (30, 500)).astype(np.float32)  # full of ties
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(top_k(scores, k), expected)
    np.testing.assert_array_equal(top_k(scores[0], k), expected[0])


def test_a_score_that_is_no_number_has_no_rank():
    with pytest.raises(RetrievalError, match="NaN"):
        top_k(np.array([0.1, np.nan, 0.3]), 1)


def test_blocks_do_not_show(vectors):
    many = np.resize(vectors, (150, 32))
    scores, positions = search_exact(vectors, many, 1)
    np.testing.assert_array_equal(positions[:, 0], np.arange(150))
    np.testing.assert_allclose(scores, 1, atol=1e-6)


@pytest.mark.parametrize("k", [0, -1, 11])
@pytest.mark.parametrize("make", [ExactIndex, FaissIndex])
def test_k_out_of_range_gets_the_range(make, k, chunks, letters):
    with pytest.raises(RetrievalError, match="Allowed: 1 to 10"):
        make(chunks, letters).search("kettle", k)


@pytest.mark.parametrize("query", ["", "  \n", None])
@pytest.mark.parametrize("make", [ExactIndex, FaissIndex])
def test_an_empty_query_is_refused(make, query, chunks, letters):
    with pytest.raises(RetrievalError, match="empty"):
        make(chunks, letters).search(query, 1)


@pytest.mark.parametrize("make", [ExactIndex, FaissIndex])
def test_one_text_is_no_list_of_queries(make, chunks, letters):
    with pytest.raises(RetrievalError, match="list of queries"):
        make(chunks, letters).search_many("kettle", 1)


@pytest.mark.parametrize("make", [ExactIndex, FaissIndex])
def test_no_chunks_make_no_index(make, letters):
    with pytest.raises(RetrievalError, match="no chunks"):
        make([], letters)


def test_queries_of_another_dimension_are_refused_with_both_named(vectors):
    wide = np.ones((1, 33), np.float32)
    for refuse in (lambda: search_exact(vectors, wide, 1), lambda: search(build(vectors), wide, 1)):
        with pytest.raises(RetrievalError, match=r"dimension 32.*\(1, 33\)"):
            refuse()
