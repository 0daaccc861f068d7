"""Solutions to the exercises of lesson 09, in another form than those that `ex.solution` explains."""

import numpy as np


def paired_interval(a, b, resamples, seed):
    rng, means = np.random.default_rng(seed), []
    for _ in range(resamples):
        chosen = rng.choice(len(a), len(a))
        means.append(a[chosen].mean() - b[chosen].mean())
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def verdict(low, high, at_least=0.0):
    above, below = min(low, high) > at_least, max(low, high) < at_least
    return "confirmed here" if above else "refuted here" if below else "not confirmed here"


def interaction(table):
    return table[1][1] - table[1][0] - table[0][1] + table[0][0]
