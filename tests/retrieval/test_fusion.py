"""Reciprocal rank fusion adds what its formula says, and a hybrid finds what any of its retrievers finds."""

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import HybridRetriever, reciprocal_rank_fusion

QUERIES = ["How much does the kettle weigh?", "Which port does the till gateway listen on?", "postage"]


@pytest.fixture
def both(chunks, letters):
    return [ExactIndex(chunks, letters), Bm25Index(chunks)]


def ids(hits):
    return [hit.chunk.id for hit in hits]


def test_a_case_worked_out_on_paper():
    fused = reciprocal_rank_fusion([["a", "b", "c"], ["c", "d"]])
    assert fused == [
        ("c", pytest.approx(1 / 63 + 1 / 61)),
        ("a", pytest.approx(1 / 61)),
        ("b", pytest.approx(1 / 62)),
        ("d", pytest.approx(1 / 62)),
    ]
    assert reciprocal_rank_fusion([["a", "b"], ["b"]], k=0) == [("b", 1.5), ("a", 1.0)]


def test_equal_sums_keep_the_order_of_appearance():
    assert [item for item, _ in reciprocal_rank_fusion([["a", "b"], ["b", "a"]])] == ["a", "b"]
    assert [item for item, _ in reciprocal_rank_fusion([["z"], ["a"], ["m"]])] == ["z", "a", "m"]


def test_a_large_k_prefers_agreement_and_a_small_one_a_first_place():
    rankings = [["first", "x", "both"], ["y", "z", "both"]]
    assert reciprocal_rank_fusion(rankings, k=60)[0][0] == "both"
    assert reciprocal_rank_fusion(rankings, k=0)[0][0] == "first"


def test_nothing_fused_is_nothing():
    assert reciprocal_rank_fusion([]) == [] and reciprocal_rank_fusion([[], []]) == []


def test_what_cannot_be_fused_is_refused():
    with pytest.raises(RetrievalError, match="k = -1"):
        reciprocal_rank_fusion([["a"]], k=-1)
    with pytest.raises(RetrievalError, match="twice"):
        reciprocal_rank_fusion([["a", "a"]])


def test_a_hybrid_is_the_fusion_of_its_retrievers(both):
    hybrid = HybridRetriever(both, depth=6, rrf_k=10)
    for query in QUERIES:
        rankings = [[hit.chunk.id for hit in index.search(query, 6)] for index in both]
        hits = hybrid.search(query, 5)
        assert [(hit.chunk.id, hit.score) for hit in hits] == reciprocal_rank_fusion(rankings, 10)[:5]
        assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    one_by_one = [hybrid.search(query, 5) for query in QUERIES]
    assert [ids(hits) for hits in hybrid.search_many(QUERIES, 5)] == [ids(hits) for hits in one_by_one]
    assert len(hybrid) == 10 and hybrid.search_many([], 3) == []


def test_a_search_that_finds_nothing_leaves_the_word_to_the_others(both):
    query = "xylophone"
    assert both[1].search(query, 3) == []
    hits = HybridRetriever(both).search(query, 4)
    assert [hit.chunk for hit in hits] == [hit.chunk for hit in both[0].search(query, 4)]


def test_a_depth_beyond_the_index_looks_at_all_of_it(both):
    assert len(HybridRetriever(both, depth=500).search(QUERIES[0], 10)) == 10


def test_a_filter_reaches_every_retriever(both, chunks):
    where = Filter(editions=("1999",))
    assert HybridRetriever(both).search(QUERIES[0], 3, where) == []
    assert HybridRetriever(both).search(QUERIES[0], 3, Filter(editions=("2026",)))


def test_a_hybrid_that_cannot_work_is_refused(both):
    with pytest.raises(RetrievalError, match="no retrievers"):
        HybridRetriever([])
    with pytest.raises(RetrievalError, match="depth = 0"):
        HybridRetriever(both, depth=0)
    with pytest.raises(RetrievalError, match="Allowed: 1 to 5, the depth"):
        HybridRetriever(both, depth=5).search("kettle", 6)
    with pytest.raises(RetrievalError, match="empty"):
        HybridRetriever(both).search("", 1)
