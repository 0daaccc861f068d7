"""Weaviate and Pinecone without a server: what is told, and what a filter becomes."""

import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import open_store
from course_lib.retrieval.stores.types import day_number, key_of

WHERE = Filter(editions=("2025", "it's"), domains=("it",), since="2024-02-10", until="2026-01-31")


@pytest.fixture
def pinecone(monkeypatch):
    pytest.importorskip("pinecone")
    monkeypatch.setenv("PINECONE_API_KEY", "a key")


def test_a_weaviate_that_is_not_there_is_told_without_its_secrets():
    pytest.importorskip("weaviate")
    with pytest.raises(RetrievalError, match=r"The Weaviate at http://127.0.0.1:9 does") as told:
        open_store("weaviate", "http://me:secret@127.0.0.1:9?grpc=10&collection=Mine", 32)
    assert "secret" not in str(told.value) and "WEAVIATE_API_KEY" in told.value.next_step


@pytest.mark.parametrize("place", ["a/folder", "http://127.0.0.1:9?grpc=ten"])
def test_what_is_no_address_of_a_weaviate_is_told(place):
    pytest.importorskip("weaviate")
    with pytest.raises(RetrievalError, match="no address of a Weaviate"):
        open_store("weaviate", place, 32)


def test_pinecone_wants_a_name_and_a_key(pinecone, monkeypatch):
    for place in ("https://chunks.svc.pinecone.io", "Chunks", "../etc"):
        with pytest.raises(RetrievalError, match="names no index of Pinecone"):
            open_store("pinecone", place, 32)
    monkeypatch.delenv("PINECONE_API_KEY")
    with pytest.raises(RetrievalError, match="wants a key"):
        open_store("pinecone", "chunks/mine", 32)


def test_a_filter_in_pinecones_terms(pinecone):
    from course_lib.retrieval.stores.pinecone import translated

    assert translated(None) is None and translated(Filter()) is None
    assert translated(WHERE) == {
        "$and": [
            {"edition": {"$in": [key_of("2025"), key_of("it's")]}},
            {"domain": {"$in": [key_of("it")]}},
            {"day": {"$gte": 20240210}},
            {"day": {"$lte": 20260131}},
            {"day": {"$gt": 0}},
        ]
    }


def test_a_filter_in_weaviates_terms():
    pytest.importorskip("weaviate")
    from course_lib.retrieval.stores.weaviate import translated

    assert translated(None) is None and translated(Filter()) is None
    parts = [(each.target, each.operator.value, each.value) for each in translated(WHERE).filters]
    assert parts == [
        ("edition", "ContainsAny", [key_of("2025"), key_of("it's")]),
        ("domain", "ContainsAny", [key_of("it")]),
        ("day", "GreaterThanEqual", 20240210),
        ("day", "LessThanEqual", 20260131),
        ("day", "GreaterThan", 0),
    ]


def test_a_key_is_a_word_and_a_day_a_number():
    assert key_of("  ") != key_of(" ") and key_of("A") != key_of("a") and key_of("Büro 茶").isalnum()
    assert (day_number("2026-01-31"), day_number("")) == (20260131, 0)
