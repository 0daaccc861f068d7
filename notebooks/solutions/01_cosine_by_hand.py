"""Solutions to the exercises of lesson 01, in another form than those that `ex.solution` explains."""

import numpy as np


def cosine_similarity(query, rows):
    def unit(vectors):
        lengths = np.sqrt((vectors**2).sum(axis=-1, keepdims=True))
        return np.divide(vectors, lengths, out=np.zeros_like(vectors, dtype=float), where=lengths > 0)

    return unit(rows) @ unit(query)


def top_k(scores, k):
    positions = np.arange(len(scores))
    return np.lexsort((positions, -scores))[:k]  # sorted by the last key first: score down, then position up


def recall_and_reciprocal_rank(ranked, gold, k):
    recall, reciprocal = set(), 0.0
    for rank, document in enumerate(ranked[:k], start=1):
        if document in gold:
            reciprocal = reciprocal or 1 / rank
            recall.add(document)
    return len(recall) / len(gold), reciprocal


def ndcg_at_k(ranked, gains, k):
    def dcg(values):
        return sum(value / np.log2(rank + 1) for rank, value in enumerate(values[:k], start=1))

    best = dcg(sorted(gains.values(), reverse=True))
    return dcg([gains.get(document, 0) for document in ranked]) / best if best else 0.0
