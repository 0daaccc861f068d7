"""Two versions before real users: how many answers an A/B test needs, what it found, and why not to peek.

Which version answered is drawn for each user, and what is compared is a share: of thumbs up, of right values.
What this module does not do: pair answers to one question, which a comparison can (statistics.py) and an A/B
test cannot. Lesson 10.
"""

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from course_lib.arguments import checked_seed, finite_number, whole_number
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval, wilson_interval

ALPHA, POWER = 0.05, 0.8  # how often a false alarm and how surely a true gain, as everybody takes them
PATHS = 100_000  # simulated tests behind a bound: its second decimal stands


@dataclass(frozen=True)
class Compared:
    """What an A/B test found: share B less share A with its 95 % interval, z, and the two-sided p."""

    difference: Interval
    z: float
    p: float


def sample_size(base: float, gain: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """How many answers each version needs, so that a gain from share `base` to `base + gain` is found.

    Found with probability `power` by a two-sided test that raises a false alarm with probability `alpha`.
    Raises CourseError for shares outside of (0, 1) and for no gain. Fleiss, "Statistical methods for rates
    and proportions", 1981, chapter 3, without the correction for continuity. Lesson 10 (exercise 10.4).
    """
    other = base + gain
    for share in (base, other):
        if not 0 < share < 1:
            raise CourseError(f"A share of {share} is out of range.", "base and base + gain between 0 and 1")
    if gain == 0:
        raise CourseError("No number of answers finds a gain of 0.", "the smallest gain worth having")
    z_alpha = NormalDist().inv_cdf(1 - _probability(alpha, "alpha") / 2)
    z_power = NormalDist().inv_cdf(_probability(power, "power"))
    middle = (base + other) / 2
    spread = z_alpha * math.sqrt(2 * middle * (1 - middle))
    spread += z_power * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(spread**2 / gain**2)


def compare_shares(successes_a: int, n_a: int, successes_b: int, n_b: int) -> Compared:
    """The difference of two shares from unpaired answers, with Newcombe's interval and the pooled z-test.

    Raises CourseError as wilson_interval does. Newcombe, "Interval estimation for the difference between
    independent proportions", 1998, method 10. Lesson 10.
    """
    a, b = wilson_interval(successes_a, n_a), wilson_interval(successes_b, n_b)
    found = b.mean - a.mean
    low = found - math.hypot(b.mean - b.low, a.high - a.mean)
    high = found + math.hypot(b.high - b.mean, a.mean - a.low)
    z = float(z_scores(np.array([successes_a]), np.array([successes_b]), n_a, n_b)[0])
    return Compared(Interval(found, low, high), z, 2 * (1 - NormalDist().cdf(abs(z))))


def z_scores(a: np.ndarray, b: np.ndarray, n_a: np.ndarray | int, n_b: np.ndarray | int) -> np.ndarray:
    """The z of b / n_b less a / n_a under one pooled share; 0 where all answers so far are alike."""
    pooled = (a + b) / (n_a + n_b)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (b / n_b - a / n_a) / spread, 0.0)


def watched(
    share_a: float, share_b: float, n: int, looks: int, tests: int = 2_000, seed: int = 0
) -> np.ndarray:
    """The z of simulated A/B tests at evenly spaced looks, (tests, looks); the last sees n answers a side.

    With two equal shares these are A/A tests, and each alarm is false. Raises CourseError for shares outside
    of [0, 1] and for more looks than answers. Lesson 10.
    """
    n = whole_number(n, "n")
    looks = whole_number(looks, "looks", most=n, why="one answer a look")
    tests = whole_number(tests, "tests")
    seen = np.linspace(0, n, looks + 1).round().astype(int)
    rng = np.random.default_rng(checked_seed(seed))
    shares = [finite_number(each, "share", least=0, most=1) for each in (share_a, share_b)]
    a, b = (rng.binomial(np.diff(seen), share, (tests, looks)).cumsum(axis=1) for share in shares)
    return z_scores(a, b, seen[1:], seen[1:])


def stopped(z: np.ndarray, bound: float) -> Interval:
    """The share of tests (tests, looks) that are stopped at some look, |z| above the bound: with interval."""
    alarms = (np.abs(z) > bound).any(axis=1)
    return wilson_interval(int(alarms.sum()), len(alarms))


@cache
def bound_for(looks: int, alpha: float = ALPHA, seed: int = 0) -> float:
    """The bound on |z| which, held at each of so many looks, raises a false alarm with probability alpha.

    One look gives 1.96. Between looks z moves like a random walk scaled to variance 1, and the bound is the
    quantile of its largest value over simulated walks. Pocock, "Group sequential methods in the design and
    analysis of clinical trials", 1977, table 1. Lesson 10.
    """
    looks, alpha = whole_number(looks, "looks", most=1_000), _probability(alpha, "alpha")
    if looks == 1:
        return NormalDist().inv_cdf(1 - alpha / 2)
    rng = np.random.default_rng(checked_seed(seed))
    walk, largest = np.zeros(PATHS), np.zeros(PATHS)
    for look in range(1, looks + 1):
        walk += rng.standard_normal(PATHS)
        np.maximum(largest, np.abs(walk) / math.sqrt(look), out=largest)
    return float(np.quantile(largest, 1 - alpha))


def _probability(value: float, name: str) -> float:
    if not 0 < (found := finite_number(value, name)) < 1:
        raise CourseError(f"{name} = {value} is out of range.", "a number between 0 and 1, as 0.05")
    return found
