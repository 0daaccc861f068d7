"""Solutions to the exercises of lesson 10, in another form than those that `ex.solution` explains."""

import math
from statistics import NormalDist

import numpy as np


def bertscore_f1(reply, reference):
    similar = np.einsum("id,jd->ij", reply, reference)
    sides = [similar.max(axis=axis).mean() for axis in (0, 1)]
    return len(sides) / sum(1 / side for side in sides)


def cohens_kappa(a, b):
    labels = sorted({*a, *b}, key=str)
    counts = np.zeros((len(labels), len(labels)))
    for one, other in zip(a, b, strict=True):
        counts[labels.index(one), labels.index(other)] += 1
    shares = counts / counts.sum()
    chance = shares.sum(axis=1) @ shares.sum(axis=0)
    return float((np.trace(shares) - chance) / (1 - chance))


def rectified_rate(labels, judged, others):
    wrong = [label - verdict for label, verdict in zip(labels, judged, strict=True)]
    rate = np.mean(others) + np.mean(wrong)
    squared = sum(np.var(each, ddof=1) / len(each) for each in (wrong, others))
    half = 1.96 * math.sqrt(squared)
    return rate, rate - half, rate + half


def sample_size(base, gain, alpha, power):
    quantile = NormalDist().inv_cdf
    shares = np.array([base, base + gain])
    null, alternative = 2 * shares.mean() * (1 - shares.mean()), (shares * (1 - shares)).sum()
    n = (quantile(1 - alpha / 2) * null**0.5 + quantile(power) * alternative**0.5) ** 2 / gain**2
    return math.ceil(n)
