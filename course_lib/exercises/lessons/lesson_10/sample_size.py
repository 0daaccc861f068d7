"""Exercise 10.4: how many answers an A/B test needs, worked out before it starts."""

import math
from statistics import NormalDist

from course_lib.exercises.judging import exercise, like, when


def sample_size(base: float, gain: float, alpha: float, power: float) -> int:
    """How many answers each version needs to find a rise of the share of right ones from base to base + gain.

    n = (z_α √(2 p̄ (1 − p̄)) + z_β √(p₁ (1 − p₁) + p₂ (1 − p₂)))² / gain², rounded up. p₁ is base, p₂ is
    base + gain, p̄ their mean. z_α is the standard normal quantile at 1 − alpha / 2, as the test looks both
    ways, and z_β the one at `power`. `NormalDist().inv_cdf(0.975)` is 1.96.
    """
    other = base + gain
    middle = (base + other) / 2
    z_alpha = NormalDist().inv_cdf(1 - alpha / 2)
    z_beta = NormalDist().inv_cdf(power)
    spread = z_alpha * math.sqrt(2 * middle * (1 - middle))
    spread += z_beta * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(spread**2 / gain**2)


def _variant(sides: float = 2, beta=lambda power: power, divide=lambda gain: gain**2, up=math.ceil, both=1):
    def size(base: float, gain: float, alpha: float, power: float) -> int:
        other, middle = base + gain, base + gain / 2
        spread = NormalDist().inv_cdf(1 - alpha / sides) * math.sqrt(2 * middle * (1 - middle))
        quantile = beta(power)
        if quantile is not None:
            spread += NormalDist().inv_cdf(quantile) * math.sqrt(base * (1 - base) + other * (1 - other))
        return up(both * spread**2 / divide(gain))

    return size


def _base_only(base: float, gain: float, alpha: float, power: float) -> int:
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return math.ceil(z**2 * base * (1 - base) / gain**2)


def _not_squared(base: float, gain: float, alpha: float, power: float) -> int:
    other, middle = base + gain, base + gain / 2
    spread = NormalDist().inv_cdf(1 - alpha / 2) * math.sqrt(2 * middle * (1 - middle))
    spread += NormalDist().inv_cdf(power) * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(spread / gain**2)


def _other_share(base: float, gain: float, alpha: float, power: float) -> int:
    return _variant()(base, abs(gain) - base, alpha, power)


SAMPLE_SIZE = exercise(
    "10.4",
    "The size of an A/B test",
    sample_size,
    minutes=10,
    imports="import math\nfrom statistics import NormalDist",
    cases=(
        (0.5, 0.1, 0.05, 0.8), (0.4, 0.05, 0.05, 0.9), (0.9, 0.02, 0.01, 0.8), (0.3, -0.1, 0.05, 0.8),
    ),
    mistakes=(
        like(_variant(sides=1), "one-sided",
             "You look for a gain alone. A test that may also find a loss splits alpha over two tails: "
             "`1 - alpha / 2`."),
        like(_variant(beta=lambda power: None), "no-power",
             "Power is missing. Without z_β a true gain is found in one test of two."),
        like(_variant(beta=lambda power: 1 - power), "beta-for-power",
             "z_β is the quantile at `power`; you take it at 1 − power, which is negative and makes the test "
             "smaller."),
        like(_variant(divide=lambda gain: abs(gain)), "gain-not-squared",
             "Divide by gain². Half the gain takes four times the answers."),
        like(_not_squared, "sum-not-squared", "The sum of the two terms is squared before you divide."),
        like(_variant(up=math.floor), "rounded-down",
             "Round up, whatever comes behind the point: one answer too few misses the power."),
        like(_variant(both=2), "both-versions", "This is for both versions together. Asked for is one."),
        like(_base_only, "one-share",
             "You count one version's noise. Both are measured, so both vary: p₁ (1 − p₁) and p₂ (1 − p₂)."),
        like(_other_share, "gain-as-share",
             "`gain` is the difference, not the other share: p₂ = base + gain."),
        when(lambda run: isinstance(run.returned, float) and run.returned != int(run.returned), "a-fraction",
             "Nobody gives a part of an answer. Round up to a whole number: `math.ceil`."),
    ),
    hints=(
        ("I do not know z_α and z_β",
         "`NormalDist().inv_cdf(1 - alpha / 2)` and `NormalDist().inv_cdf(power)`."),
        ("My number is far too small", "Is the sum of the two terms squared? Is it divided by gain²?"),
        ("My number is off by one", "`math.ceil` rounds up."),
    ),
    why="Besides the share to start from, the size follows from three decisions that have nothing to do with "
        "the test: which gain is worth having, how often you accept a false alarm, and how surely you want "
        "to find the gain. Whoever starts without them ends when the numbers please.",
)
