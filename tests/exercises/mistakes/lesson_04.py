"""Wrong answers of lesson 04 as learners write them, each with the diagnosis that it must get."""

import math

import numpy as np


def idf(n, df):
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


def bm25_by_index(query, document, df, n, mean_length, k1=1.5, b=0.75):
    norm = k1 * (1 - b + b * len(document) / mean_length)
    return sum(
        idf(n, df[word]) * document.count(word) / (document.count(word) + norm) for word in query
    )


def bm25_parts(query, document, df, n, mean_length, k1=1.5, b=0.75):
    norm = k1 * (1 - b + b * len(document) / mean_length)
    counts = [document.count(word) for word in query]
    return [idf(n, df.get(w, 0)) * tf / (tf + norm) for w, tf in zip(query, counts, strict=True)]


def bm25_of_distinct_words(query, document, df, n, mean_length, k1=1.5, b=0.75):
    return sum(bm25_parts(list(dict.fromkeys(query)), document, df, n, mean_length, k1, b))


def bm25_with_wrong_length(query, document, df, n, mean_length, k1=1.5, b=0.75):
    norm = k1 * (1 - b + b * mean_length / len(document))
    counts = np.array([document.count(word) for word in query])
    return float(np.dot([idf(n, df.get(w, 0)) for w in query], counts / (counts + norm)))


def fused_as_a_dict(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for position, id in enumerate(ranking):
            scores[id] = scores.get(id, 0) + 1 / (k + position + 1)
    return scores


def fused_from_zero(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for position, id in enumerate(ranking):
            scores[id] = scores.get(id, 0) + 1 / (k + position)
    return sorted(scores.items(), key=lambda pair: pair[1], reverse=True)


def fused_by_the_last(rankings, k=60):
    scores = {id: 1 / (k + rank) for ranking in rankings for rank, id in enumerate(ranking, 1)}
    return sorted(scores.items(), key=lambda pair: pair[1], reverse=True)


def fused_ids(rankings, k=60):
    scores = fused_as_a_dict(rankings, k)
    return sorted(scores, key=scores.get, reverse=True)


def maxsim_by_a_loop_over_the_passage(query, passage):
    return sum(max(float(token @ other) for token in query) for other in passage)


def filtered_afterwards(scores, allowed, k):
    top = np.argsort(scores)[::-1][:k]
    return top[allowed[top]]


def filtered_by_infinity(scores, allowed, k):
    masked = scores.copy()
    masked[~allowed] = -np.inf
    return np.argsort(masked)[::-1][:k]


WRITTEN = [
    ("4.1", bm25_by_index, "unknown-word"),
    ("4.1", bm25_parts, "not-summed"),
    ("4.1", bm25_of_distinct_words, "query-as-a-set"),
    ("4.1", bm25_with_wrong_length, "length-upside-down"),
    ("4.1", lambda q, d, df, n, m, k1=1.5, b=0.75: float(len(set(q) & set(d))), None),
    ("4.2", fused_as_a_dict, "a-dict"),
    ("4.2", fused_from_zero, "rank-from-zero"),
    ("4.2", fused_by_the_last, "overwritten"),
    ("4.2", fused_ids, "ids-only"),
    ("4.2", lambda rankings, k=60: [(id, 0.0) for ranking in rankings for id in ranking], None),
    ("4.3", maxsim_by_a_loop_over_the_passage, "wrong-axis"),
    ("4.3", lambda q, p: [max(p @ token) for token in q], "not-summed"),
    ("4.3", lambda q, p: np.tensordot(q, p, 1), "shapes-do-not-fit"),
    ("4.3", lambda q, p: 7.0, None),
    ("4.4", filtered_afterwards, "post-filter"),
    ("4.4", filtered_by_infinity, "filled-up"),
    ("4.4", lambda s, a, k: sorted(s[a])[::-1][:k], "scores-not-positions"),
]
