"""Hits that differ, hits and their neighbours, several queries made one list, questions as an index."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.diversity import DiverseRetriever, marginal_relevance
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.more_queries import ByQuestions, ExpandedRetriever
from course_lib.retrieval.neighbours import NeighbourRetriever
from course_lib.retrieval.types import Hit, Retriever

WORDS = ("kettle", "lamp", "heavy", "wide", "red", "blue")


class Counting:
    """An embedder that counts WORDS."""

    fingerprint, dimension = "counting", len(WORDS)

    def embed(self, texts):
        rows = np.array([[1e-3 + text.lower().count(word) for word in WORDS] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Listed(Retriever):
    """Finds what it was told for each query, and notes what it was asked."""

    def __init__(self, found):
        self.found, self.asked = found, []

    def __len__(self):
        return 10

    def search_many(self, queries, k, where=None):
        self.asked += queries
        lists = [[c for c in self.found[q] if where is None or where.accepts(c)][:k] for q in queries]
        return [[Hit(c, 1 / rank, rank) for rank, c in enumerate(each, start=1)] for each in lists]


def chunk(id, text, edition="2026"):
    return Chunk(id, id.split("#")[0], "Title", "", text, edition, "products", 0, len(text))


A = [chunk(f"PR-1#{n}", text) for n, text in enumerate(("kettle heavy", "kettle heavy heavy", "lamp red"), 1)]
B = chunk("PR-2#1", "kettle blue wide")


def test_marginal_relevance_takes_what_is_near_and_new():
    query = np.array([1.0, 0.0])
    passages = np.array([[1.0, 0.0], [0.99, 0.141], [0.6, 0.8]])
    assert marginal_relevance(query, passages, 3, balance=1) == [0, 1, 2]
    # After the first: .5 · .99 − .5 · .99 = 0 for its twin, .5 · .6 − .5 · .6 = 0 for the other; .3 decides.
    assert marginal_relevance(query, passages, 3, balance=0.3) == [0, 2, 1]
    assert marginal_relevance(query, passages, 1) == [0]


@pytest.mark.parametrize("arguments", [{"balance": 1.5}, {"balance": -1}, {"k": 4}, {"k": 0}])
def test_what_cannot_be_is_told(arguments):
    with pytest.raises(RetrievalError):
        marginal_relevance(np.array([1.0, 0]), np.eye(2)[[0, 0, 1]], **({"k": 2} | arguments))


def test_a_diverse_retriever_reorders_its_first_hits():
    inner = Listed({"kettle heavy": [A[0], A[1], B, A[2]]})
    plain = DiverseRetriever(inner, Counting(), balance=1, depth=4).search("kettle heavy", 2)
    assert [hit.chunk.id for hit in plain] == ["PR-1#1", "PR-1#2"]
    found = DiverseRetriever(inner, Counting(), balance=0.3, depth=4).search("kettle heavy", 2)
    assert found[0].chunk.id == "PR-1#1" and found[1].chunk.id != "PR-1#2", "its twin brings nothing new"
    assert [hit.rank for hit in found] == [1, 2]
    with pytest.raises(RetrievalError, match="depth"):
        DiverseRetriever(inner, Counting(), depth=1).search("kettle heavy", 2)
    assert DiverseRetriever(Listed({"x": []}), Counting()).search("x", 2) == []


def test_neighbours_of_the_same_document_and_edition_are_read_once():
    other = replace(B, id="PR-1#2", document_id="PR-1", edition="2025", text="of another year")
    inner = Listed({"q": [A[1], A[0], B]})
    found = NeighbourRetriever(inner, [*A, B, other]).search("q", 3)
    assert [hit.chunk.id for hit in found] == ["PR-1#2", "PR-1#1", "PR-2#1"]
    assert found[0].chunk.text == "kettle heavy heavy\n\nlamp red", "what is a hit itself is not read twice"
    assert found[1].chunk.text == A[0].text and found[2].chunk.text == B.text
    alone = NeighbourRetriever(Listed({"q": [A[1]]}), A).search("q", 1)
    assert alone[0].chunk.text == "\n\n".join(c.text for c in A)
    with pytest.raises(RetrievalError, match="each"):
        NeighbourRetriever(inner, A, each=0)


def test_expanded_queries_are_searched_and_their_hits_fused():
    inner = Listed({"q": [A[0], A[1]], "other": [B, A[1]], "r": [A[2]]})
    expanded = ExpandedRetriever(
        inner, lambda queries: [["other", "  "] if q == "q" else [] for q in queries]
    )
    first, second = expanded.search_many(["q", "r"], 2)
    assert inner.asked == ["q", "other", "r"], "blank texts are not searched for"
    assert first[0].chunk.id == "PR-1#2", "which both found" and [hit.rank for hit in first] == [1, 2]
    assert [hit.chunk.id for hit in second] == ["PR-1#3"]
    with pytest.raises(RetrievalError, match="gave 1 lists"):
        ExpandedRetriever(inner, lambda queries: [[]]).search_many(["q", "r"], 1)


def test_chunks_are_found_by_the_questions_written_for_them():
    old = replace(A[0], edition="2025")
    index = ByQuestions(
        [*A[:2], B, old], {"PR-1#1": ["how wide?", "is it red?"], "PR-1#2": [" "]}, Counting()
    )
    assert len(index) == 4
    found = index.search("red", 3, Filter(editions=["2026"]))
    assert found[0].chunk is A[0] and len({hit.chunk.id for hit in found}) == 3, "a chunk is found once"
    assert index.search("kettle heavy heavy", 1)[0].chunk is A[1], "without a question, by its own text"
    with pytest.raises(RetrievalError):
        index.search("red", 5)
