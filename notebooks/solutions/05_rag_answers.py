"""Solutions to the exercises of lesson 05, in another form than those that `ex.solution` explains."""

import re
from itertools import accumulate

import numpy as np


def within_budget(sizes, budget):
    fits = [total <= budget for total in accumulate(sizes)]
    n = sum(fits)  # the sums only grow, so those that fit stand in front
    places = list(range(len(sizes)))
    return places[:n], places[n:]


def check_citations(reply, documents):
    cited, invented = [], []
    for bracket in re.finditer(r"\[(.+?)\]", reply):
        for word in bracket[1].replace(",", " ").split():
            if not word.isdecimal():
                continue
            there = 0 < int(word) <= len(documents)
            found, where = (documents[int(word) - 1], cited) if there else (int(word), invented)
            if found not in where:
                where.append(found)
    return cited, invented


def context_precision(useful):
    hits = np.array(useful, dtype=float)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision @ hits / hits.sum()) if hits.any() else 0.0


def cache_threshold(similarities, right, at_most):
    alike, wrong = np.array(similarities), ~np.array(right)
    shares = {t: wrong[alike >= t].mean() for t in alike}
    broken = max((t for t, share in shares.items() if share > at_most), default=-np.inf)
    return min((t for t in shares if t > broken), default=np.inf)
