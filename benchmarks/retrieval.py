"""What does our code cost? Prints our search beside sentence-transformers with FAISS, and BM25 beside bm25s.

    python benchmarks/retrieval.py [number of documents for BM25]

From the text of a question to its ten best chunks, every vector computed anew. The work is the same on both
sides: the same model in the same batches, the same words. The sides take turns, and each batch counts with
the best of its five times, so that what else the machine does hardly shows. A ratio below 1: ours is faster.
For the larger BM25 corpus each document has the length of one of the chunks at random, and draws its words
one by one from those of all: their frequencies stay true, their order does not, which BM25 does not read.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.retrieval.bm25 import Bm25Index, tokens
from course_lib.retrieval.embedding import Afresh, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.faiss_index import FaissIndex

K = 10
QUERIES = 256
BATCH = 64
SINGLES = 64  # queries that are asked one by one


def main(count: int = 20_000) -> None:
    """Print every comparison; `count` documents make the larger BM25 corpus."""
    chunks = split(load_documents("2026"))
    questions = sorted({question.text for question in load_questions("test", "2026")})
    queries = random.Random(0).sample(questions, QUERIES)
    print(f"{len(chunks)} chunks, {len(queries)} questions, k = {K}")
    dense(chunks, queries)
    words(chunks, queries)
    words(grown(chunks, count), queries)


def dense(chunks: list[Chunk], queries: list[str]) -> None:
    """Our two indexes against the bare libraries."""
    import faiss

    embedder = load_embedder()
    ours = [ExactIndex(chunks, Afresh(embedder)), FaissIndex(chunks, Afresh(embedder))]
    bare = faiss.IndexFlatIP(embedder.dimension)
    bare.add(ours[0].vectors)

    def libraries(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        vectors = embedder.model.encode(
            texts, batch_size=embedder.batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return bare.search(vectors, K)

    expected = [[chunks[row].id for row in rows] for rows in libraries(queries)[1]]
    for index in ours:
        found = [[hit.chunk.id for hit in hits] for hits in index.search_many(queries, K)]
        same = np.mean(np.array(found) == np.array(expected))
        print(f"{type(index).__name__} and the libraries find the same: {same:.1%} of the places")
    names = [f"{type(index).__name__} / sentence-transformers + faiss" for index in ours]
    compare(names, [*(asking(index) for index in ours), libraries], queries, ", aim: at most 1.1")


def words(chunks: list[Chunk], queries: list[str]) -> None:
    """BM25 by hand against bm25s, which gets the words from us."""
    import bm25s

    def library(chunks: list[Chunk]) -> Any:
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        index.index([tokens(chunk.passage) for chunk in chunks], show_progress=False)
        return index

    ours, theirs = Bm25Index(chunks), library(chunks)

    def retrieve(texts: list[str]) -> Any:
        return theirs.retrieve([tokens(text) for text in texts], k=K, show_progress=False)

    pairs = zip(ours.search_many(queries, K), retrieve(queries).scores, strict=True)
    apart = max(
        abs(hit.score - score) for hits, scores in pairs for hit, score in zip(hits, scores, strict=False)
    )
    print(f"BM25, {len(chunks):,} documents of {len(ours.positions):,} words: scores within {apart:.0e}")
    by_hand, other = times([Bm25Index, library], [chunks])
    print(f"  index by hand / bm25s: {by_hand / other:.3f} ({by_hand:.3f} s / {other:.3f} s)")
    compare(["  search by hand / bm25s"], [asking(ours), retrieve], queries)


def asking(index: Any) -> Callable:
    """A function that asks `index` for the K best chunks of each text."""
    return lambda texts: index.search_many(texts, K)


def compare(names: list[str], searches: list[Callable], queries: list[str], aim: str = "") -> None:
    """Print the time of each search over that of the last one, in batches and one by one."""
    for how, count, size in ((f"in batches of {BATCH}", len(queries), BATCH), ("one by one", SINGLES, 1)):
        *ours, other = times(searches, [queries[at : at + size] for at in range(0, count, size)])
        for name, each in zip(names, ours, strict=True):
            speed = f"({count / each:,.0f} / {count / other:,.0f} queries a second)"
            print(f"{name}, {how}: {each / other:.3f} {speed}{aim}")


def times(works: list[Callable], batches: list[list]) -> list[float]:
    """The seconds of each piece of work for all batches, the best of five rounds for each batch, in turns."""
    seconds = [0.0] * len(works)
    for batch in batches:
        best = [float("inf")] * len(works)
        for _ in range(5):
            for number, work in enumerate(works):
                start = time.perf_counter()
                work(batch)
                best[number] = min(best[number], time.perf_counter() - start)
        seconds = [total + each for total, each in zip(seconds, best, strict=True)]
    return seconds


def grown(chunks: list[Chunk], count: int) -> list[Chunk]:
    """`count` documents of words drawn from the chunks."""
    rng = random.Random(0)
    texts = [chunk.passage.split() for chunk in chunks]
    all_words = [word for text in texts for word in text]
    lengths = [len(text) for text in texts]
    return [
        replace(
            chunks[0], id=str(number), text=" ".join(rng.choices(all_words, k=rng.choice(lengths))), title=""
        )
        for number in range(count)
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
