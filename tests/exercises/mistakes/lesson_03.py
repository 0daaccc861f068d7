"""Wrong answers of lesson 03 as learners write them, each with the diagnosis that it must get."""

import math


def probe_with_append(centroids, lists, query, nprobe):
    found = []
    for i in ((centroids - query) ** 2).sum(axis=1).argsort()[:nprobe]:
        found.append(lists[i])
    return found


def probe_the_list_numbers(centroids, lists, query, nprobe):
    return list(((centroids - query) ** 2).sum(axis=1).argsort()[:nprobe])


def recall_place_by_place(approximate, exact):
    return sum(x == y for x, y in zip(approximate.ravel(), exact.ravel(), strict=True)) / exact.size


def recall_for_each_query(approximate, exact):
    return [len(set(x) & set(y)) / 10 for x, y in zip(approximate, exact, strict=True)]


WRITTEN = [
    ("3.3", lambda n, d, m, bits=8: n * d * 4, "not-two"),
    ("3.3", lambda n, d, m, bits=8: (n * d, n * m), None),
    ("3.3", lambda n, d, m, bits=8: (n * d * 4, math.ceil(n * m * bits / 8)), "no-codebooks"),
    ("3.2", probe_with_append, "nested"),
    ("3.2", probe_the_list_numbers, "list-numbers"),
    ("3.1", recall_place_by_place, "same-place"),
    ("3.1", recall_for_each_query, "not-one-number"),
]
