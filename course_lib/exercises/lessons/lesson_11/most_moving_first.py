"""Exercise 11.3: which price moves the result most, one at a time."""

from collections.abc import Callable, Mapping

from course_lib.exercises.judging import exercise, like, when


def most_moving_first(
    prices: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
    result: Callable[[Mapping[str, float]], float],
) -> list[str]:
    """The names of the prices, that which moves the result most first.

    `ranges` has the lowest and the highest value of each price, and `result(prices)` is a number. How far a
    price moves it is the distance between the results at its two ends, all other prices as they are.
    """

    def swing(name: str) -> float:
        low, high = (result({**prices, name: end}) for end in ranges[name])
        return abs(high - low)

    return sorted(prices, key=swing, reverse=True)


def monthly(prices: Mapping[str, float]) -> float:
    """Dollars a month of an index and its calls: a result for trying things out."""
    return 50 * prices["embedding"] + 900 * prices["input"] - 20 * prices["output"] + prices["store"]


def per_call(prices: Mapping[str, float]) -> float:
    """A result in which the prices multiply, so that it matters where the others stand."""
    return prices["input"] * prices["output"] / prices["store"] + 30 * prices["embedding"]


def _one_by_one(prices, ranges, result, swing, backwards=True):
    return sorted(prices, key=lambda name: swing(*(result({**prices, name: e}) for e in ranges[name])),
                  reverse=backwards)  # fmt: skip


def _cumulative(prices, ranges, result):
    changed, moved = dict(prices), {}
    for name, (low, high) in ranges.items():
        changed[name] = low
        at_low = result(changed)
        changed[name] = high  # and stays there
        moved[name] = abs(result(changed) - at_low)
    return sorted(moved, key=moved.get, reverse=True)


_PRICES = {"embedding": 0.02, "input": 0.2, "output": 0.6, "store": 50.0}
_RANGES = {"embedding": (0.01, 0.13), "input": (0.1, 0.4), "output": (0.3, 16.0), "store": (20.0, 60.0)}
_OTHERS = {"embedding": 1.0, "input": 2.0, "output": 3.0, "store": 4.0}
_WIDE = {"embedding": (0.95, 1.0), "input": (1.0, 5.0), "output": (2.0, 30.0), "store": (1.0, 6.0)}

MOVING = exercise(
    "11.3",
    "Which price decides",
    most_moving_first,
    minutes=15,
    weight="stretch",
    imports="from collections.abc import Callable, Mapping",
    cases=((_PRICES, _RANGES, monthly), (_OTHERS, _WIDE, per_call)),
    mistakes=(
        like(lambda p, r, f: sorted(p, key=lambda n: r[n][1] - r[n][0], reverse=True), "widest-price",
             "You sort by how wide the *price's* range is. A wide price that hardly enters the result moves "
             "little: ask the result at both ends."),
        like(lambda p, r, f: _one_by_one(p, r, f, lambda low, high: abs(high - low), False), "least-first",
             "The order is turned round: that which moves most comes first."),
        like(lambda p, r, f: _one_by_one(p, r, f, lambda low, high: high - low), "signed",
             "A price that makes the result smaller moves it too. Take the distance: `abs`."),
        like(lambda p, r, f: sorted(p, key=lambda n: abs(f({**p, n: r[n][1]}) - f(p)), reverse=True),
             "upper-half",
             "You go from the price as it is to its upper end. The lower half of the range moves it too."),
        like(_cumulative, "does-not-go-back",
             "A price that you changed stays changed while you try the next one. One at a time: begin from "
             "the prices as they are."),
        when(lambda run: sorted(run.returned) != sorted(run.args[0]), "not-the-names",
             "Return the names of all prices, as a list."),
    ),
    hints=(
        ("I do not know how to change one price", "`{**prices, name: value}` is a new dictionary."),
        ("Prices change under my hands", "Make a new dictionary for each end; never write into `prices`."),
    ),
    why="A tornado: one price at a time, the widest bar on top. It says where half an hour of looking up is "
        "well spent. It misses what two prices do together, so try the pair that worries you by hand.",
)  # fmt: skip
