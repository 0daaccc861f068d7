"""A filtered search finds what a search of the accepted chunks alone finds, in every kind of index."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.experiments.arms import GoldPassages
from course_lib.generation.guards import Guarded, drop_suspicious
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.exact import ExactIndex, search_exact
from course_lib.retrieval.faiss_index import FaissIndex
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.rerank import RerankedRetriever
from course_lib.retrieval.router import CentroidRouter, RoutedRetriever
from course_lib.retrieval.stores import open_store
from course_lib.retrieval.stores.store_retriever import StoreRetriever
from course_lib.retrieval.vector_index import build, recall, search

WORDS = ["kettle", "lamp", "bucket", "harbour", "linen", "zinc", "quay", "port", "till", "ledger", "voucher"]
FILTERS = {
    "edition": Filter(editions=("2026",)),
    "domains": Filter(domains=("products", "systems")),
    "dates": Filter(since="2025-06-01", until="2026-06-30"),
    "all": Filter(editions=("2026",), domains=("products",), since="2026-01-01"),
    "none set": Filter(),
}
MAKE = {
    "exact": ExactIndex,
    "flat": FaissIndex,
    "ivf": lambda chunks, embedder: FaissIndex(chunks, embedder, "ivf", nlist=8, nprobe=8),
    "hnsw": lambda chunks, embedder: FaissIndex(chunks, embedder, "hnsw", M=16),
}
filters = pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)


@pytest.fixture(scope="module")
def many():
    """300 chunks of two editions and three domains, each of six words drawn at random."""
    rng = np.random.default_rng(0)
    chunks = []
    for number in range(300):
        edition = ("2025", "2026")[number % 2]
        day = f"{edition}-{rng.integers(1, 13):02}-15" if number % 7 else ""
        text = " ".join(rng.choice(WORDS, 6))
        domain = ("products", "policies", "systems")[number % 3]
        chunks.append(Chunk(f"X-{number}#1", f"X-{number}", "", "", text, edition, domain, 0, 40, day))
    return chunks


def chunk(**changes):
    return replace(Chunk("X#1", "X", "T", "", "t", "2026", "products", 0, 1, "2026-02-01"), **changes)


def test_every_condition_that_is_set_must_hold():
    assert Filter().accepts(chunk()) and Filter().accepts(chunk(effective=""))
    assert Filter(editions=("2025", "2026")).accepts(chunk())
    assert not Filter(editions=("2025",)).accepts(chunk())
    assert not Filter(editions=("2026",), domains=("policies",)).accepts(chunk())


def test_dates_include_their_ends_and_need_a_date():
    assert Filter(since="2026-02-01").accepts(chunk()) and Filter(until="2026-02-01").accepts(chunk())
    assert not Filter(since="2026-02-02").accepts(chunk())
    assert not Filter(until="2026-01-31").accepts(chunk())
    assert not Filter(since="2026-01-01").accepts(chunk(effective=""))
    assert not Filter(until="2026-12-31").accepts(chunk(effective=""))


@filters
@pytest.mark.parametrize("kind", MAKE)
def test_a_filtered_search_is_a_search_of_the_accepted(kind, where, many, letters):
    accepted = [each for each in many if where.accepts(each)]
    assert accepted and (len(accepted) < len(many) or where == Filter())
    queries = ["zinc bucket", "the till at the port", "a week of linen", many[1].text]
    alone = ExactIndex(accepted, letters).search_many(queries, 12)
    for found, expected in zip(MAKE[kind](many, letters).search_many(queries, 12, where), alone, strict=True):
        assert all(where.accepts(hit.chunk) for hit in found)
        scores = [hit.score for hit in expected]
        assert [hit.score for hit in found] == pytest.approx(scores, abs=1e-5)  # and so up to ties
        assert [hit.rank for hit in found] == list(range(1, 13))


@filters
def test_a_pq_index_leaves_out_what_is_not_accepted(where, many, letters):
    index = FaissIndex(many, letters, "pq", m=13, nbits=5)
    everything = index.search("zinc bucket", 300)
    expected = [(hit.chunk.id, hit.score) for hit in everything if where.accepts(hit.chunk)][:12]
    assert [(hit.chunk.id, hit.score) for hit in index.search("zinc bucket", 12, where)] == expected
    assert len(expected) == 12


@pytest.mark.parametrize("kind", [*MAKE, "pq", "bm25"])
def test_a_filter_that_accepts_few_gives_few(kind, many, letters):
    make = MAKE | {
        "pq": lambda chunks, embedder: FaissIndex(chunks, embedder, "pq", m=13, nbits=5),
        "bm25": lambda chunks, _: Bm25Index(chunks),
    }
    many = [replace(each, domain="rare") if place == 42 else each for place, each in enumerate(many)]
    index = make[kind](many, letters)
    query = many[42].text
    found = index.search(query, 5, Filter(domains=("rare",)))
    assert [hit.chunk for hit in found] == [many[42]] and found[0].rank == 1
    assert index.search(query, 5, Filter(since="2099-01-01")) == []
    assert index.search_many([query, query], 5, Filter(domains=("none",))) == [[], []]
    with pytest.raises(RetrievalError, match="Allowed: 1 to 300"):
        index.search(query, 301, Filter(domains=("none",)))


def test_a_filter_on_an_index_that_was_cut_back(many, letters):
    where = FILTERS["edition"]
    for kind in ("flat", "hnsw"):
        index = FaissIndex(many, letters, kind)
        index.delete([each.document_id for each in many[:100]])
        alone = ExactIndex([each for each in many[100:] if where.accepts(each)], letters)
        expected = [hit.score for hit in alone.search("zinc bucket", 8)]
        assert [hit.score for hit in index.search("zinc bucket", 8, where)] == pytest.approx(
            expected, abs=1e-5
        )


def test_an_ivf_index_reads_no_more_lists_with_a_filter(many, letters):
    index = FaissIndex(many, letters, "ivf", nlist=20, nprobe=1)
    for query in ("zinc bucket", "linen shade", many[3].text):
        everything = index.search(query, 300)
        expected = [hit.chunk.id for hit in everything if hit.chunk.edition == "2026"]
        found = [hit.chunk.id for hit in index.search(query, 300, FILTERS["edition"])]
        assert found == expected and len(found) < 150


def test_a_fixed_filter_is_a_retriever(many, letters):
    index, where = ExactIndex(many, letters), FILTERS["all"]
    fixed = Filtered(index, where)
    assert fixed.search("zinc bucket", 5) == index.search("zinc bucket", 5, where)
    assert fixed.search_many(["zinc", "till"], 5) == index.search_many(["zinc", "till"], 5, where)
    assert len(fixed) == 300
    hybrid = Filtered(HybridRetriever([index, Bm25Index(many)]), where)
    assert all(where.accepts(hit.chunk) for hit in hybrid.search("zinc bucket", 20))
    with pytest.raises(RetrievalError, match="has its filter already: Filter.*\nNext: put both into one"):
        fixed.search("zinc bucket", 5, Filter(domains=("systems",)))


class Longest:
    """A real, if odd, re-ranker: the longer a text, the better."""

    def score(self, query, chunks):
        return np.array([len(chunk.text) for chunk in chunks], float)


@pytest.fixture
def retrievers(many, letters, tmp_path):
    """Every retriever of the course that takes a filter, over the 300 chunks."""
    exact, router = ExactIndex(many, letters), CentroidRouter(("products",), np.ones((1, 26), np.float32))
    with closing(open_store("faiss", tmp_path, 26)) as store:
        store.add(many, exact.vectors)
        yield {
            "exact": exact,
            "BM25": Bm25Index(many),
            "FAISS": FaissIndex(many, letters),
            "hybrid": HybridRetriever([exact, Bm25Index(many)]),
            "re-ranked": RerankedRetriever(exact, Longest()),
            "routed": RoutedRetriever(exact, router, letters),
            "store": StoreRetriever(store, letters),
            "guarded": Guarded(exact, drop_suspicious),
        }


def test_every_retriever_takes_the_same_filter_and_refuses_what_is_none(retrievers, many):
    where = Filter(editions=("2026",), domains=("products", "systems"), since="2026-06-01")
    for name, retriever in retrievers.items():
        (hits,) = retriever.search_many(["zinc bucket"], 5, where=where)
        assert len(hits) == 5 and all(where.accepts(hit.chunk) for hit in hits), name
        assert retriever.search("zinc bucket", 5, where=where) == hits and len(retriever) == 300, name
        assert not all(where.accepts(hit.chunk) for hit in retriever.search("zinc bucket", 5)), name
    for name, retriever in (retrievers | {"gold": GoldPassages([], many)}).items():
        for wrong in ({"domains": "products"}, "products", ""):
            with pytest.raises(RetrievalError, match="This is no filter: .*\nAllowed: Filter"):
                retriever.search("zinc bucket", 5, where=wrong)
                pytest.fail(name)


def test_a_routed_search_finds_nothing_in_a_domain_that_the_filter_leaves_out(retrievers):
    assert retrievers["routed"].search_many(["zinc", "till"], 5, Filter(domains=("systems",))) == [[], []]


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_a_graph_finds_the_few_that_are_wanted_among_many(share, vectors, queries):
    wanted = np.random.default_rng(0).permutation(len(vectors))[: int(share * len(vectors))]
    index = build(vectors, "hnsw")
    _, found = search(index, queries, 10, wanted)
    truth = wanted[search_exact(vectors[wanted], queries, 10)[1]]
    assert (found >= 0).all() and np.isin(found, wanted).all()
    assert recall(found, truth) > 0.97
