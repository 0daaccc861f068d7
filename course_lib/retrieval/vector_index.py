"""FAISS on bare vectors: build an index of one of four kinds, search it, weigh it.

All vectors are unit rows and all scores inner products, so scores are cosines. What it does not know: texts
and chunks (faiss_index.py does).
"""

from typing import Any

import numpy as np

from course_lib.arguments import checked_seed, finite_number, one_of, paired, whole_number
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import unit_rows
from course_lib.retrieval.types import as_rows, check_k, rows_of_numbers

PARAMETERS = {"flat": (), "ivf": ("nlist", "nprobe"), "hnsw": ("M", "efSearch"), "pq": ("m", "nbits")}
VECTORS_AT_ONCE = 4096
MOST = 2**31 - 1


def build(vectors: np.ndarray, kind: str = "flat", **parameters: int) -> Any:
    """A faiss.Index over unit vectors (n, d), trained and filled; a vector's id is its position.

    flat: every vector is compared. ivf: `nlist` lists (default 4 * sqrt(n), at least 39 vectors each), of
    which a query reads `nprobe` (default a tenth). hnsw: a graph with `M` links a node (32), searched with a
    queue of `efSearch` (64). pq: each vector in `m` codes (48, must divide d) of `nbits` bits (8). Raises
    RetrievalError for an unknown kind or parameter or a value that does not fit. Douze et al., "The Faiss
    library", 2024; HNSW: Malkov and Yashunin 2016; PQ: Jégou, Douze and Schmid 2011. Lesson 03.
    """
    vectors = unit_rows(vectors)
    index = trained(vectors, kind, **parameters)
    index.add(vectors)
    return index


def trained(vectors: np.ndarray, kind: str, **parameters: int) -> Any:
    """An empty faiss.Index that has learned its lists or codes from unit vectors (n, d), as for build()."""
    index = _untrained(kind, *vectors.shape, **check_parameters(kind, parameters))
    if not index.is_trained:
        index.train(vectors)
    return index


def search(
    index: Any, queries: np.ndarray, k: int, wanted: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Scores (q, k) and positions (q, k) of the k best vectors for each query (q, d).

    `wanted` (n,) holds the only positions that may be found; None means all. Where fewer were found the
    position is -1. Raises RetrievalError for another dimension, for NaN and infinity, and for k out of range.
    Lessons 03 and 04.
    """
    queries = np.ascontiguousarray(as_rows(queries, index.d), dtype=np.float32)
    k = check_k(k, index.ntotal)
    if wanted is None:
        return index.search(queries, k)
    return _search_some(index, queries, k, wanted)


def _search_some(
    index: Any, queries: np.ndarray, k: int, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    import faiss

    inner = faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap) else index
    only = faiss.IDSelectorBatch(wanted)
    if isinstance(inner, faiss.IndexPQ):  # it takes no selector: rank all, then leave out
        scores, positions = index.search(queries, index.ntotal)
        unwanted = ~np.isin(positions, wanted)
        first = np.argsort(unwanted, axis=1, kind="stable")[:, :k]
        positions[unwanted] = -1
        return np.take_along_axis(scores, first, axis=1), np.take_along_axis(positions, first, axis=1)
    if isinstance(inner, faiss.IndexHNSW):
        # The queue fills with unwanted nodes too: make it longer by as much, or the walk ends among them.
        longer = min(index.ntotal, inner.hnsw.efSearch * index.ntotal // max(len(wanted), 1))
        parameters = faiss.SearchParametersHNSW(sel=only, efSearch=longer)
    elif isinstance(inner, faiss.IndexIVF):
        parameters = faiss.SearchParametersIVF(sel=only, nprobe=inner.nprobe)
    else:
        parameters = faiss.SearchParameters(sel=only)
    return index.search(queries, k, params=parameters)


def recall(found: np.ndarray, truth: np.ndarray) -> float:
    """The mean share of the true neighbours that a search found; positions, both (queries, k).

    Order within a row does not count. -1 is no neighbour: neither found nor to be found, as where a filter
    leaves fewer than k; a query without true neighbours does not count. Raises RetrievalError for unequal
    numbers of queries, and if no query has a true neighbour. Lesson 03 builds it (exercise 3.1).
    """
    found, truth = rows_of_numbers(found, "positions found"), rows_of_numbers(truth, "true positions")
    pairs = paired(found, truth, "rows found", "rows of true neighbours", error=RetrievalError)
    shares = [np.isin(true[true >= 0], row).mean() for row, true in pairs if (true >= 0).any()]
    if not shares:
        raise RetrievalError("No query has a true neighbour.", allowed="one position or more that is not -1")
    return float(np.mean(shares))


def index_bytes(index: Any) -> int:
    """The bytes of an index when it is written out, which is close to what it holds in memory. Lesson 03."""
    import faiss

    size = 0

    def count(block: bytes) -> int:
        nonlocal size
        size += len(block)
        return len(block)

    faiss.write_index(index, faiss.PyCallbackIOWriter(count, 1 << 20))
    return size


def perturbed(vectors: np.ndarray, n: int, noise: float = 1.0, seed: int = 0) -> np.ndarray:
    """Grow unit vectors (c, d) to (n, d): themselves first, then copies of them in turn, each pushed aside.

    A push has the length `noise` and a random direction in which the vectors themselves differ (a Gaussian
    with their covariance): noise in all d directions alike makes clumps that no real corpus has, and in which
    graphs get lost. Scaled to length 1 again, a copy's cosine to its original is near 1 / sqrt(1 + noise **
    2). The same seed gives the same vectors. Raises RetrievalError if n is below c. Lesson 03.
    """
    vectors = unit_rows(vectors)
    count = len(vectors)
    n = whole_number(n, "n", max(count, 1), error=RetrievalError)
    noise = finite_number(noise, "noise", least=0, error=RetrievalError)
    rng = np.random.default_rng(checked_seed(seed, RetrievalError))
    spread = vectors - vectors.mean(axis=0)
    grown = np.resize(vectors, (n, vectors.shape[1]))
    for start in range(count, n, VECTORS_AT_ONCE):
        block = grown[start : start + VECTORS_AT_ONCE]
        block += noise * unit_rows(rng.standard_normal((len(block), count), np.float32) @ spread)
        block[:] = unit_rows(block)
    return grown


def check_parameters(kind: str, parameters: dict[str, int]) -> dict[str, int]:
    """The parameters of an index as Python's own integers; raises RetrievalError as build() says."""
    checked = {}
    one_of(kind, "index of the kind", tuple(PARAMETERS), error=RetrievalError)
    for name, value in parameters.items():
        if name not in PARAMETERS[kind]:
            allowed = ", ".join(PARAMETERS[kind]) or "no parameters"
            raise RetrievalError(f"An index of the kind {kind!r} has no parameter {name!r}.", allowed=allowed)
        checked[name] = whole_number(value, name, error=RetrievalError)
        _check_range(name, checked[name], MOST, "as FAISS counts in 32 bits")
    return checked


def _untrained(kind: str, n: int, dimension: int, **parameters: int) -> Any:
    import faiss

    if kind == "ivf":
        nlist = parameters.get("nlist") or max(1, min(round(4 * n**0.5), n // 39))
        nprobe = parameters.get("nprobe") or max(1, nlist // 10)
        _check_range("nlist", nlist, n, "the number of vectors")
        _check_range("nprobe", nprobe, nlist, "the number of lists")
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimension), dimension, nlist, faiss.METRIC_INNER_PRODUCT)
        index.nprobe = nprobe
        index.cp.min_points_per_centroid = 1  # a small corpus is no reason for a warning
        return index
    if kind == "hnsw":
        links = parameters.get("M", 32)
        if links < 2:  # FAISS takes 1, and then ends the process in add()
            raise RetrievalError("HNSW needs at least two links a vector (M).", allowed="2 or more")
        index = faiss.IndexHNSWFlat(dimension, links, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efSearch = parameters.get("efSearch", 64)
        return index
    if kind == "pq":
        m, nbits = parameters.get("m", 48), parameters.get("nbits", 8)
        if dimension % m:
            divisors = ", ".join(str(each) for each in range(1, dimension + 1) if dimension % each == 0)
            raise RetrievalError(f"m = {m} does not divide the dimension {dimension}.", allowed=divisors)
        _check_range("nbits", nbits, n.bit_length() - 1, f"as {n} vectors can train no more than {n} codes")
        index = faiss.IndexPQ(dimension, m, nbits, faiss.METRIC_INNER_PRODUCT)
        index.pq.cp.min_points_per_centroid = 1
        return index
    return faiss.IndexFlatIP(dimension)


def _check_range(name: str, value: int, highest: int, why: str) -> None:
    if value > highest:
        raise RetrievalError(f"{name} = {value} is too high.", allowed=f"1 to {highest}, {why}")
