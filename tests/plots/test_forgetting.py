"""The figure of what was learned and forgotten: every arm named, every point where it was measured."""

import pandas as pd
import pytest

from course_lib import plots
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval


@pytest.fixture
def summed():
    rows = [
        ("untuned", 0.0, 0.9, 0.0, 0.0),
        ("full tuning", 0.1, 0.8, 0.3, 0.5),
        ("full tuning", 1.0, 0.2, 0.4, 3.0),
        ("LoRA", 1.0, 0.7, 0.4, 0.4),
    ]
    return pd.DataFrame(rows, columns=["arm", "learning_rate", "general", "style", "kl"])


def around(summed, half=0.1):
    return [Interval(each, each - half, each + half) for each in summed["general"]]


def test_a_line_an_arm_a_mark_a_rate_and_a_rim_where_nobody_dominates(summed):
    left, right = plots.frontiers(summed, around(summed), "Learned and forgotten")
    named = {line.get_label(): line.get_xydata().tolist() for line in left.lines}
    assert named["full tuning"] == [[30.0, 80.0], [40.0, 20.0]] and named["LoRA"] == [[40.0, 70.0]]
    assert named["dominated by none"] == [[0.0, 90.0], [30.0, 80.0], [40.0, 70.0]]
    texts = [text.get_text() for text in left.get_figure().legends[0].get_texts()]
    assert texts == ["full tuning", "LoRA", "untuned", "dominated by none"]
    assert [line.get_xdata().tolist() for line in right.lines[:2]] == [[0.5, 3.0], [0.4]]
    assert "percent" in left.get_xlabel() and "percent" in left.get_ylabel()
    assert "nats" in right.get_xlabel()


def test_the_untuned_model_alone_is_drawn_too(summed):
    left, _ = plots.frontiers(summed.iloc[:1], around(summed.iloc[:1]), "Nothing yet")
    assert [line.get_label() for line in left.lines][:2] == ["untuned", "dominated by none"]


def test_every_mark_has_a_bar_of_its_own_interval_on_both_sides(summed):
    places = {0: [[30, 40], [40], [0]], 1: [[0.5, 3.0], [0.4], [0]]}
    for number, axes in enumerate(plots.frontiers(summed, around(summed), "Learned and forgotten")):
        bars = [[line.tolist() for line in some.get_segments()] for some in axes.collections]
        ends = [[(70, 90), (10, 30)], [(60, 80)], [(80, 100)]]
        for drawn, xs, between in zip(bars, places[number], ends, strict=True):
            wanted = [[[x, low], [x, high]] for x, (low, high) in zip(xs, between, strict=True)]
            assert [pytest.approx(each) for each in sum(wanted, [])] == sum(drawn, [])
    with pytest.raises(CourseError, match="4 rows have 3 intervals"):
        plots.frontiers(summed, around(summed)[1:], "Learned and forgotten")
