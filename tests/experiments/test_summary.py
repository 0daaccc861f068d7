"""What a table comes to when it is stored, and which two models are held against each other."""

import json

import pandas as pd
import pytest

from course_lib import experiments, runtime
from course_lib.experiments import reading, stored
from course_lib.experiments.summary import in_full


@pytest.fixture
def table(ask, arm):
    """Make a table: an arm that knows every value and one that knows none, with two seeds, of a model."""
    questions = [ask(1), ask(2), ask(3, value=None)]
    known = [question.value or "The documents do not say." for question in questions]
    arms = [arm(experiments.RAG, questions, known), arm(experiments.GOLD, questions, ["?"] * 3)]
    once = experiments.compare(arms, questions, editions={})

    def make(model):
        return pd.concat([once.assign(seed=seed, model=model) for seed in range(2)], ignore_index=True)

    return make


def test_what_is_stored_is_json_that_any_reader_takes(table):
    again = json.loads(json.dumps(in_full(table("wren")), allow_nan=False))
    assert again["questions"] == 3 and {row["seed"] for row in again["by_seed"]} == {0, 1}
    assert set(again["failures"]) == {"all", "origin", "kind"}
    assert set(again["costs"]) == {"RAG", "gold passage"}
    right = [row for row in again["summary"] if row["measure"] == experiments.VALUE.name]
    assert [row["mean"] for row in right] == [1, 0]


def test_a_model_is_held_against_the_same_model_taught_once_both_are_there(table, tmp_path):
    before, after = runtime.PRETRAINED, runtime.READER
    assert list(reading.judged(table("wren"), "wren", tmp_path)[1]) == ["C34"]
    assert reading.judged(table(after), after, tmp_path)[1] == {}
    stored.write(tmp_path, f"{reading.NAME}-{before}", table(before), [], {})
    assert reading.judged(table(before), before, tmp_path)[1] == {}
    both, rules = reading.judged(table(after), after, tmp_path)
    assert set(both["model"]) == {before, after} and rules == reading.RULES
    taught = both.loc[both["model"] == after, "arm"]
    assert set(taught) == {experiments.RAG + reading.AFTER, experiments.GOLD + reading.AFTER}


def test_many_differences_together_are_wider_than_one_and_only_whole_arms_count(ask, arm):
    questions = [ask(n) for n in range(40)]
    knows = [questions[n].value if n % 3 else "?" for n in range(40)]
    replies = {"RAG": knows, "none": ["?"] * 40, "half": knows[:20]}
    arms = [arm(name, questions[: len(said)], said) for name, said in replies.items()]
    parts = [experiments.compare([each], questions[: 20 if each.name == "half" else 40], {}) for each in arms]
    more = [parts[1].assign(arm=f"none {n}") for n in range(9)]
    found = experiments.against(pd.concat([*parts, *more]), "RAG", experiments.VALUE)
    assert list(found) == ["none", *(f"none {n}" for n in range(9))]
    alone, together = found["none"]
    assert together.low < alone.low < alone.high < together.high


def test_an_arm_is_shown_apart_by_a_column_of_its_questions(ask, arm):
    questions = [ask(1), ask(2, kind="table")]
    table = experiments.compare([arm("RAG", questions, ["412 g", "?"])], questions, {})
    found = experiments.by_column(table, experiments.VALUE, "kind")
    assert found["lookup"]["RAG"].mean == 1 and found["table"]["RAG"].mean == 0
