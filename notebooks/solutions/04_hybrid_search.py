"""Solutions to the exercises of lesson 04, in another form than those that `ex.solution` explains."""

import math
from collections import Counter

import numpy as np


def bm25_score(query, document, df, n, mean_length, k1=1.5, b=0.75):
    held = Counter(document)
    parts = []
    for word in query:
        if held[word] == 0:
            continue
        idf = math.log((n + 1) / (df[word] + 0.5))  # 1 + (n − df + 0.5) / (df + 0.5), on one fraction
        norm = 1 - b + b * len(document) / mean_length
        parts.append(idf / (1 + k1 * norm / held[word]))
    return math.fsum(parts)


def reciprocal_rank_fusion(rankings, k=60):
    ids = {id for ranking in rankings for id in ranking}

    def score(id):
        return sum(1 / (k + list(ranking).index(id) + 1) for ranking in rankings if id in ranking)

    return sorted(((id, score(id)) for id in ids), key=lambda pair: pair[1], reverse=True)


def maxsim(query_vectors, passage_vectors):
    return sum(max(np.dot(token, other) for other in passage_vectors) for token in query_vectors)


def search_with_filter(scores, allowed, k):
    ranked = sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)
    return [i for i in ranked if allowed[i]][:k]
