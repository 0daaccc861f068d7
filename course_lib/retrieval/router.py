"""Which domain a question belongs to, decided before the search: by nearest centroid, or by a classifier."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np

from course_lib.arguments import listed
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import cosine_similarity, unit_rows
from course_lib.retrieval.filters import Filter, check_request
from course_lib.retrieval.types import Hit, Retriever, TextEmbedder, check_dimension


class Router(Protocol):
    """Anything that names a label for each vector (q, d)."""

    def route(self, vectors: np.ndarray) -> list[str]: ...


@dataclass(frozen=True)
class CentroidRouter:
    """Each label is the mean direction of its examples, and a vector goes to the nearest by cosine."""

    labels: tuple[str, ...]
    centroids: np.ndarray  # (labels, d), rows of length 1

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[str]) -> Self:
        """Average the vectors (n, d) of each label; raises RetrievalError unless there is a label a vector.

        Rocchio classification: Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008,
        section 14.2. Lesson 04.
        """
        vectors, labels, names = _checked(vectors, labels)
        means = [vectors[[label == name for label in labels]].mean(axis=0) for name in names]
        return cls(names, unit_rows(np.stack(means)))

    def route(self, vectors: np.ndarray) -> list[str]:
        """The label for each vector (q, d); raises RetrievalError for another dimension."""
        nearest = cosine_similarity(vectors, self.centroids).argmax(axis=1)
        return [self.labels[each] for each in nearest]


@dataclass(frozen=True)
class ClassifierRouter:
    """A logistic regression over the vectors: it learns where the border runs, not where the middles are."""

    model: Any  # a fitted sklearn.linear_model.LogisticRegression

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[str]) -> Self:
        """Train on vectors (n, d); raises RetrievalError unless there is a label a vector, and two labels.

        Manning, Raghavan and Schütze 2008, section 14.4, on linear classifiers. Lesson 04.
        """
        from sklearn.linear_model import LogisticRegression

        vectors, labels, names = _checked(vectors, labels)
        if len(names) < 2:
            raise RetrievalError("A classifier needs two labels to tell apart.", allowed="two or more labels")
        return cls(LogisticRegression(max_iter=1000, random_state=0).fit(vectors, labels))

    def route(self, vectors: np.ndarray) -> list[str]:
        """The label for each vector (q, d); raises RetrievalError for another dimension."""
        vectors = unit_rows(vectors)
        check_dimension(vectors, self.model.n_features_in_)
        return self.model.predict(vectors).tolist() if len(vectors) else []


class RoutedRetriever(Retriever):
    """An index that searches, for each query, only the domain that a router names."""

    def __init__(self, index: Retriever, router: Router, embedder: TextEmbedder):
        """Take over all three; the embedder is the one whose vectors the router was fitted on. Lesson 04."""
        self.index, self.router, self.embedder = index, router, embedder

    def __len__(self) -> int:
        return len(self.index)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query up to k chunks of its domain, with one search for each domain.

        None are found in a domain that the filter leaves out. Raises RetrievalError as the index does.
        """
        queries, k = check_request(queries, k, where, len(self))
        if len(queries) == 0:
            return []
        where = where or Filter()
        routes = self.router.route(self.embedder.embed(queries))
        found: dict[int, list[Hit]] = {}
        for domain in dict.fromkeys(routes):
            if where.domains and domain not in where.domains:
                continue
            places = [place for place, route in enumerate(routes) if route == domain]
            one = replace(where, domains=(domain,))
            lists = self.index.search_many([queries[place] for place in places], k, one)
            found.update(zip(places, lists, strict=True))
        return [found.get(place, []) for place in range(len(queries))]


def _checked(vectors: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    """Unit rows, their labels, and the labels that occur, sorted."""
    vectors, labels = unit_rows(vectors), listed(labels, "labels", str, error=RetrievalError)
    if len(vectors) != len(labels) or len(vectors) == 0:
        raise RetrievalError(
            f"There are {len(vectors)} vectors and {len(labels)} labels.", allowed="one label for each vector"
        )
    return vectors, labels, tuple(sorted(set(labels)))
