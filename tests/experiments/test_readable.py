"""Tables of lesson 09: cells of few questions are marked, differences hold together, the last is whole."""

import numpy as np
import pandas as pd
import pytest

from course_lib import experiments
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import readable
from course_lib.experiments.arms import GOLD, HYBRID, RAG, RETRAINED, TUNED_FACTS, TUNED_SEARCH
from course_lib.experiments.set_up import set_up

HALF = Interval(0.5, 0.2, 0.8)


@pytest.mark.parametrize(
    ("n", "differ", "told"),
    [
        (40, 8, "0.50 [0.20, 0.80]"),
        (40, 5, "0.50, 5 of 40 differ"),
        (40, 0, "0.50, none of 40 differ"),
        (19, 8, "0.50, too few"),
    ],
)
def test_a_difference_of_few_questions_has_no_interval(n, differ, told):
    assert readable.gap(HALF, n, differ) == told


def test_a_share_of_few_questions_is_marked():
    assert readable.share_of(HALF, 20) == "0.50 [0.20, 0.80]"
    assert readable.share_of(HALF, 19).endswith("too few")


def test_facts_are_counted_and_not_wordings():
    assert readable.counts([1, 0, 1, 0], [0, 0, 1, 0], ["a", "a", "b", "c"]) == (3, 1)
    assert readable.counts(np.ones(4), np.zeros(4), None) == (4, 4)


@pytest.mark.parametrize(
    ("up", "down", "p"), [(6, 0, 0.03125), (0, 6, 0.03125), (11, 1, 26 / 4096), (3, 3, 1.0), (0, 0, 1.0)]
)
def test_the_sign_test_is_exact(up, down, p):
    a = np.array([1.0] * up + [0.0] * down + [0.5] * 9)
    b = np.array([0.0] * up + [1.0] * down + [0.5] * 9)
    assert readable.by_chance(a, b, None) == pytest.approx(p)
    assert readable.by_chance(np.r_[a, a], np.r_[b, b], [*range(len(a))] * 2) == pytest.approx(p)


def test_six_that_differ_are_clear_by_themselves_and_not_together(ask, arm):
    """The bootstrap's interval for all cells leaves out 0, and the exact test at .05 / 3 does not: 2 · ½⁶."""
    questions = [ask(n) for n in range(60)]
    right = {RAG: 20, "ahead": 26, "far ahead": 60, "as good": 20}
    arms = [
        arm(name, questions, [q.value if n < most else "?" for n, q in enumerate(questions)])
        for name, most in right.items()
    ]
    table = experiments.compare(arms, questions, {})
    assert readable.is_clear(experiments.against(table, RAG, experiments.VALUE)["ahead"][1])
    told = readable.beside(table, RAG, (experiments.VALUE,))
    assert told.loc["ahead"].item().endswith(readable.ALONE)
    assert told.loc["far ahead"].item().endswith(readable.CLEAR)


@pytest.fixture
def table(ask, arm):
    questions = [ask(n, kind="table" if n < 30 else "lookup") for n in range(40)]
    right = {RAG: 20, "far ahead": 40, "a bit ahead": 23, "as good": 20}
    arms = [
        arm(name, questions, [q.value if n < most else "?" for n, q in enumerate(questions)])
        for name, most in right.items()
    ]
    return experiments.compare(arms, questions, {})


def test_every_way_stands_beside_the_base_in_every_measure(table):
    told = readable.beside(table, RAG, (experiments.VALUE, experiments.STYLE, experiments.SAYS_SO))
    assert list(told.columns) == ["right value (40)", "house style (40)"], "none was asked the unanswerable"
    values = told["right value (40)"]
    assert values["far ahead"] == "0.50 [0.35, 0.65]" + readable.CLEAR
    assert values["a bit ahead"] == "0.07, 3 of 40 differ" or values["a bit ahead"].startswith("0.08, 3 of")
    assert values["as good"] == "0.00, none of 40 differ"


def test_intervals_of_several_measures_hold_together_over_all_of_them(table):
    one = experiments.against(table, RAG, experiments.VALUE)["far ahead"]
    found = readable.against_in(table, RAG, (experiments.VALUE, experiments.STYLE, experiments.SILENT))
    alone, strict = found[experiments.VALUE]["far ahead"]
    assert alone == one[0] and strict.low < one[1].low, "nine are more than three"


def test_columns_say_how_many_questions_they_have(table):
    told = readable.apart(table, experiments.VALUE, "kind")
    assert list(told.columns) == ["table (30)", "lookup (10)"] and list(told.index)[0] == RAG
    assert told.loc["far ahead", "lookup (10)"].endswith("too few") and "few" not in told.iloc[0, 0]


def test_what_is_ahead_is_told_at_the_intervals_that_hold_together():
    wide, clear = Interval(0.1, -0.1, 0.3), Interval(0.4, 0.2, 0.6)
    assert "none is clear of 0" in readable.ahead({"a": (clear, wide)}, RAG)
    told = readable.ahead({"a": (clear, clear), "b": (clear, wide)}, RAG)
    assert told.endswith("clear of 0 above: a")


def test_the_closing_table_has_measures_costs_and_set_up(table):
    run = {
        "summary": experiments.summary(table).to_dict("records"),
        "costs": experiments.costs(table).to_dict("index"),
        "indexing": {"seconds": 30},
    }
    told = readable.closing_of([run])
    assert told.loc[RAG, "set-up s"] == "30" and told.loc["as good", "set-up s"] == "0"
    assert told.loc[RAG, "right value"] == "0.50 [0.35, 0.65]" and told.loc[RAG, "tokens read"] == "5"
    assert {"house style", "ms in a batch"} <= set(told.columns)
    assert set(readable.closing(experiments.summary(table), experiments.costs(table))["set-up s"]) == {"–"}


def test_seconds_of_set_up_are_means_over_seeds_and_of_the_right_edition():
    arms = (RAG, HYBRID, TUNED_FACTS, RETRAINED, TUNED_SEARCH, GOLD)
    training = {"style-0": 10, "style-1": 20, "knowledge-0": 7, "knowledge-2026": 99}
    run = {
        "training": {name: {"seconds": took} for name, took in training.items()},
        "indexing": {"seconds": 30},
    }
    assert set_up([run], arms) == {RAG: 30, HYBRID: 45, TUNED_FACTS: 7, RETRAINED: 99}


def test_the_four_combinations_stand_in_rows_and_columns():
    row = {"measure": experiments.STYLE.name, "mean": 0.5, "low": 0.4, "high": 0.6, "n": 40}
    summed = pd.DataFrame([row | {"arm": "tuned with, served without"}])
    told = readable.two_by_two(summed, [experiments.STYLE], ("with", "without"))
    assert told.loc["house style, tuned with", "served without"] == "0.50 [0.40, 0.60]"
