"""Wrong answers of lesson 08 as learners write them, each with the diagnosis that it must get."""

import math

import numpy as np

from course_lib.exercises.catalogue import find_exercise


def kl_by_a_loop(p, q, log=math.log, smallest=None):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a == 0:
            continue
        if b == 0 and smallest is None:
            return math.inf
        total += a * (log(a) - log(max(b, smallest or 0)))
    return total


def kl_with_nan(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q))


def kl_without_the_impossible(p, q):
    some = (p > 0) & (q > 0)
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


def frontier_by_sorting(learned, kept):
    best, found = -math.inf, [False] * len(learned)
    order = sorted(range(len(learned)), key=lambda i: (-learned[i], -kept[i]))
    seen = set()
    for i in order:
        found[i] = kept[i] > best or (learned[i], kept[i]) in seen
        if found[i]:
            seen.add((learned[i], kept[i]))
        best = max(best, kept[i])
    return found


def frontier_of_numbers(learned, kept):
    return [i for i, on in enumerate(find_exercise("8.2").check.solution(learned, kept)) if on]


def mixed_one_by_one(examples, rehearsed, share):
    mixture = list(examples)
    while len(mixture) < round(len(examples) / (1 - share)):
        mixture.append(rehearsed[(len(mixture) - len(examples)) % len(rehearsed)])
    return mixture


def mixed_the_other_way_round(examples, rehearsed, share):
    return find_exercise("8.3").check.solution(examples, rehearsed, share)[::-1]


WRITTEN = [
    ("8.1", lambda p, q: kl_by_a_loop(q, p), "turned-round"),
    ("8.1", lambda p, q: kl_by_a_loop(p, q, math.log2), "in-bits"),
    ("8.1", lambda p, q: kl_by_a_loop(p, q, smallest=1e-9), "never-infinite"),
    ("8.1", kl_without_the_impossible, "never-infinite"),
    ("8.1", kl_with_nan, "nan-for-zero"),
    ("8.1", lambda p, q: (p - q) ** 2, None),
    ("8.2", frontier_of_numbers, "not-a-mask"),
    ("8.2", lambda learned, kept: [x == max(learned) for x in learned], None),
    ("8.3", lambda e, r, s: e + r[: round(len(e) * s / (1 - s))], "too-few"),
    ("8.3", mixed_the_other_way_round, "examples-first"),
    ("8.3", lambda e, r, s: e + [r[0]] * round(len(e) * s / (1 - s)), None),
]

RIGHT = [("8.1", kl_by_a_loop), ("8.2", frontier_by_sorting), ("8.3", mixed_one_by_one)]
