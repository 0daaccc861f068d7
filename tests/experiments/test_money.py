"""Prices with their day and range, what a way costs by arithmetic, and where two ways meet."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from course_lib import runtime
from course_lib.errors import CourseError, DataError
from course_lib.experiments import money
from course_lib.experiments.prices import NAME, NEEDED, changed, corrections, load_prices

PRICES = changed(
    load_prices(), input=0.1, output=0.4, tuned_input=0.2, tuned_output=0.8, training=3, embedding=0.02,
    store=50, machine=0.36, engineer=60,
)  # fmt: skip
RAG = money.Way(
    "RAG", money.Call(1000, 50, 0.1, embedded=20), embedded=1e6, changes=1, hours_once=10, store=True
)
TUNED = money.Way("tuned", money.Call(100, 50, 0.05, tuned=True), trained=2e6, changes=1, hours_once=30)


@pytest.fixture
def written(tmp_path):
    """Write the price list with one record changed, and return its path."""

    def write(**changes):
        kept = yaml.safe_load((runtime.DATA / NAME).read_text(encoding="utf-8"))
        kept["prices"][0] = {k: v for k, v in (kept["prices"][0] | changes).items() if v != "gone"}
        path = tmp_path / NAME
        path.write_text(yaml.safe_dump(kept), encoding="utf-8")
        return path

    return write


def test_every_price_has_a_day_a_page_and_a_range():
    prices = load_prices()
    assert set(prices) == set(NEEDED)
    for price in prices.values():
        assert price.low <= price.dollars <= price.high and price.low < price.high
        assert price.check.startswith("https://") and price.seen and price.range
        assert "2024-01-01" < price.as_of < "2027-01-01"


def test_the_sources_are_corrected_in_the_open():
    small, index = corrections(load_prices())
    assert (small.source, small.low, small.right, small.stands) == ("S1", 0.13, 0.02, False)
    assert (index.source, index.low, index.right, index.high, index.stands) == ("S3", 1, 2.0, 5, True)
    dearer = corrections(changed(load_prices(), embedding=0.13))
    assert [each.stands for each in dearer] == [True, False]  # at the price that S1 gives, S3 would be wrong


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"as_of": "gone"}, "lacks as_of"),
        ({"check": ""}, "check of input"),
        ({"dollars": "cheap"}, "no number"),
        ({"dollars": 9}, "outside of its range"),
        ({"low": -1}, "out of range"),
        ({"as_of": "last year"}, "no date"),
        ({"name": "other"}, "needs the price 'input' once"),
        ({"name": "output"}, "needs the price 'input' once"),
    ],
)
def test_a_price_that_cannot_be_used_is_named(written, changes, problem):
    with pytest.raises(DataError, match=problem):
        load_prices(written(**changes))


def test_a_file_that_is_no_price_list_is_told(tmp_path):
    path = tmp_path / "prices.yaml"
    for text, problem in (("prices: [", "not YAML"), ("prices: {}", "two parts"), ("- 1", "two parts")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=problem):
            load_prices(path)
    path.write_text("prices: []\ncorrections: [{price: gold}]", encoding="utf-8")
    with pytest.raises(DataError, match="malformed"):
        corrections(load_prices(), path)


def test_a_price_is_changed_and_the_rest_stays():
    dearer = changed(PRICES, embedding=0.13)
    assert dearer["embedding"].dollars == 0.13 and PRICES["embedding"].dollars == 0.02
    assert {n: p for n, p in dearer.items() if n != "embedding"} == {
        n: p for n, p in PRICES.items() if n != "embedding"
    }
    with pytest.raises(CourseError, match="no price 'gold'"):
        changed(PRICES, gold=1)
    with pytest.raises(CourseError, match="out of range"):
        changed(PRICES, input=-1)


def test_a_call_is_paid_by_the_token_or_by_the_second():
    assert money.of_a_host(RAG.call, PRICES) == pytest.approx((1000 * 0.1 + 50 * 0.4 + 20 * 0.02) / 1e6)
    assert money.of_a_host(TUNED.call, PRICES) == pytest.approx((100 * 0.2 + 50 * 0.8) / 1e6)
    assert money.of_a_machine(RAG.call, PRICES) == pytest.approx(0.1 * 0.36 / 3600)
    costs = {"prompt_tokens": 487.7, "completion_tokens": 13.6, "total": 69.9}
    assert money.measured_call(costs, tuned=True) == money.Call(487.7, 13.6, 0.0699, True)


def test_what_stands_behind_the_calls():
    index = 1 * 0.02 * (1 + 12)  # a million tokens, once and each month again
    assert money.fixed(RAG, PRICES) == pytest.approx(index + 10 * 60 + 12 * 50)
    assert money.fixed(TUNED, PRICES, 6) == pytest.approx(2 * 3 * (1 + 6) + 30 * 60)
    assert money.total(RAG, PRICES, 1e6) == pytest.approx(
        money.fixed(RAG, PRICES) + 12e6 * money.of_a_host(RAG.call, PRICES)
    )


def test_where_two_ways_meet_they_cost_the_same():
    calls = money.break_even_calls(RAG, TUNED, PRICES)
    assert 0 < calls < math.inf
    assert money.total(RAG, PRICES, calls) == pytest.approx(money.total(TUNED, PRICES, calls))
    assert money.total(RAG, PRICES, 1.01 * calls) > money.total(TUNED, PRICES, 1.01 * calls)
    assert money.total(RAG, PRICES, 0.99 * calls) < money.total(TUNED, PRICES, 0.99 * calls)
    with pytest.raises(CourseError, match="months"):
        money.break_even_calls(RAG, TUNED, PRICES, 0)


dollars = some.integers(0, 10**6)  # whole, so that the test's own sums are exact


@given(dollars, dollars, dollars, dollars, some.floats(0, 1e9))
def test_from_the_break_even_on_b_is_never_dearer(fixed_a, call_a, fixed_b, call_b, more):
    calls = money.break_even(fixed_a, call_a, fixed_b, call_b)
    assert calls >= 0
    if calls == math.inf:
        far = 10**12
        assert fixed_b + far * call_b > fixed_a + far * call_a
        return
    n = calls + more
    ours, theirs = fixed_b + n * call_b, fixed_a + n * call_a
    assert ours <= theirs + 1e-9 * max(1.0, theirs)
    if calls > 0:  # and before it, it is
        n = calls / 2
        assert fixed_b + n * call_b >= fixed_a + n * call_a


def test_the_price_that_moves_the_break_even_most_comes_first():
    moved = money.sensitivity(RAG, TUNED, PRICES)
    guesses = {"hours once, RAG", "hours once, tuned", "changes of both"}  # nobody has hours a month here
    assert set(moved["price"]) == set(NEEDED) - {"machine"} | guesses  # no machine is paid by the token
    endless = moved[["at_low", "at_high"]].isin([0, math.inf]).any(axis=1).tolist()
    assert endless == sorted(endless, reverse=True)
    finite = moved[~np.array(endless)]
    swings = np.abs(np.log(finite["at_high"] / finite["at_low"])).tolist()
    assert len(swings) > 3 and swings == sorted(swings, reverse=True)
    assert list(moved.index) == list(range(len(moved)))
    training = moved[moved["price"] == "training"].iloc[0]
    again = money.break_even_calls(RAG, TUNED, changed(PRICES, training=training["high"]))
    assert training["at_high"] == again > training["at_low"]
    same = replace(TUNED, name="the same")
    hours = ["hours once, tuned", "hours once, the same"]
    assert list(money.sensitivity(TUNED, same, PRICES)["price"]) == hours


def test_a_guess_moves_the_break_even_as_a_price_does():
    rows = money.sensitivity(RAG, TUNED, PRICES).set_index("price")
    hours = rows.loc["hours once, tuned"]
    assert (hours["low"], hours["high"]) == (15, 60) and hours["unit"].format(hours["low"]) == "15 h"
    assert hours["at_high"] == money.break_even_calls(RAG, replace(TUNED, hours_once=60), PRICES)
    both = rows.loc["changes of both"]
    never = [replace(each, changes=0) for each in (RAG, TUNED)]
    assert both["at_low"] == money.break_even_calls(*never, PRICES) and both["high"] == 30


def answered(right=(1, 0), tokens=(1000, 100), n=20, spread=0):
    """A comparison's answers: RAG and a tuned model, n questions on as many facts."""
    return pd.DataFrame(
        {
            "arm": arm, "question": f"q{i}", "fact": f"f{i}", "answerable": True,
            "correct": i < n * right[place], "prompt_tokens": tokens[place] + spread * (i - (n - 1) / 2),
            "completion_tokens": 50, "retrieve": 1.0, "prefill": 2.0, "decode": 3.0,
        }
        for place, arm in enumerate(("RAG", "tuned"))
        for i in range(n)
    )  # fmt: skip


def test_the_break_even_has_the_interval_of_its_questions():
    same = money.break_even_interval(answered(), RAG, TUNED, PRICES)
    assert same.low == same.high == same.mean == pytest.approx(money.break_even_calls(RAG, TUNED, PRICES))
    wide = money.break_even_interval(answered(spread=40), RAG, TUNED, PRICES)
    assert wide.low < wide.mean < wide.high and wide.mean == pytest.approx(same.mean)
    alone = answered()
    lacking = money.break_even_interval(alone[alone["arm"] == "RAG"], RAG, TUNED, PRICES)
    assert lacking.mean == pytest.approx(same.mean)  # the tuned way keeps its call
    apart = pd.concat([alone[alone["arm"] == "RAG"], alone[alone["arm"] == "tuned"].assign(fact="other")])
    with pytest.raises(CourseError, match="No question was asked of RAG and tuned alike"):
        money.break_even_interval(apart, RAG, TUNED, PRICES)


def test_what_a_right_answer_costs_has_an_interval_and_may_be_endless():
    found = money.dollars_a_right_answer(answered(right=(0.5, 0)), RAG, PRICES, 1000)
    assert found.mean == pytest.approx(1000 * money.of_a_host(RAG.call, PRICES) / 0.5)
    assert found.low < found.mean < found.high < math.inf
    never = money.dollars_a_right_answer(answered(right=(0.5, 0)), TUNED, PRICES)
    assert math.isinf(never.mean) and money.told(never) == "never [never, never]"
    silent = answered(right=(0.5, 0)).assign(answerable=lambda t: t["question"].isin(["q0", "q19"]))
    assert money.dollars_a_right_answer(silent, RAG, PRICES, 1000).mean == pytest.approx(found.mean)


@pytest.mark.parametrize(
    ("number", "words"),
    [(26_185_727, "26,000,000"), (0.1704, "0.17"), (0, "0"), (math.inf, "never"), (99.6, "100")],
)
def test_two_digits_are_told(number, words):
    assert money.two_digits(number) == words
