"""Selective answering on many questions: what is kept, the confidences made of it, and their gains."""

import numpy as np
import pytest

from course_lib.evaluation.selective import SIGNALS, mean_accuracy
from course_lib.experiments import selective_answers


def row(n=240, tells=2.0, seed=0):
    """A stored row: replies of which four in ten are right, and a similarity that tells, more or less."""
    rng = np.random.default_rng(seed)
    right = rng.random(n) < 0.4
    said = right | (rng.random(n) < 0.7)
    told = {
        "similarity": (tells * right + rng.normal(size=n)).tolist(), "gap": rng.random(n).tolist(),
        "answers": said.astype(float).tolist(), "holds": rng.integers(0, 2, n).astype(float).tolist(),
    }  # fmt: skip
    digits = "".join(str(int(each)) for each in right)
    found = "".join(str(int(each)) for each in right | (rng.random(n) < 0.5))
    facts = [f"f{i}" for i in range(n)]
    return {"questions": n, "facts": facts, "signals": told, "found": found, "hits": digits}


def test_a_point_a_profile_and_no_claim():
    for profile, n in selective_answers.QUESTIONS.items():
        assert selective_answers.points(profile) == [{"asked": n, "seed": 0}]
    assert selective_answers.RULES == {}


def test_every_confidence_has_a_curve_that_ends_where_all_is_answered():
    stored = row()
    curves = selective_answers.curves(stored)
    assert list(curves) == list(selective_answers.confidences(stored))
    for curve in curves.values():
        assert curve["share"].iloc[-1] == 1
        assert curve["mean"].iloc[-1] == pytest.approx(selective_answers.share_right(stored))


def test_what_tells_gains_over_chance_and_what_does_not_does_not():
    gains = selective_answers.gains(row())
    assert gains["all signals − chance"].low > 0.1 and gains["similarity alone − chance"].low > 0.1
    curves, stored = selective_answers.curves(row()), row()
    area = mean_accuracy(curves[selective_answers.SIMILARITY]) - selective_answers.share_right(stored)
    assert gains["similarity alone − chance"].mean == pytest.approx(area)
    nothing = selective_answers.gains(row(tells=0.0))["similarity alone − chance"]
    assert nothing.low < 0 < nothing.high


@pytest.mark.slow
def test_a_point_keeps_signals_and_labels_of_wren():
    found = selective_answers.measure({"asked": 12, "seed": 0})
    assert found["questions"] == len(found["facts"]) == len(found["hits"]) == len(found["found"]) == 12
    assert set(found["signals"]) == set(SIGNALS)
    assert all(len(each) == 12 for each in found["signals"].values())
    assert set(found["hits"] + found["found"]) <= {"0", "1"}
