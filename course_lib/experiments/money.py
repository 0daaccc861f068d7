"""What a way to answer costs: its calls, what stands behind them, and from which volume on it is the cheaper.

Tokens and seconds are measured (summary.costs), prices are looked up (prices.py), hours are a learner's own.
What was measured on some questions has an interval: questions are drawn again (over_questions).
A call is paid by the token to a host, or by the second of a machine of one's own. Lesson 11, claim C30.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.arguments import finite_number
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import CLUSTER, Interval, redrawn
from course_lib.experiments.prices import Prices, changed
from course_lib.experiments.table import STAGES

if TYPE_CHECKING:
    import pandas as pd

MILLION, HOUR = 1e6, 3600.0
MONTHS = 12  # how long a way is paid for, unless somebody says otherwise
GUESSED = (0.5, 2.0)  # hours are guesses: half of them, or twice as many
CHANGES = (0.0, 30.0)  # changes a month, from never to daily
Costs = Mapping[str, Mapping[str, float]]  # arm -> mean tokens, milliseconds (`total`), share right (`right`)


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


def over_questions(
    table: "pd.DataFrame", arms: Sequence[str], result: Callable[[Costs], float], seed: int = 0
) -> Interval:
    """A number that `result` makes of what some arms cost, with its 95 % interval: the facts asked about are
    drawn again, each with the means of its questions in every arm, and the number is reckoned anew.

    `table` is that of compare. An end may be inf, where in more than one draw of forty the number is. Raises
    CourseError where no fact was asked of all arms. Efron and Tibshirani 1993, chapter 13. Lesson 11.
    """
    by_arm = {arm: _by_fact(table[table["arm"] == arm]) for arm in arms}
    both = sorted(set.intersection(*(set(each.index) for each in by_arm.values())))
    if not both:
        raise CourseError(
            f"No question was asked of {' and '.join(arms)} alike.", next_step="compare them on the same ones"
        )
    columns = list(next(iter(by_arm.values())).columns)
    values = np.stack([by_arm[arm].loc[both].to_numpy(float) for arm in arms])  # (arms, facts, columns)

    def reckoned(rows: np.ndarray) -> float:
        some = values[:, rows]
        known = ~np.isnan(some)
        means = np.where(known, some, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        costs = (dict(zip(columns, each, strict=True)) for each in means)
        return float(result(dict(zip(arms, costs, strict=True))))

    return redrawn(reckoned, len(both), seed, "inverted_cdf")  # no end between a number and inf


def dollars_a_right_answer(table: "pd.DataFrame", way: Way, prices: Prices, answers: float = 1) -> Interval:
    """Dollars to a host for so many right answers of a way (named as its arm), with the interval over
    questions; inf where none is right. Lesson 11.
    """

    def reckoned(costs: Costs) -> float:
        own = costs[way.name]
        paid = of_a_host(measured_call(own, way.call.tuned, way.call.embedded), prices)
        return answers * paid / own["right"] if own["right"] else math.inf

    return over_questions(table, [way.name], reckoned)


def break_even_interval(
    table: "pd.DataFrame", a: Way, b: Way, prices: Prices, months: float = MONTHS
) -> Interval:
    """The break-even (calls a month) with the interval that the tokens of the questions asked give it.

    Prices, hours and changes are taken as they are: how far those move it, `sensitivity` says. A way whose
    arm `table` lacks keeps its call. Raises as over_questions does. Lesson 11.
    """
    there = [way.name for way in (a, b) if way.name in set(table["arm"])]

    def reckoned(costs: Costs) -> float:
        ways = [
            replace(w, call=measured_call(costs[w.name], w.call.tuned, w.call.embedded)) if w.name in costs
            else w
            for w in (a, b)
        ]  # fmt: skip
        return break_even_calls(*ways, prices, months)

    return over_questions(table, there, reckoned)


def told(found: Interval) -> str:
    """A number of calls or dollars with its interval, two digits each: `26,000,000 [24,000,000, never]`."""
    return f"{two_digits(found.mean)} [{two_digits(found.low)}, {two_digits(found.high)}]"


def two_digits(number: float) -> str:
    """A number to two digits, `never` for inf: more of them no measurement here bears out."""
    if math.isinf(number):
        return "never"
    return f"{float(f'{number:.1e}'):,.0f}" if abs(number) >= 10 else f"{number:.2g}"


def sensitivity(a: Way, b: Way, prices: Prices, months: float = MONTHS) -> "pd.DataFrame":
    """How the break-even moves with one price or guess at a time: a row each, what moves it most first, by
    the factor between its two ends; an end without calls, or never reached, lies beyond any factor.

    Prices go from end to end of their range, a learner's hours from half to twice (GUESSED), the changes of
    both ways from never to daily (CHANGES). Columns: price (or what is guessed), low and high, unit (of
    these, to be filled in), at_low and at_high (calls a month, inf where b never pays). What moves nothing
    has no row.
    """
    import pandas as pd

    rows = []
    for name, unit, low, high, at in (*_priced(a, b, prices), *_guessed(a, b, prices)):
        ends = [break_even_calls(*at(end), months) for end in (low, high)]
        if ends[0] != ends[1]:
            rows.append((name, low, high, unit, *ends))
    table = pd.DataFrame(rows, columns=["price", "low", "high", "unit", "at_low", "at_high"])
    order = sorted(table.index, key=lambda row: _swing(*table.loc[row, ["at_low", "at_high"]]), reverse=True)
    return table.loc[order].reset_index(drop=True)


End = Callable[[float], tuple[Way, Way, Prices]]  # both ways and the prices at one end of a range


def _priced(a: Way, b: Way, prices: Prices) -> Iterator[tuple[str, str, float, float, End]]:
    for name, price in prices.items():
        yield name, "${:g}", price.low, price.high, lambda end, n=name: (a, b, changed(prices, **{n: end}))


def _guessed(a: Way, b: Way, prices: Prices) -> Iterator[tuple[str, str, float, float, End]]:
    for field, words in (("hours_once", "hours once"), ("hours_a_month", "hours a month")):
        for way in (a, b):
            low, high = (getattr(way, field) * times for times in GUESSED)

            def at(end: float, field: str = field, way: Way = way) -> tuple[Way, Way, Prices]:
                one, other = (replace(w, **{field: end}) if w is way else w for w in (a, b))
                return one, other, prices

            yield f"{words}, {way.name}", "{:g} h", low, high, at
    yield (
        "changes of both", "{:g} a month", *CHANGES,
        lambda end: (replace(a, changes=end), replace(b, changes=end), prices),
    )  # fmt: skip


def _by_fact(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Mean tokens and milliseconds of each fact's questions, and the share right of those with an answer."""
    costs = rows.assign(
        total=rows[list(STAGES)].sum(axis=1),
        right=rows["correct"].astype(float).where(rows["answerable"].astype(bool)),
    )
    return costs.groupby(CLUSTER)[["prompt_tokens", "completion_tokens", "total", "right"]].mean()


def _swing(one: float, other: float) -> float:
    """How many times the one is the other, as a logarithm: what a logarithmic axis shows."""
    return math.inf if {one, other} & {0.0, math.inf} else abs(math.log(one / other))
