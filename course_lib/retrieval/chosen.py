"""The retriever that the course goes on with: what lesson 04 chose on the dev questions."""

from collections.abc import Sequence

from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.bm25 import Bm25Index, character_grams
from course_lib.retrieval.embedding import Embedder, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.rerank import MaxSim, RerankedRetriever

DEPTH = 50  # hits that MaxSim looks at a second time


def chosen_retriever(chunks: Sequence[Chunk], embedder: Embedder | None = None) -> HybridRetriever:
    """BM25 over 4-grams, fused with the hybrid of words, 4-grams and meaning that MaxSim re-ranks.

    Without an embedder the course's own is loaded. Raises RetrievalError for no chunks. Lesson 04 builds each
    part and compares it with the others.
    """
    embedder = embedder or load_embedder()
    words, grams = Bm25Index(chunks), Bm25Index(chunks, tokenize=character_grams)
    everything = HybridRetriever([words, grams, ExactIndex(chunks, embedder)], depth=DEPTH)
    late = RerankedRetriever(everything, MaxSim(embedder), depth=min(DEPTH, len(chunks)))
    return HybridRetriever([grams, late], depth=min(DEPTH, len(chunks)))
