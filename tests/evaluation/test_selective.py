"""Signals of an answer, the curve of accuracy by share answered, and a threshold chosen on it."""

import math

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.selective import (
    _area,
    answered_curve,
    area_difference,
    cross_fitted,
    mean_accuracy,
    risk_model,
    signals,
    threshold_for,
)
from course_lib.generation.prompts import NOT_FOUND
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit


def answer(text, *scores):
    chunks = [Chunk(f"d#{n}", "d", "", "", "It weighs 412 g.", "2026", "", 0, 0) for n in range(len(scores))]
    hits = tuple(Hit(chunk, score, n) for n, (chunk, score) in enumerate(zip(chunks, scores, strict=True), 1))
    return Answer(text, (), hits, Reply(text, 1, 1, {}), {})


def test_signals_are_read_off_an_answer_without_its_label():
    found = signals(answer("It weighs 412 g [1].", 0.8, 0.5, 0.3), "How heavy?")
    assert found == pytest.approx({"similarity": 0.8, "gap": 0.4, "answers": 1, "holds": 1})
    assert signals(answer("It weighs 413 g [1].", 0.8), "How heavy?")["holds"] == 0
    assert signals(answer(NOT_FOUND, 0.8), "How heavy?") == {
        "similarity": 0.8, "gap": 0.0, "answers": 0, "holds": 0,
    }  # fmt: skip
    with pytest.raises(CourseError, match="without passages"):
        signals(answer("412 g"), "How heavy?")


def test_the_curve_answers_the_surest_first_and_equal_ones_together():
    curve = answered_curve([0.9, 0.8, 0.8, 0.1], [True, False, True, False])
    assert curve["share"].tolist() == [0.25, 0.75, 1.0]
    assert curve["mean"].tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert curve["threshold"].tolist() == [0.9, 0.8, 0.1]
    assert (curve["low"] <= curve["mean"]).all() and (curve["mean"] <= curve["high"]).all()
    assert mean_accuracy(curve) == pytest.approx(0.25 * 1 + 0.5 * 2 / 3 + 0.25 * 1 / 2)


def test_a_confidence_that_knows_nothing_is_a_flat_line():
    curve = answered_curve([0.5] * 10, [True, False] * 5)
    assert len(curve) == 1 and mean_accuracy(curve) == 0.5


def test_the_threshold_answers_as_much_as_the_accuracy_allows():
    curve = answered_curve([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert threshold_for(curve, 0.6) == 0.7
    assert threshold_for(curve, 0.5) == 0.6
    assert math.isinf(threshold_for(answered_curve([0.9], [False]), 0.5))


def test_a_risk_learns_which_signal_tells():
    rng = np.random.default_rng(0)
    right = rng.random(300) < 0.5
    rows = [{"tells": float(r) + rng.normal(0, 0.4), "noise": rng.normal()} for r in right]
    confidence = risk_model(rows[:150], right[:150])(rows[150:])
    assert ((confidence > 0) & (confidence < 1)).all()
    alone = answered_curve([row["noise"] for row in rows[150:]], right[150:])
    assert mean_accuracy(answered_curve(confidence, right[150:])) > mean_accuracy(alone) + 0.2


def test_from_labels_that_are_all_alike_nothing_is_learned():
    assert risk_model([{"a": 1.0}], [False])([{"a": 1.0}, {"a": 2.0}]).tolist() == [0, 0]


def test_no_answer_is_judged_by_a_fit_that_saw_its_fact():
    """Signals that name the fact, and a label a fact by lot: only a fit that saw it could know."""
    rng = np.random.default_rng(0)
    facts = [f"f{n // 2}" for n in range(200)]
    right = np.repeat(rng.random(100) < 0.5, 2).tolist()
    rows = [{name: float(name == fact) for name in dict.fromkeys(facts)} for fact in facts]
    honest = cross_fitted(rows, right, facts)
    assert len(honest) == 200
    gap = area_difference(honest, [0.0] * 200, right, facts)
    assert gap.low < 0.1, "what was not seen is chance"
    peeking = risk_model(rows, right)(rows)
    assert area_difference(peeking, [0.0] * 200, right, facts).low > 0.2
    assert cross_fitted(rows, right, facts) == honest


def test_areas_are_those_of_the_curve():
    rng = np.random.default_rng(1)
    for _ in range(20):
        sure, right = rng.integers(0, 5, 30) / 4, rng.random(30) < 0.4
        assert _area(sure, right) == pytest.approx(mean_accuracy(answered_curve(sure, right)))


def test_a_difference_of_areas_knows_a_good_confidence_from_chance():
    rng = np.random.default_rng(0)
    right = rng.random(240) < 0.4
    good = right + rng.normal(0, 0.7, 240)
    found = area_difference(good, np.zeros(240), right)
    assert 0.1 < found.low < found.mean < found.high
    noise = area_difference(rng.normal(size=240), np.zeros(240), right)
    assert noise.low < 0 < noise.high
    same = area_difference(good, 3 * good, right)
    assert (same.mean, same.low, same.high) == (0, 0, 0)


def test_facts_are_drawn_whole():
    right = [True, False] * 30
    sure = np.linspace(1, 0, 60)
    alone = area_difference(sure, np.zeros(60), right)
    paired_up = area_difference(sure, np.zeros(60), right, [n // 20 for n in range(60)])
    assert paired_up.mean == alone.mean and paired_up.high - paired_up.low < alone.high - alone.low


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: answered_curve([], []),
        lambda: answered_curve([0.5], [True, False]),
        lambda: answered_curve([float("nan")], [True]),
        lambda: risk_model([{"a": 1.0}], []),
        lambda: cross_fitted([{"a": 1.0}] * 3, [True] * 3, ["f"] * 3),
        lambda: cross_fitted([{"a": 1.0}] * 3, [True] * 3, ["f"]),
        lambda: area_difference([], [], []),
        lambda: area_difference([0.5], [0.5, 0.1], [True]),
        lambda: area_difference([0.5], [0.5], [True], ["f", "g"]),
        lambda: threshold_for(answered_curve([0.5], [True]), 1.5),
    ],
)
def test_what_cannot_be_selected_is_told(wrong):
    with pytest.raises(CourseError):
        wrong()
