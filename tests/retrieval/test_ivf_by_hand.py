"""The inverted file by hand gives FAISS' answers from FAISS' centroids, and its own centroids are as good."""

import faiss
import numpy as np
import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import search_exact
from course_lib.retrieval.ivf_by_hand import build_inverted_file, kmeans, search_inverted_file
from course_lib.retrieval.vector_index import build, search


@pytest.mark.parametrize("nprobe", [1, 4, 24])
def test_it_equals_faiss_on_the_same_centroids(vectors, queries, nprobe):
    theirs = build(vectors, "ivf", nlist=24, nprobe=nprobe)
    centroids = faiss.downcast_index(theirs.quantizer).reconstruct_n(0, 24)
    quantizer = faiss.IndexFlatIP(32)
    quantizer.add(centroids / np.linalg.norm(centroids, axis=1, keepdims=True))
    theirs = faiss.IndexIVFFlat(quantizer, 32, 24, faiss.METRIC_INNER_PRODUCT)
    theirs.add(vectors)
    theirs.nprobe = nprobe
    ours = search_inverted_file(build_inverted_file(vectors, centroids), queries, 10, nprobe)
    expected = search(theirs, queries, 10)
    np.testing.assert_array_equal(ours[1], expected[1])
    np.testing.assert_allclose(np.maximum(ours[0], -1), np.maximum(expected[0], -1), atol=1e-6)


def test_every_vector_stands_in_one_list(vectors):
    file = build_inverted_file(vectors, kmeans(vectors, 24))
    np.testing.assert_array_equal(np.sort(np.concatenate(file.lists)), np.arange(len(vectors)))
    nearest = (vectors @ file.centroids.T).argmax(axis=1)
    for number, each in enumerate(file.lists):
        assert (nearest[each] == number).all()


def test_kmeans_describes_the_vectors_as_well_as_faiss_does(vectors):
    theirs = faiss.Kmeans(32, 24, niter=20, spherical=True, seed=0)
    theirs.train(vectors)
    ours = (vectors @ kmeans(vectors, 24).T).max(axis=1).mean()
    assert ours >= (vectors @ theirs.centroids.T).max(axis=1).mean() - 0.02
    assert ours > (vectors @ kmeans(vectors, 24, iterations=0).T).max(axis=1).mean()


def test_no_list_of_kmeans_runs_empty():
    axes = np.repeat(
        np.eye(4, 8, dtype=np.float32), [997, 1, 1, 1], axis=0
    )  # chosen at random: copies of one vector
    centroids = kmeans(axes, 4)
    assert {int(each) for each in (np.eye(4, 8) @ centroids.T).argmax(axis=1)} == {0, 1, 2, 3}


def test_where_too_few_are_found_the_rest_is_empty(vectors):
    file = build_inverted_file(vectors[:5], vectors[:3])
    scores, positions = search_inverted_file(file, vectors[:1], 5, nprobe=1)
    found = len(file.lists[0])
    assert 1 <= found < 5 and positions[0, 0] == 0
    assert (positions[0, found:] == -1).all() and np.isneginf(scores[0, found:]).all()
    np.testing.assert_array_equal(
        search_inverted_file(file, vectors[:1], 5, 3)[1], search_exact(vectors[:5], vectors[:1], 5)[1]
    )


@pytest.mark.parametrize("nlist", [0, 2001])
def test_a_number_of_lists_that_cannot_be_is_refused(vectors, nlist):
    with pytest.raises(RetrievalError, match="1 to 2000"):
        kmeans(vectors, nlist)


def test_k_nprobe_and_dimension_are_checked(vectors, queries):
    file = build_inverted_file(vectors, kmeans(vectors, 4))
    for arguments in [(queries, 0), (queries, 2001), (queries, 5, 0), (queries, 5, 5), (queries[:, :31], 5)]:
        with pytest.raises(RetrievalError, match="Allowed"):
            search_inverted_file(file, *arguments)
