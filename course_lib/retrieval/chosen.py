"""The retriever that the course goes on with: what lesson 04 chose on the dev questions."""

from collections.abc import Callable, Sequence

from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.bm25 import Bm25Index, character_grams
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.rerank import MaxSim, RerankedRetriever
from course_lib.retrieval.types import Retriever, TextEmbedder

Widen = Callable[[Retriever], Retriever]  # a search, with others beside it
DEPTH = 50  # hits that MaxSim looks at a second time


def chosen_retriever(
    chunks: Sequence[Chunk],
    embedder: TextEmbedder | None = None,
    late: MaxSim | None = None,
    widen: Widen | None = None,
) -> HybridRetriever:
    """BM25 over 4-grams, fused with the hybrid of words, 4-grams and meaning that MaxSim re-ranks.

    Without an embedder the course's own is loaded. Indexes that are given one `late` share its token vectors,
    so that passages which stand in several are read once; an embedder without token vectors (Afresh) needs
    it. `widen` may put more searches beside the hybrid; MaxSim re-ranks what all of them found. Raises
    RetrievalError for no chunks. Lesson 04 builds each part and compares it with the others.
    """
    embedder = embedder or load_embedder()
    late = late or MaxSim(embedder)
    words, grams = Bm25Index(chunks), Bm25Index(chunks, tokenize=character_grams)
    everything: Retriever = HybridRetriever([words, grams, ExactIndex(chunks, embedder)], depth=DEPTH)
    if widen is not None:
        everything = widen(everything)
    again = RerankedRetriever(everything, late, depth=min(DEPTH, len(chunks)))
    return HybridRetriever([grams, again], depth=min(DEPTH, len(chunks)))
