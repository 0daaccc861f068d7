"""A router names the domain that its examples taught it, and a routed search stays inside that domain."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.router import CentroidRouter, ClassifierRouter, RoutedRetriever

LABELS = ["north", "north", "east", "east"]
VECTORS = np.array([[0.1, 1.0], [-0.1, 5.0], [1.0, 0.1], [3.0, -0.2]])
both = pytest.mark.parametrize("router", [CentroidRouter, ClassifierRouter])


@both
def test_a_vector_goes_to_its_likeliest_label(router):
    fitted = router.fit(VECTORS, LABELS)
    assert fitted.route(np.array([[0.2, 9.0], [9.0, 0.3], [0.01, 0.1]])) == ["north", "east", "north"]
    assert fitted.route(VECTORS) == LABELS
    assert fitted.route(np.empty((0, 2))) == []


def test_a_centroid_is_the_mean_direction_of_its_examples():
    router = CentroidRouter.fit(np.array([[2.0, 0.0], [0.0, 1.0], [-4.0, 0.0]]), ["a", "a", "b"])
    assert router.labels == ("a", "b")
    np.testing.assert_allclose(router.centroids, [[0.5**0.5, 0.5**0.5], [-1, 0]], atol=1e-6)


def test_a_classifier_learns_a_border_that_no_centroid_has():
    # Two long strips side by side: the near end of one is closer to the middle of the other.
    rng = np.random.default_rng(0)
    angles = np.concatenate([rng.uniform(0.0, 1.2, 300), rng.uniform(1.2, 1.5, 300)])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    labels = ["wide"] * 300 + ["narrow"] * 300
    right = {
        kind.__name__: np.mean(np.array(kind.fit(vectors, labels).route(vectors)) == labels)
        for kind in (CentroidRouter, ClassifierRouter)
    }
    assert right["ClassifierRouter"] > right["CentroidRouter"] > 0.5


@both
def test_the_same_examples_give_the_same_router(router, embedder, chunks):
    vectors = embedder.embed([chunk.passage for chunk in chunks])
    labels = [chunk.document_id for chunk in chunks]
    queries = embedder.embed(["the kettle", "the till", "leave"])
    assert router.fit(vectors, labels).route(queries) == router.fit(vectors, labels).route(queries)


@both
def test_what_no_router_can_learn_from_is_refused(router):
    with pytest.raises(RetrievalError, match="4 vectors and 3 labels"):
        router.fit(VECTORS, LABELS[:3])
    with pytest.raises(RetrievalError, match="0 vectors"):
        router.fit(np.empty((0, 2)), [])
    with pytest.raises(RetrievalError, match="NaN"):
        router.fit(np.full((4, 2), np.nan), LABELS)
    with pytest.raises(RetrievalError, match="dimension 2"):
        router.fit(VECTORS, LABELS).route(np.ones((1, 3)))


def test_a_classifier_needs_two_labels():
    with pytest.raises(RetrievalError, match="two labels"):
        ClassifierRouter.fit(VECTORS, ["north"] * 4)
    assert CentroidRouter.fit(VECTORS, ["north"] * 4).route(VECTORS) == ["north"] * 4


def test_a_routed_search_is_a_search_of_one_domain(chunks, letters):
    domains = {"PR": "products", "CU": "policies", "HB": "handbook", "IT": "systems"}
    chunks = [replace(chunk, domain=domains[chunk.document_id[:2]]) for chunk in chunks]
    index = ExactIndex(chunks, letters)
    router = CentroidRouter.fit(index.vectors, [chunk.domain for chunk in chunks])
    routed = RoutedRetriever(index, router, letters)
    queries = ["kettle of 1.7 litres", "port 8443 of the till gateway", "harbour kettle", "days of leave"]
    routes = router.route(letters.embed(queries))
    assert len(set(routes)) > 1
    for query, route, hits in zip(queries, routes, routed.search_many(queries, 2), strict=True):
        expected = [hit.chunk for hit in index.search(query, 2, Filter(domains=(route,)))]
        assert [hit.chunk for hit in hits] == [hit.chunk for hit in routed.search(query, 2)] == expected
        assert {chunk.domain for chunk in expected} == {route}
    assert routed.search_many([], 2) == [] and len(routed) == 10
    with pytest.raises(RetrievalError, match="empty"):
        routed.search(" ", 2)


def test_a_wrong_turn_cannot_be_made_good(chunks, letters):
    chunks = [replace(chunk, domain=chunk.document_id) for chunk in chunks]
    index = ExactIndex(chunks, letters)
    wrong = CentroidRouter(("HB-201",), np.ones((1, letters.dimension), np.float32))
    hits = RoutedRetriever(index, wrong, letters).search(chunks[0].passage, 10)
    assert [hit.chunk.document_id for hit in hits] == ["HB-201", "HB-201"]
