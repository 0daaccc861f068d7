"""A quarter of traffic: the world changes, the index later, and every row says what was true of its week."""

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.experiments import quarter
from course_lib.experiments.prices import load_prices
from course_lib.experiments.quarter import CHANGE, NEW, OLD, REINDEX, WEEKS, Clicks
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit


@pytest.fixture(scope="module")
def questions():
    return quarter.asked(40)


def perfect(questions, edition):
    """Answers of an index that reads every page of its edition rightly."""
    values = {q.text: q for q in (questions if edition == NEW else quarter.before_change(questions))}
    found = {}
    for question in questions:
        known = values.get(question.text)
        gold = known.gold[0] if known and known.gold else "HB-1"
        text = f"It is {known.value} [1]." if known and known.value else "The documents do not say."
        chunk = Chunk(f"{gold}#1", gold, "", "", text, edition, "", 0, 0)
        found[question.text] = Answer(text, (gold,), (Hit(chunk, 0.8, 1),), Reply(text, 100, 10, {}), {})
    return found


@pytest.fixture(scope="module")
def table(questions):
    answers = {OLD: perfect(questions, OLD), NEW: perfect(questions, NEW)}
    return quarter.traffic(questions, answers, a_week=300)


def test_users_ask_training_questions_and_new_ones_only_after_the_change(questions):
    assert {q.split for q in questions} == {"train"} and {q.edition for q in questions} == {NEW}
    before = quarter.before_change(questions)
    assert 0 < len(before) < len(questions) and {q.edition for q in before} == {OLD}
    assert {q.text for q in before} < {q.text for q in questions}
    with pytest.raises(CourseError):
        quarter.asked(10_000)


def test_a_perfect_reader_is_right_until_the_world_changes_and_after_the_new_index(table):
    right = table.groupby("week")["correct"].mean()
    assert len(right) == WEEKS and (table.groupby("week").size() == 300).all()
    assert (right.loc[: CHANGE - 1] == 1).all() and (right.loc[REINDEX:] == 1).all()
    assert (right.loc[CHANGE : REINDEX - 1] < 1).all()


def test_stale_and_superseded_are_those_of_the_weeks_between(table):
    between = table["week"].between(CHANGE, REINDEX - 1)
    outside = table.loc[~between, ["stale", "superseded"]]
    assert table.loc[between, "stale"].any() and not outside.any(axis=None)
    assert table.loc[between, "superseded"].mean() > 0.5
    assert (table["similarity"] == 0.8).all()
    prices = load_prices()
    paid = (100 * prices["input"].dollars + 10 * prices["output"].dollars) / 1000  # a thousand, per million
    assert table["dollars"].to_numpy() == pytest.approx(paid)


def test_who_clicks_is_an_assumption_and_the_seed_draws_it(questions):
    answers = {OLD: perfect(questions, OLD), NEW: perfect(questions, NEW)}
    eager = quarter.traffic(questions, answers, 50, seed=1, clicks=Clicks(1.0, 0.0, 1.0, 1.0))
    assert (eager["up"] == eager["correct"]).all() and (eager["down"] == ~eager["correct"]).all()
    assert eager.equals(quarter.traffic(questions, answers, 50, seed=1, clicks=Clicks(1.0, 0.0, 1.0, 1.0)))
    some = quarter.traffic(questions, answers, 400)
    assert 0.03 < some.loc[some["correct"], "up"].mean() < 0.09
    assert not (some["up"] & some["down"]).any()


def test_a_question_without_its_answer_is_told(questions):
    with pytest.raises(CourseError, match="has no answer"):
        quarter.traffic(questions, {OLD: {}, NEW: {}})
