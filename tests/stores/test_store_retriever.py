"""A store is a retriever like any other, and is opened by its name."""

from contextlib import closing

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.stores import open_store
from course_lib.retrieval.stores.store_retriever import StoreRetriever
from course_lib.retrieval.stores.types import require_package

DIMENSION = 26
TEXTS = ["The kettle holds 1.7 litres.", "The till listens on port 8443.", "Send it back within 45 days."]


class LetterEmbedder:
    """A real, if poor, embedder of dimension 26: how often each letter stands in a text."""

    fingerprint = "letters"
    dimension = DIMENSION

    def embed(self, texts):
        letters = "abcdefghijklmnopqrstuvwxyz"
        return np.array([[text.lower().count(each) for each in letters] for text in texts], np.float32)


@pytest.fixture
def chunks():
    domains = ("products", "it", "policy")
    return [
        Chunk(f"D-{n}#1", f"D-{n}", "", "", text, "2026", domains[n], 0, len(text))
        for n, text in enumerate(TEXTS)
    ]


@pytest.fixture
def retriever(name, place, chunks):
    letters = LetterEmbedder()
    with closing(open_store(name, place, letters.dimension)) as store:
        store.add(chunks, letters.embed([chunk.passage for chunk in chunks]))
        yield StoreRetriever(store, letters)


def test_it_finds_what_the_exact_index_finds(retriever, chunks):
    exact = ExactIndex(chunks, LetterEmbedder())
    for ours, theirs in zip(retriever.search_many(TEXTS, 3), exact.search_many(TEXTS, 3), strict=True):
        assert [(hit.chunk, hit.rank) for hit in ours] == [(hit.chunk, hit.rank) for hit in theirs]
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-5)
    assert retriever.search("What does the kettle hold?", 1)[0].chunk == chunks[0]
    assert retriever.search_many([], 3) == []


def test_it_passes_the_filter_on(retriever, chunks):
    where = Filter(domains=("it",))
    assert [hit.chunk for hit in retriever.search(TEXTS[0], 3, where)] == [chunks[1]]
    assert [[hit.chunk for hit in hits] for hits in retriever.search_many(TEXTS, 3, where=where)] == [
        [chunks[1]]
    ] * 3


@pytest.mark.parametrize("name", ["faiss"])
def test_it_can_be_a_part_of_a_hybrid(retriever, chunks):
    hybrid = HybridRetriever([retriever, Bm25Index(chunks)])
    assert len(retriever) == len(hybrid) == 3
    for text, hits in zip(TEXTS, hybrid.search_many(TEXTS, 3), strict=True):
        assert hits[0].chunk.text == text
    assert [hit.chunk for hit in hybrid.search(TEXTS[0], 3, Filter(domains=("it",)))] == [chunks[1]]
    retriever.store.delete("D-0")
    assert len(retriever) == 2


@pytest.mark.parametrize("queries", [[""], "one text", [None]])
def test_queries_are_checked(queries, tmp_path):
    with closing(open_store("faiss", tmp_path, 26)) as store, pytest.raises(RetrievalError):
        StoreRetriever(store, LetterEmbedder()).search_many(queries, 1)


def test_an_embedder_of_another_dimension_is_refused(tmp_path):
    with (
        closing(open_store("faiss", tmp_path, 384)) as store,
        pytest.raises(RetrievalError, match="has dimension 384, and the embedder gives 26"),
    ):
        StoreRetriever(store, LetterEmbedder())


def test_an_unknown_store_is_said(tmp_path):
    with pytest.raises(RetrievalError, match="no store called 'redis'.\nAllowed: faiss, qdrant, chroma"):
        open_store("redis", tmp_path, 26)


def test_a_missing_package_is_named_with_the_way_to_get_it():
    with pytest.raises(RetrievalError, match=r"a_package is not installed.\nNext: .*-e '\.\[stores\]'"):
        require_package("a_package")
