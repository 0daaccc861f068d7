"""How fast is search? Prints our exact search against FAISS Flat, and HNSW against Flat at equal recall.

    python benchmarks/search.py [number of vectors]

The vectors are the company's own chunks, grown by a seeded perturbation; the queries are its test questions.
All run on the threads that NumPy and FAISS take by default; each time is the best of five.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import search_exact
from course_lib.retrieval.vector_index import build, index_bytes, perturbed, recall, search

K = 10
QUERIES = 256
LEAST_RECALL = 0.95
QUEUES = (16, 32, 64, 128, 256, 512, 1024)  # efSearch, until the recall is reached


def main(count: int = 100_000) -> None:
    embedder = load_embedder()
    passages = {
        chunk.passage for chunk in split(load_documents())
    }  # each once: between twins there is no first
    chunks = embedder.embed(sorted(passages))
    texts = {question.text for question in load_questions("test")}
    queries = embedder.embed(sorted(texts)[:QUERIES])
    vectors = perturbed(chunks, count)
    print(f"{count:,} x {vectors.shape[1]} vectors grown from {len(chunks)} chunks")
    print(f"{len(queries)} questions, k = {K}")

    flat = build(vectors)
    exact = search(flat, queries, K)[1]
    same = (search_exact(vectors, queries, K)[1] == exact).mean()
    print(f"exact by hand and Flat find the same: {same:.1%} of the places")
    both = [lambda some: search_exact(vectors, some, K), lambda some: search(flat, some, K)]
    report("exact by hand / Flat, all queries at once", *times(both, [queries]), "aim: at most 1.5")
    report("exact by hand / Flat, one query at a time", *times(both, singles(queries)), "aim: at most 1.5")

    start = time.perf_counter()
    hnsw = build(vectors, "hnsw")
    seconds, size = time.perf_counter() - start, index_bytes(hnsw) / index_bytes(flat)
    print(f"HNSW built in {seconds:.0f} s, {size:.2f} times the bytes of Flat")
    for queue in QUEUES:
        hnsw.hnsw.efSearch = queue
        found = search(hnsw, queries, K)[1]
        reached = recall(found, exact)
        print(f"  efSearch {queue}: recall@{K} {reached:.3f}")
        if reached >= LEAST_RECALL:
            break
    both = [lambda some: search(hnsw, some, K), lambda some: search(flat, some, K)]
    report(f"HNSW / Flat at recall {reached:.3f}, all queries at once", *times(both, [queries]))
    report(f"HNSW / Flat at recall {reached:.3f}, one query at a time", *times(both, singles(queries)))


def singles(queries: np.ndarray) -> list[np.ndarray]:
    """A few queries, each a batch of its own."""
    return [queries[at : at + 1] for at in range(min(20, len(queries)))]


def times(searches: list[Callable], batches: list[np.ndarray]) -> list[float]:
    """Milliseconds a query of each search, the best of five rounds in which they take turns."""
    best = [float("inf")] * len(searches)
    for _ in range(5):
        for number, each in enumerate(searches):
            start = time.perf_counter()
            for batch in batches:
                each(batch)
            best[number] = min(best[number], time.perf_counter() - start)
    return [1000 * seconds / sum(map(len, batches)) for seconds in best]


def report(name: str, one: float, other: float, aim: str = "") -> None:
    print(f"{name}: {one / other:.3f} ({one:.3f} ms / {other:.3f} ms a query)" + (f", {aim}" if aim else ""))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
