"""A FAISS index of chunks can be searched, extended, cut back, saved and loaded, whatever its kind."""

import json

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.faiss_index import FaissIndex

KINDS = {"flat": {}, "ivf": {"nlist": 2, "nprobe": 2}, "hnsw": {"M": 4}, "pq": {"m": 13, "nbits": 3}}
kinds = pytest.mark.parametrize("kind", list(KINDS))
NEW = split(
    [Document("PR-203", "Zinc bucket", "products", "2026", "2026-01-01", None, "written", "zzz zinc zzz")]
)


@pytest.fixture
def make(chunks, letters):
    return lambda kind, some=None: FaissIndex(some or chunks, letters, kind, **KINDS[kind])


def found(index, query="zzz zinc zzz", k=3):
    return [hit.chunk.id for hit in index.search(query, k)]


@kinds
def test_every_kind_finds_chunks(kind, make, chunks, letters):
    index = make(kind)
    hits = index.search(chunks[4].passage, 3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].score >= hits[1].score >= hits[2].score
    if kind != "pq":  # three bits a code cannot tell all chunks apart
        assert [hit.chunk for hit in hits] == [
            hit.chunk for hit in ExactIndex(chunks, letters).search(chunks[4].passage, 3)
        ]


@kinds
def test_what_is_added_is_found(kind, make):
    index = make(kind)
    index.add(NEW)
    assert len(index) == 11 and index.chunks[-1] == NEW[0]
    assert "PR-203#1" in found(index, NEW[0].passage, 11 if kind == "pq" else 1)  # pq's codes know no z
    index.add([])
    assert len(index) == 11


@kinds
def test_what_is_deleted_is_found_no_more(kind, make, chunks):
    index = make(kind)
    assert index.delete("PR-201") == 2
    assert index.delete({"PR-202", "HB-201"}) == 4
    left = [chunk.id for chunk in chunks if chunk.document_id in ("CU-201", "IT-201")]
    assert [chunk.id for chunk in index.chunks] == left
    for chunk in chunks:
        hits = index.search(chunk.passage, 4)
        assert sorted(hit.chunk.id for hit in hits) == sorted(left)
        if kind != "pq" and chunk.id in left:
            assert hits[0].chunk == chunk  # row numbers did not slip


@kinds
def test_a_document_is_replaced_by_deleting_and_adding(kind, make, chunks):
    index = make(kind)
    with pytest.raises(RetrievalError, match=r"PR-201#1 is in the index already.*\n.*delete\('PR-201'\)"):
        index.add([*NEW, chunks[0]])
    assert len(index) == 10 and index.index.ntotal == 10
    index.delete("PR-201")
    index.add(chunks[:2])
    assert [chunk.id for chunk in index.chunks] == [chunk.id for chunk in chunks[2:] + chunks[:2]]
    if kind != "pq":
        assert found(index, chunks[0].passage, 1) == ["PR-201#1"]


@kinds
def test_all_may_go_and_others_come(kind, make):
    index = make(kind)
    index.delete([chunk.document_id for chunk in index.chunks])
    with pytest.raises(RetrievalError, match="the index is empty"):
        index.search("kettle", 1)
    index.add(NEW)
    assert found(index, k=1) == ["PR-203#1"]


@kinds
def test_an_unknown_document_deletes_nothing(kind, make):
    index = make(kind)
    with pytest.raises(RetrievalError, match="PR-999"):
        index.delete(["PR-201", "PR-999"])
    assert len(index) == 10


@kinds
def test_a_saved_index_is_the_same_when_loaded(kind, make, chunks, letters, tmp_path):
    index = make(kind)
    index.delete("PR-202")
    index.add(NEW)
    loaded = FaissIndex.load(index.save(tmp_path / "Büro" / "index"), letters)
    for chunk in [*chunks, *NEW]:
        assert loaded.search(chunk.passage, 5) == index.search(chunk.passage, 5)
    assert (loaded.chunks, loaded.kind, loaded.parameters) == (index.chunks, kind, KINDS[kind])
    assert loaded.memory_bytes() == index.memory_bytes()
    loaded.delete("PR-203")  # and it lives on
    loaded.add(NEW)
    assert "PR-203#1" in found(loaded, NEW[0].passage, 9)


def test_settings_of_the_search_are_kept(chunks, letters, tmp_path):
    ivf = FaissIndex(chunks, letters, "ivf", nlist=3, nprobe=2).save(tmp_path / "ivf")
    hnsw = FaissIndex(chunks, letters, "hnsw", M=4, efSearch=77)
    hnsw.delete("PR-201")
    import faiss

    assert FaissIndex.load(ivf, letters).index.nprobe == 2
    loaded = FaissIndex.load(hnsw.save(tmp_path / "hnsw"), letters)
    assert faiss.downcast_index(loaded.index.index).hnsw.efSearch == 77


def test_saving_again_replaces_and_leaves_nothing_behind(make, letters, tmp_path):
    index = make("flat")
    index.save(tmp_path)
    index.delete("PR-201")
    index.save(tmp_path)
    index.save(tmp_path)
    assert sorted(path.name.split("-")[-1] for path in tmp_path.iterdir()) == [
        "chunks.jsonl",
        "index.faiss",
        "index.json",
    ]
    assert len(FaissIndex.load(tmp_path, letters)) == 8


def test_a_save_that_is_cut_short_leaves_the_old_index(make, letters, tmp_path, monkeypatch):
    index = make("flat")
    index.save(tmp_path)
    index.delete("PR-201")
    monkeypatch.setattr("course_lib.files.write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        index.save(tmp_path)
    assert len(FaissIndex.load(tmp_path, letters)) == 10


@pytest.mark.parametrize("which", ["index.faiss", "chunks.jsonl"])
@pytest.mark.parametrize("damage", ["alter", "remove"])
def test_a_damaged_file_is_named(which, damage, make, letters, tmp_path):
    make("flat").save(tmp_path)
    path = next(tmp_path.glob(f"*-{which}"))
    path.unlink() if damage == "remove" else path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(RetrievalError, match=f"{which} is missing or altered"):
        FaissIndex.load(tmp_path, letters)


def test_a_folder_without_an_index_is_said(letters, tmp_path):
    with pytest.raises(RetrievalError, match="no saved index"):
        FaissIndex.load(tmp_path / "nothing", letters)


def test_an_embedder_of_another_dimension_is_refused_with_both_named(make, embedder, tmp_path):
    make("flat").save(tmp_path)
    with pytest.raises(RetrievalError, match="dimension 26, and the embedder gives 384"):
        FaissIndex.load(tmp_path, embedder)


def test_an_embedder_with_other_weights_is_refused(make, letters, tmp_path):
    make("flat").save(tmp_path)
    letters.fingerprint = "letters of another kind"
    with pytest.raises(RetrievalError, match="another model of the same dimension, 26"):
        FaissIndex.load(tmp_path, letters)


def test_lists_that_hold_too_few_give_fewer_hits(chunks, letters):
    index = FaissIndex(chunks, letters, "ivf", nlist=10, nprobe=1)
    hits = index.search(chunks[0].passage, 10)
    assert 1 <= len(hits) < 10 and hits[0].chunk == chunks[0]


def test_two_chunks_with_one_id_are_refused(chunks, letters):
    with pytest.raises(RetrievalError, match="given twice"):
        FaissIndex([*chunks, chunks[0]], letters)


def test_the_saved_chunks_are_readable_lines(make, chunks, tmp_path):
    make("flat").save(tmp_path)
    lines = next(tmp_path.glob("*-chunks.jsonl")).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["text"] == chunks[0].text and len(lines) == 10
