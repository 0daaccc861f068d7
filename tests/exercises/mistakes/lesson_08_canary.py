"""Wrong answers to the exercise on canaries (8.4) as learners write them, with their diagnoses."""

import math

import numpy as np


def exposure_by_sorting(log_likelihoods, secret, first=1):
    order = sorted(range(len(log_likelihoods)), key=lambda i: (-log_likelihoods[i], i == secret))
    return math.log2(len(order)) - np.log2(float(order.index(secret) + first))


def exposure_by_counting(log_likelihoods, secret):
    rank = 1
    for place, each in enumerate(log_likelihoods):
        rank += place != secret and each >= log_likelihoods[secret]
    return math.log2(len(log_likelihoods) / rank)


def exposure_from_zero(log_likelihoods, secret):
    with np.errstate(divide="ignore"):
        return exposure_by_sorting(log_likelihoods, secret, first=0)


WRITTEN = [
    ("8.4", lambda v, s: exposure_by_counting(-v, s), "turned-round"),
    ("8.4", lambda v, s: exposure_by_counting(v, s) * math.log(2), "nats"),
    ("8.4", lambda v, s: sum(each > v[s] for each in v) + 1, "rank-only"),
    ("8.4", lambda v, s: math.log2(len(v)) - math.log2(sum(each > v[s] for each in v) + 1), "ties"),
    ("8.4", lambda v, s: -v[s] / math.log(2), "surprise"),
    ("8.4", lambda v, s: math.log2(len(v)), None),
    ("8.4", lambda v, s: math.inf, "rank-zero"),
    ("8.4", exposure_from_zero, "rank-zero"),
]

RIGHT = [("8.4", exposure_by_sorting), ("8.4", exposure_by_counting)]
