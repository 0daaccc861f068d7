"""A second look at the first hits: a slower scorer that sees query and passage together re-orders them.

Late interaction compares their token vectors; a cross-encoder reads both as one text.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from course_lib import runtime
from course_lib.arguments import shown, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.errors import ModelError, RetrievalError
from course_lib.retrieval.embedding import Embedder
from course_lib.retrieval.exact import unit_rows
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import check_depth
from course_lib.retrieval.types import Hit, Retriever, check_dimension, check_queries, rows_of_numbers

CROSS_ENCODER = "cross-encoder/ms-marco-MiniLM-L6-v2"
FILES = ("config.json", "model.safetensors")
ALLOWED = "a folder with config.json and model.safetensors, or a hub name where there is a network"


class Reranker(Protocol):
    """Anything that scores chunks for one query, (n,), higher is better."""

    def score(self, query: str, chunks: Sequence[Chunk]) -> np.ndarray: ...


class RerankedRetriever(Retriever):
    """A retriever whose first `depth` hits are put in the order of a re-ranker's scores."""

    def __init__(self, retriever: Retriever, reranker: Reranker, depth: int = 20):
        """Take over both; raises RetrievalError for a depth below 1. Lesson 04."""
        self.retriever, self.reranker = retriever, reranker
        self.depth = whole_number(depth, "depth", error=RetrievalError)

    def __len__(self) -> int:
        return len(self.retriever)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k best by the re-ranker, with its scores; raises RetrievalError for k above the
        depth.
        """
        queries, k = check_queries(queries), check_depth(k, self.depth)
        found = self.retriever.search_many(queries, min(self.depth, len(self)), where)
        return [self._reordered(query, hits, k) for query, hits in zip(queries, found, strict=True)]

    def _reordered(self, query: str, hits: Sequence[Hit], k: int) -> list[Hit]:
        if not hits:
            return []
        scores = np.asarray(self.reranker.score(query, [hit.chunk for hit in hits]))
        if scores.shape != (len(hits),) or not np.isfinite(scores).all():
            raise RetrievalError(
                f"The re-ranker gives no score for each of the {len(hits)} hits: {shown(scores)}.",
                allowed="a finite number for each, (n,)",
            )
        best = np.argsort(-scores, kind="stable")[:k]
        return [
            Hit(hits[place].chunk, float(scores[place]), rank) for rank, place in enumerate(best, start=1)
        ]


def maxsim(query_vectors: np.ndarray, passage_vectors: np.ndarray) -> float:
    """The sum, over a query's token vectors (q, d), of the greatest inner product with a passage's (p, d).

    Each word of the query looks for its own best match. Khattab and Zaharia, "ColBERT", SIGIR 2020, section
    3.3. Lesson 04.
    """
    query_vectors, passage_vectors = rows_of_numbers(query_vectors), rows_of_numbers(passage_vectors)
    check_dimension(query_vectors, passage_vectors.shape[1])
    if len(passage_vectors) == 0:
        raise RetrievalError("The passage has no token vectors.", allowed="one or more, (p, d)")
    return float((query_vectors @ passage_vectors.T).max(axis=1).sum())


def token_vectors(texts: list[str], embedder: Embedder) -> list[np.ndarray]:
    """The unit vectors of each text's tokens, (t, d) with [CLS] first and [SEP] last. Lessons 04 and 10."""
    found = embedder.model.encode(
        texts, batch_size=embedder.batch_size, output_value="token_embeddings", show_progress_bar=False
    )
    return [unit_rows(each.cpu().numpy()) for each in found]


class MaxSim:
    """Late interaction over an embedder's token vectors, those of each passage computed once and kept.

    A passage of 150 tokens takes 230 kB: with `most` only so many are kept, those that were asked for last.
    """

    def __init__(self, embedder: Embedder, most: int | None = None):
        """Lesson 04."""
        self.embedder = embedder
        self.most = None if most is None else whole_number(most, "most", error=RetrievalError)
        self._kept: dict[str, np.ndarray] = {}  # a passage -> its unit token vectors (p, d)

    def score(self, query: str, chunks: Sequence[Chunk]) -> np.ndarray:
        """maxsim of the query with each chunk's passage, (n,)."""
        self.prepare(chunks)
        self._forget({chunk.passage for chunk in chunks})
        wanted = token_vectors([query], self.embedder)[0][1:-1]  # [CLS] and [SEP] mean nothing that was asked
        return np.array([maxsim(wanted, self._kept[chunk.passage]) for chunk in chunks])

    def prepare(self, chunks: Sequence[Chunk]) -> None:
        """Compute the token vectors of chunks that were not seen yet, in one call to the model."""
        new = list(dict.fromkeys(chunk.passage for chunk in chunks if chunk.passage not in self._kept))
        if new:
            self._kept.update(zip(new, token_vectors(new, self.embedder), strict=True))

    def _forget(self, needed: set[str]) -> None:
        """Drop what was asked for longest ago, but nothing that is needed now."""
        if self.most is None:
            return
        for passage in needed:  # a dict keeps the order in which things came in
            self._kept[passage] = self._kept.pop(passage)
        for passage in list(self._kept)[: max(0, len(self._kept) - max(self.most, len(needed)))]:
            del self._kept[passage]


class CrossEncoderReranker:
    """A transformer that reads query and passage as one text and gives one number."""

    def __init__(self, model: Any):
        """Take over a sentence_transformers.CrossEncoder with one output. Lesson 04."""
        self.model = model

    def score(self, query: str, chunks: Sequence[Chunk]) -> np.ndarray:
        """The model's raw output for the query with each chunk's passage, (n,), all in one batch."""
        from torch.nn import Identity

        pairs = [(query, chunk.passage) for chunk in chunks]
        # A sigmoid would make all good passages equal to 1.
        return self.model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)


def load_cross_encoder(name: str | Path | None = None) -> CrossEncoderReranker:
    """A cross-encoder by folder or hub name; without a name, MS MARCO's small one on the gpu profile.

    Weights are read from safetensors alone. Raises ModelError without a name but on the gpu profile, for a
    folder that is no cross-encoder, and for a model that gives more than one number. Nogueira and Cho,
    "Passage Re-ranking with BERT", 2019, section 2. Lesson 04.
    """
    source = str(name or CROSS_ENCODER)
    if name is None and (profile := runtime.current().profile) != "gpu":
        raise ModelError(
            f"The profile {profile} has no cross-encoder of its own, and loads none from a hub.",
            allowed=ALLOWED,
            next_step="re-rank with MaxSim(embedder), or choose the gpu profile",
        )
    folder = Path(source).expanduser()
    if isinstance(name, Path) or folder.is_dir() or folder.is_absolute() or len(folder.parts) > 2:
        missing = [file for file in FILES if not (folder / file).is_file()]
        if missing:
            raise ModelError(
                f"The folder {folder} holds no cross-encoder: it has no {' and no '.join(missing)}.",
                allowed=ALLOWED,
                next_step="save one with CrossEncoder.save_pretrained, or check the path",
            )
        source = str(folder.resolve())
    return CrossEncoderReranker(_loaded(source))


def _loaded(source: str) -> Any:
    runtime.quiet_libraries()
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = CrossEncoder(source, device=runtime.current().device, model_kwargs={"use_safetensors": True})
    except Exception as error:  # a bad folder fails in as many ways as there are files in it
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"The cross-encoder {source!r} cannot be loaded: {reason}",
            allowed=ALLOWED,
            next_step="re-rank with MaxSim(embedder), which needs no other model",
        ) from None
    if model.num_labels != 1:
        raise ModelError(
            f"The model {source!r} gives {model.num_labels} numbers for a pair.", allowed="a model with one"
        )
    return model
