"""What a way to answer costs: its calls, what stands behind them, and from which volume on it is the cheaper.

Tokens and seconds are measured (summary.costs), prices are looked up (prices.py), hours are a learner's own.
A call is paid by the token to a host, or by the second of a machine of one's own. Lesson 11, claim C30.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course_lib.arguments import finite_number
from course_lib.experiments.prices import Prices, changed

if TYPE_CHECKING:
    import pandas as pd

MILLION, HOUR = 1e6, 3600.0
MONTHS = 12  # how long a way is paid for, unless somebody says otherwise


@dataclass(frozen=True)
class Call:
    """What one call takes: tokens read and written, seconds of two cores, and tokens embedded to search.

    `tuned` says that a tuned model answers, for which a host asks other prices.
    """

    prompt_tokens: float
    completion_tokens: float
    seconds: float
    tuned: bool = False
    embedded: float = 0.0


@dataclass(frozen=True)
class Way:
    """A way to answer as it is paid for: its call, and what comes once, each month, and with each change.

    `embedded` and `trained` are tokens (the latter times their epochs), paid for once and again with each of
    the `changes` a month; hours are those of a person; `store` says whether a vector store is rented.
    """

    name: str
    call: Call
    embedded: float = 0.0
    trained: float = 0.0
    changes: float = 0.0
    hours_once: float = 0.0
    hours_a_month: float = 0.0
    store: bool = False


def measured_call(costs: Mapping[str, Any], tuned: bool = False, embedded: float = 0.0) -> Call:
    """A call from a row of summary.costs (tokens, and `total` milliseconds)."""
    tokens = costs["prompt_tokens"], costs["completion_tokens"]
    return Call(*map(float, tokens), float(costs["total"]) / 1000, tuned, embedded)


def of_a_host(call: Call, prices: Prices) -> float:
    """Dollars for a call that is paid by the token. Lesson 11 builds it (exercise 11.1)."""
    reads, writes = ("tuned_input", "tuned_output") if call.tuned else ("input", "output")
    spent = {reads: call.prompt_tokens, writes: call.completion_tokens, "embedding": call.embedded}
    return sum(tokens * prices[name].dollars for name, tokens in spent.items()) / MILLION


def of_a_machine(call: Call, prices: Prices) -> float:
    """Dollars for a call on a machine of one's own that is never idle."""
    return call.seconds * prices["machine"].dollars / HOUR


def fixed(way: Way, prices: Prices, months: float = MONTHS) -> float:
    """Dollars for everything but the calls, over so many months."""
    renewed = way.embedded * prices["embedding"].dollars + way.trained * prices["training"].dollars
    times = 1 + way.changes * months
    hours = way.hours_once + way.hours_a_month * months
    rent = prices["store"].dollars * months if way.store else 0.0
    return renewed / MILLION * times + hours * prices["engineer"].dollars + rent


def total(way: Way, prices: Prices, calls: float, months: float = MONTHS) -> float:
    """Dollars for so many calls a month to a host, and all that stands behind them, over so many months."""
    return fixed(way, prices, months) + calls * months * of_a_host(way.call, prices)


def break_even(fixed_a: float, call_a: float, fixed_b: float, call_b: float) -> float:
    """The number of calls from which on b never costs more than a, each fixed and a call; inf for none.

    0 if b costs no more from the first call on. Lesson 11 builds it (exercise 11.2).
    """
    saved, owed = call_a - call_b, fixed_b - fixed_a
    if saved > 0:
        return max(0.0, owed / saved)
    return 0.0 if saved == 0 and owed <= 0 else math.inf


def break_even_calls(a: Way, b: Way, prices: Prices, months: float = MONTHS) -> float:
    """The calls a month from which on way b costs no more than way a, paid by the token; inf for none.

    Raises CourseError unless `months` is above 0.
    """
    months = finite_number(months, "months", above=0)
    sides = [(fixed(way, prices, months), of_a_host(way.call, prices)) for way in (a, b)]
    return break_even(*sides[0], *sides[1]) / months


def sensitivity(a: Way, b: Way, prices: Prices, months: float = MONTHS) -> "pd.DataFrame":
    """How the break-even moves with one price at a time: a row a price, what moves it most first.

    Columns: price, low and high (dollars), at_low and at_high (calls a month, inf where b never pays). A
    price that moves nothing has no row.
    """
    import pandas as pd

    rows = []
    for name, price in prices.items():
        ends = [
            break_even_calls(a, b, changed(prices, **{name: end}), months) for end in (price.low, price.high)
        ]
        if ends[0] != ends[1]:
            rows.append((name, price.low, price.high, *ends))
    table = pd.DataFrame(rows, columns=["price", "low", "high", "at_low", "at_high"])
    order = sorted(table.index, key=lambda row: _swing(*table.loc[row, ["at_low", "at_high"]]), reverse=True)
    return table.loc[order].reset_index(drop=True)


def _swing(one: float, other: float) -> float:
    return math.inf if math.inf in (one, other) else abs(one - other)
