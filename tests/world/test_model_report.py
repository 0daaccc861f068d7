"""What the model report counts: a fact once, a guess for what it is worth."""

import pytest

from course_lib.corpus.documents import Question
from course_lib.evaluation.statistics import Interval
from course_lib.world.model_report import Measure, at_chance, at_least, at_most, luck, table


def question(fact: str, value: str, origin: str = "generated") -> Question:
    rest = {"domain": "products", "kind": "lookup", "phrasing": "plain", "edition": "2026", "split": "test"}
    return Question("G1", "How much?", value, ("PR-101",), origin=origin, fact=fact, **rest)


def test_a_guess_is_worth_what_it_hits_elsewhere_in_its_kind():
    asked = [
        question("Kettle / capacity", "2 litres"),
        question("Urn / capacity", "2 litres"),
        question("Pot / capacity", "3 litres"),
        question("Club / day", "Monday"),
    ]
    assert luck(["2 litres"] * 4, asked) == [1 / 2, 1 / 2, 1, 0]


def test_one_lucky_fact_is_chance_and_knowing_is_not():
    facts = 200
    assert at_chance("closed-book", [1] + [0] * (facts - 1), [0.01] * facts).passed
    assert not at_chance("closed-book", [1] * 40 + [0] * (facts - 40), [0.01] * facts).passed


@pytest.mark.parametrize(("mean", "enough", "few"), [(0.89, 0, 0), (0.90, 1, 0), (0.05, 0, 1)])
def test_a_reach_is_held_against_the_reading(mean, enough, few):
    reading = Interval(mean, mean - 0.01, mean + 0.01)
    assert at_least("right", 0.90, reading).passed == enough
    assert at_most("silent", 0.05, reading).passed == few


def test_the_table_says_share_interval_and_whether_it_was_reached():
    row = Measure("right", "≥ 90%", Interval(0.8512, 0.801, 0.889), False).row()
    assert table([row]).splitlines()[-1] == "| right | ≥ 90% | 85.1 % [80, 89] | no |"
