"""Solutions to the exercises of lesson 08, in another form than those that `ex.solution` explains."""

import math
from itertools import cycle, islice


def kl_divergence(p, q):
    total = 0.0
    for mine, theirs in zip(p, q, strict=True):
        if mine > 0:
            total += mine * math.log(mine / theirs) if theirs > 0 else math.inf
    return total


def frontier(learned, kept):
    runs = set(zip(learned, kept, strict=True))

    def beaten(run):
        return any(other != run and other[0] >= run[0] and other[1] >= run[1] for other in runs)

    return [not beaten(run) for run in zip(learned, kept, strict=True)]


def mixed(examples, rehearsed, share):
    whole = round(len(examples) / (1 - share))  # so long is the list in the end
    return list(examples) + list(islice(cycle(rehearsed), whole - len(examples)))


def canary_exposure(log_likelihoods, secret):
    mine = log_likelihoods[secret]
    before = sum(1 for place, each in enumerate(log_likelihoods) if each >= mine and place != secret)
    return math.log2(len(log_likelihoods) / (before + 1))
