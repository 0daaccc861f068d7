"""Wrong answers of lesson 09 as learners write them, each with the diagnosis that it must get."""

import numpy as np


def interval_by_a_loop(a, b, resamples, seed, cut=2.5, replace=True):
    rng, means = np.random.default_rng(seed), []
    for _ in range(resamples):
        chosen = rng.choice(len(a), size=len(a), replace=replace)
        means.append((a[chosen] - b[chosen]).mean())
    return np.percentile(means, cut), np.percentile(means, 100 - cut)


def interval_of_independent_draws(a, b, resamples, seed):
    rng, means = np.random.default_rng(seed), []
    for _ in range(resamples):
        means.append(rng.choice(a, len(a)).mean() - rng.choice(b, len(b)).mean())
    return np.percentile(means, 2.5), np.percentile(means, 97.5)


WRITTEN = [
    ("9.1", interval_of_independent_draws, "unpaired"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s, cut=5), "ninety-percent"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s, replace=False), "no-width"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s)[::-1], "ends-swapped"),
    ("9.1", lambda a, b, r, s: np.mean(a - b), "not-two"),
    ("9.2", lambda low, high, at_least=0.0: "confirmed" if low > at_least else "refuted", "other-words"),
    ("9.2", lambda low, high, at_least=0.0: "confirmed here" if low + high > 2 * at_least else "refuted here",
     "by-the-middle"),
    ("9.3", lambda table: np.subtract(*np.array(table)[::-1, 1]), "simple-effect"),
]

RIGHT = [
    ("9.1", interval_by_a_loop),  # and from other streams of random numbers:
    *(("9.1", lambda a, b, r, _, seed=seed: interval_by_a_loop(a, b, r, seed)) for seed in range(1000, 1012)),
]
