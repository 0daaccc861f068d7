"""Wrong answers of lesson 10 as learners write them, each with the diagnosis that it must get."""

import math
from statistics import NormalDist

import numpy as np


def bertscore_by_loops(reply, reference, join):
    best = [max(float(np.dot(token, other)) for other in reference) for token in reply]
    back = [max(float(np.dot(token, other)) for other in reply) for token in reference]
    return join(best, back)


def mean(values):
    return sum(values) / len(values)


def harmonic(best, back):
    return 2 / (1 / mean(best) + 1 / mean(back))


def kappa_by_loops(a, b, expected):
    agree = 0
    for one, other in zip(a, b, strict=True):
        agree += one == other
    p_o = agree / len(a)
    p_e = expected(a, b)
    return (p_o - p_e) / (1 - p_e)


def shares(a, b):
    return sum(list(a).count(label) / len(a) * list(b).count(label) / len(b) for label in {*a, *b})


def kappa_of_numbers(a, b):
    yes_a, yes_b = sum(a) / len(a), sum(b) / len(b)
    p = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    return (np.mean(np.array(a) == np.array(b)) - p) / (1 - p)


def rectified(labels, judged, others, sign=1, both=True, z=1.96):
    delta = np.mean(labels) - np.mean(judged)
    rate = np.mean(others) + sign * delta
    spread = np.var(np.array(labels) - np.array(judged), ddof=1) / len(labels)
    if both:
        spread += np.var(others, ddof=1) / len(others)
    return rate, rate - z * math.sqrt(spread), rate + z * math.sqrt(spread)


def size(base, gain, alpha, power, tails=2, exponent=2):
    q = NormalDist().inv_cdf
    second = base + gain
    average = (base + second) / 2
    top = q(1 - alpha / tails) * (2 * average * (1 - average)) ** 0.5
    top += q(power) * (base * (1 - base) + second * (1 - second)) ** 0.5
    return math.ceil((top / abs(gain)) ** exponent)


def size_without_power(base, gain, alpha, power):
    average = base + gain / 2
    return math.ceil(NormalDist().inv_cdf(1 - alpha / 2) ** 2 * 2 * average * (1 - average) / gain**2)


WRITTEN = [
    ("10.1", lambda a, b: bertscore_by_loops(a, b, lambda best, back: mean(back)), "recall-only"),
    ("10.1", lambda a, b: bertscore_by_loops(a, b, lambda best, back: mean(best)), "precision-only"),
    ("10.1", lambda a, b: bertscore_by_loops(a, b, lambda best, back: (mean(best) + mean(back)) / 2),
     "arithmetic-mean"),
    ("10.1", lambda a, b: np.mean(np.dot(a, b.T)), "all-pairs"),
    ("10.1", lambda a, b: (a @ b.T).max(axis=0), "not-one-number"),
    ("10.2", lambda a, b: np.mean([x == y for x, y in zip(a, b, strict=True)]), "raw-agreement"),
    ("10.2", lambda a, b: kappa_by_loops(a, b, lambda a, b: 0.5), "even-chance"),
    ("10.2", lambda a, b: kappa_by_loops(a, b, lambda a, b: shares(a + b, a + b)), "pooled-shares"),
    ("10.2", lambda a, b: max(kappa_by_loops(a, b, shares), 0), "no-below"),
    ("10.2", kappa_of_numbers, "arithmetic-on-labels"),
    ("10.2", lambda a, b: kappa_by_loops(a, b, lambda a, b: sum(a) / len(a) * sum(b) / len(b)), "one-label"),
    ("10.3", lambda y, f, u: rectified(y, f, u, sign=-1), "wrong-sign"),
    ("10.3", lambda y, f, u: rectified(y, f, u, both=False), "labels-alone-vary"),
    ("10.3", lambda y, f, u: rectified(y, f, [*f, *u]), "all-items"),
    ("10.3", lambda y, f, u: np.mean(u) + np.mean(y) - np.mean(f), "not-three"),
    ("10.3", lambda y, f, u: (np.mean(y - f), 0, 0), "lists"),
    ("10.4", lambda *a: size(*a, tails=1), "one-sided"),
    ("10.4", size_without_power, "no-power"),
    ("10.4", lambda *a: size(*a) - 1, "rounded-down"),
    ("10.4", lambda *a: size(*a) - 0.5, "a-fraction"),
    ("10.4", lambda *a: 3 * size(*a), None),
]

RIGHT = [
    ("10.1", lambda a, b: bertscore_by_loops(a, b, harmonic)),
    ("10.2", lambda a, b: kappa_by_loops(a, b, shares)),
    ("10.3", rectified),
    ("10.3", lambda *some: rectified(*some, z=NormalDist().inv_cdf(0.975))),
    ("10.4", size),
]
