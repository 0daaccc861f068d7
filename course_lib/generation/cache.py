"""A semantic cache: what was answered once answers every question that is near enough to it.

Near is a cosine, and a cosine knows no facts: "the 2 litre kettle" is near "the 3 litre kettle". What it
saves and what it gets wrong is measured in evaluation/caching.py, where the threshold is chosen too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from course_lib.arguments import checked_text, finite_number, words
from course_lib.retrieval.types import TextEmbedder

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An entry of the cache: question, scope, what answered it, and the ids of the documents it rests on."""

    question: str
    scope: str
    answer: T
    documents: frozenset[str]


@dataclass(frozen=True)
class CacheHit(Generic[T]):
    """The nearest entry and the cosine between the two questions."""

    kept: Kept[T]
    similarity: float


class SemanticCache(Generic[T]):
    """Answers by question: a new question gets the answer of the nearest one of its scope, if near enough.

    `threshold` is the least cosine that counts as the same question, above 0 and at most 1. A scope keeps
    apart what must not answer each other, as editions or users' rights. Raises CourseError for a threshold
    out of range. Bang, "GPTCache", 2023, section 3. Lesson 05.
    """

    def __init__(self, embedder: TextEmbedder, threshold: float):
        self.embedder = embedder
        self.threshold = finite_number(threshold, "threshold", above=0, most=1)  # a cosine
        self._kept: list[Kept[T]] = []
        self._vectors = np.zeros((0, embedder.dimension), np.float32)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, question: str, scope: str = "") -> CacheHit[T] | None:
        """The nearest entry of the scope, or None if none is as near as the threshold."""
        checked_text(question, "The question")
        inside = [i for i, kept in enumerate(self._kept) if kept.scope == scope]
        if not inside:
            return None
        cosines = self._vectors[inside] @ self.embedder.embed([question])[0]
        best = int(cosines.argmax())
        similarity = float(cosines[best])
        # A text is as near to itself as rounding lets it be.
        if similarity < self.threshold - 1e-6:
            return None
        return CacheHit(self._kept[inside[best]], similarity)

    def put(self, question: str, answer: T, documents: Iterable[str], scope: str = "") -> None:
        """Keep an answer with the ids of the documents that stood in its prompt."""
        checked_text(question, "The question")
        self._kept.append(Kept(question, scope, answer, frozenset(words(documents, "The document's id"))))
        self._vectors = np.vstack([self._vectors, self.embedder.embed([question])])

    def invalidate(self, documents: Iterable[str]) -> int:
        """Forget what rests on documents that changed or went; return how many entries that were.

        A new document may answer what no other did: nothing tells which entries it touches, so `clear` the
        scope when one is added.
        """
        changed = frozenset(words(documents, "The document's id"))
        return self._forget([i for i, kept in enumerate(self._kept) if kept.documents & changed])

    def clear(self, scope: str) -> int:
        """Forget a whole scope; return how many entries that were."""
        return self._forget([i for i, kept in enumerate(self._kept) if kept.scope == scope])

    def _forget(self, rows: list[int]) -> int:
        gone = set(rows)
        self._kept = [kept for i, kept in enumerate(self._kept) if i not in gone]
        self._vectors = np.delete(self._vectors, rows, axis=0)
        return len(rows)
