"""The four kinds of FAISS index find and weigh what they should, and refuse what does not fit."""

import faiss
import numpy as np
import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import search_exact
from course_lib.retrieval.vector_index import build, index_bytes, perturbed, recall, search

KINDS = {
    "flat": {},
    "ivf": {"nlist": 20, "nprobe": 8},
    "hnsw": {"M": 16, "efSearch": 64},
    "pq": {"m": 16, "nbits": 8},
}


@pytest.mark.parametrize(("kind", "least"), [("flat", 1), ("ivf", 0.9), ("hnsw", 0.95), ("pq", 0.5)])
def test_each_kind_finds_most_of_the_nearest(kind, least, vectors, queries):
    exact = search_exact(vectors, queries, 10)[1]
    assert recall(search(build(vectors, kind, **KINDS[kind]), queries, 10)[1], exact) >= least


def test_recall_counts_a_neighbour_wherever_it_stands_in_its_own_row():
    truth = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    assert recall(truth[:, ::-1], truth) == 1
    assert recall(np.array([[1, 2, -1, -1], [1, 2, 3, 5]]), truth) == (2 / 4 + 1 / 4) / 2


def test_reading_every_list_is_exact(vectors, queries):
    index = build(vectors, "ivf", nlist=20, nprobe=20)
    np.testing.assert_array_equal(search(index, queries, 10)[1], search_exact(vectors, queries, 10)[1])


def test_more_lists_read_more_found(vectors, queries):
    exact = search_exact(vectors, queries, 10)[1]
    indexes = [build(vectors, "ivf", nlist=100, nprobe=nprobe) for nprobe in (1, 3, 100)]
    found = [recall(search(index, queries, 10)[1], exact) for index in indexes]
    assert found[0] < found[1] < found[2] == 1


def test_parameters_reach_faiss(vectors):
    ivf, hnsw = build(vectors, "ivf", nlist=7, nprobe=3), build(vectors, "hnsw", M=8, efSearch=33)
    assert (ivf.nlist, ivf.nprobe) == (7, 3)
    assert (hnsw.hnsw.efSearch, hnsw.hnsw.nb_neighbors(1)) == (33, 8)
    pq = build(vectors, "pq", m=8, nbits=6)
    assert (pq.pq.M, pq.pq.nbits, pq.metric_type) == (8, 6, faiss.METRIC_INNER_PRODUCT)
    assert build(vectors, "ivf").nlist == 2000 // 39


def test_bytes_are_those_of_vectors_codes_and_links(vectors):
    size = {kind: index_bytes(build(vectors, kind, **KINDS[kind])) for kind in KINDS}
    raw = vectors.nbytes
    assert raw <= size["flat"] <= raw + 200
    assert raw + 2000 * 8 <= size["ivf"] <= raw + 2000 * 8 + 20 * 32 * 4 + 2000  # ids, centroids, list heads
    assert size["hnsw"] >= raw + 2000 * 32 * 4  # at the lowest level, 2 * M links of 4 bytes a node
    assert 2000 * 16 <= size["pq"] <= 2000 * 16 + 256 * 32 * 4 + 200
    assert size["flat"] == len(faiss.serialize_index(build(vectors, "flat")))


@pytest.mark.parametrize(
    ("kind", "parameters", "allowed"),
    [
        ("tree", {}, "flat, ivf, hnsw, pq"),
        ("flat", {"nlist": 3}, "no parameters"),
        ("ivf", {"M": 3}, "nlist, nprobe"),
        ("ivf", {"nlist": 2001}, "1 to 2000"),
        ("ivf", {"nlist": 10, "nprobe": 11}, "1 to 10"),
        ("ivf", {"nprobe": 0}, "1 or more"),
        ("hnsw", {"M": 0}, "1 or more"),
        ("hnsw", {"M": 1}, "2 or more"),  # FAISS itself would end the process
        ("pq", {"m": 5}, "1, 2, 4, 8, 16, 32"),
        ("pq", {"m": 8, "nbits": 11}, "1 to 10"),
    ],
)
def test_what_does_not_fit_gets_what_does(kind, parameters, allowed, vectors):
    with pytest.raises(RetrievalError, match=f"Allowed: {allowed}"):
        build(vectors, kind, **parameters)


def test_a_small_corpus_brings_no_warnings(vectors, capfd):
    build(vectors[:300], "ivf", nlist=100)
    build(vectors[:300], "pq", m=16)
    assert capfd.readouterr() == ("", "")


def test_grown_vectors_are_unit_and_near_their_own(vectors):
    grown = perturbed(vectors, 7000, noise=0.5, seed=3)
    assert grown.shape == (7000, 32) and grown.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(grown, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(grown[:2000], vectors, atol=1e-6)
    cosines = (grown[2000:4000] * vectors).sum(axis=1)
    assert cosines.mean() == pytest.approx(1 / 1.25**0.5, abs=0.01) and cosines.std() > 0.01
    flat = np.hstack([vectors[:, :8], np.zeros((2000, 24))])  # pushed only where the vectors differ
    assert not perturbed(flat, 3000)[:, 8:].any() and perturbed(flat, 3000)[2000:, :8].all()
    assert not np.allclose(grown[2000:4000], grown[4000:6000])


def test_growth_follows_its_seed(vectors):
    np.testing.assert_array_equal(perturbed(vectors, 2500, seed=1), perturbed(vectors, 2500, seed=1))
    assert not np.array_equal(perturbed(vectors, 2500, seed=1), perturbed(vectors, 2500, seed=2))
    with pytest.raises(RetrievalError, match="2000 or more"):
        perturbed(vectors, 1999)
