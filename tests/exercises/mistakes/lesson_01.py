"""Wrong answers of lesson 01 as learners write them, each with the diagnosis that it must get."""

import math

import numpy as np

norm = np.linalg.norm


def cosine_row_lengths_down_the_columns(query, rows):
    return rows @ query / (norm(rows, axis=0) * norm(query))


def cosine_without_care_for_zero(query, rows):
    return np.array([np.dot(row, query) / (norm(row) * norm(query)) for row in rows])


def top_k_by_threshold(scores, k):
    return np.flatnonzero(scores >= np.sort(scores)[-k:][0])


def top_k_of_a_reversed_sort(scores, k):
    return np.argsort(scores, kind="stable")[::-1][:k]


def top_k_by_repeated_maximum(scores, k):
    scores, best = scores.copy(), []
    for _ in range(k):
        best.append(int(np.argmax(scores)))
        scores[best[-1]] = -np.inf
    return best if len(best) <= len(scores) else best[10**6]


def reciprocal(ranked, gold, k, first=1):
    return next((1 / i for i, d in enumerate(ranked[:k], start=first) if d in gold), 0.0)


def recall(ranked, gold, k):
    return len(gold & set(ranked[:k])) / len(gold)


def ndcg_with_rank_from_zero(ranked, gains, k):
    dcg = sum(gains.get(d, 0) / np.log2(i + 1) for i, d in enumerate(ranked[:k]))
    best = sum(g / np.log2(i + 1) for i, g in enumerate(sorted(gains.values(), reverse=True)[:k]))
    return np.float64(dcg) / best if best else 0.0


def ndcg_without_care_for_nothing(ranked, gains, k):
    dcg = sum(gains.get(d, 0) / math.log(i + 2) for i, d in enumerate(ranked[:k]))
    return dcg / sum(g / math.log(i + 2) for i, g in enumerate(sorted(gains.values(), reverse=True)[:k]))


WRITTEN = [
    ("1.1", lambda q, rows: [sum(q * row) for row in rows], "not-normalised"),
    ("1.1", lambda q, rows: (rows @ q)[:, None] / norm(rows, axis=1, keepdims=True) / norm(q), "wrong-shape"),
    ("1.1", lambda q, rows: q @ rows, "shapes-do-not-fit"),
    ("1.1", cosine_row_lengths_down_the_columns, "shapes-do-not-fit"),
    ("1.1", cosine_without_care_for_zero, "zero-vector"),
    ("1.2", lambda s, k: sorted(range(len(s)), key=lambda i: s[i])[:k], "ascending"),
    ("1.2", lambda s, k: sorted(s)[::-1][:k], "scores-not-positions"),
    ("1.2", top_k_of_a_reversed_sort, "ties"),
    ("1.2", top_k_by_threshold, "unsorted"),
    ("1.2", top_k_by_repeated_maximum, "k-above-n"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, k, first=0)), "rank-from-zero"),
    ("1.3", recall, "not-two"),
    ("1.3", lambda r, g, k: (sum(d in g for d in r[:k]) / len(g), reciprocal(r, g, k)), "counted-twice"),
    ("1.3", lambda r, g, k: (sum(d in g for d in r[:k]) / k, reciprocal(r, g, k)), "precision"),
    ("1.3", lambda r, g, k: (any(d in g for d in r[:k]), reciprocal(r, g, k)), "any-hit"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, 99)), "ignores-k"),
    ("1.3", lambda r, g, k: (recall(r, g, 99), reciprocal(r, g, 99)), "ignores-k"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, k, first=2)), "wrong-rank"),
    ("1.4", ndcg_with_rank_from_zero, "log-of-one"),
    ("1.4", ndcg_without_care_for_nothing, "nothing-to-gain"),
]
