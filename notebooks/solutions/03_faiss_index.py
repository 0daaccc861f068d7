"""The solutions of this lesson's exercises, one a function; the strict test runs the checks on them."""

from collections.abc import Sequence

import numpy as np


def recall_at_10(approximate: np.ndarray, exact: np.ndarray) -> float:
    """The mean share of the 10 true neighbours that an approximate search found; both are ids, (queries, 10).

    Their order within a row does not matter. A search that finds fewer fills its row with −1.
    """
    rows = zip(approximate, exact, strict=True)
    return float(np.mean([len(set(found) & set(true)) / 10 for found, true in rows]))


def probe(centroids: np.ndarray, lists: Sequence[Sequence[int]], query: np.ndarray, nprobe: int) -> list[int]:
    """The ids that an inverted file looks at: those in the lists of the `nprobe` nearest centroids.

    `centroids` is (c, d), `query` (d,); list i holds the ids of the vectors that belong to centroid i.
    Nearest means the smallest Euclidean distance. The order of the ids does not matter.
    """
    distances = np.linalg.norm(centroids - query, axis=1)  # (c,)
    return [id for i in np.argsort(distances, kind="stable")[:nprobe] for id in lists[i]]


def index_bytes(n: int, d: int, m: int, bits: int = 8) -> tuple[int, int]:
    """The bytes of n vectors with d dimensions in a flat index and in a product-quantised one, as (flat, pq).

    Flat keeps every number in 4 bytes (float32). Product quantisation cuts a vector into m pieces and keeps
    a code of `bits` bits for each; a vector's codes together fill whole bytes. Besides, it keeps one
    codebook for each of the m pieces: 2^bits centroids of d/m numbers in float32.
    """
    flat = n * d * 4
    codes = n * -(-m * bits // 8)  # rounded up to whole bytes
    codebooks = m * 2**bits * (d // m) * 4
    return flat, codes + codebooks
