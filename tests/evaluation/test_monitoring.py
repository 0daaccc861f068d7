"""A control chart: limits from the quiet weeks, alarms after them, and how often it cries wolf."""

import numpy as np
import pandas as pd
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.monitoring import control_chart, familiarity, first_alarm


def weeks(shares, n=200, seed=0):
    rng = np.random.default_rng(seed)
    rows = [(week, rng.random() < share) for week, share in enumerate(shares, 1) for _ in range(n)]
    return pd.DataFrame(rows, columns=["week", "right"])


def test_the_limits_are_those_of_a_p_chart():
    table = pd.DataFrame({"week": [1] * 4 + [2] * 4 + [3] * 16, "right": [1, 1, 0, 0] * 2 + [1] * 16})
    chart = control_chart(table, "right", baseline=2)
    assert chart["mean"].tolist() == [0.5, 0.5, 1.0]
    assert chart["high"].tolist() == pytest.approx([0.5 + 3 * 0.5 / 2, 0.5 + 3 * 0.5 / 2, 0.5 + 3 * 0.5 / 4])
    assert chart["alarm"].tolist() == [False, False, True] and first_alarm(chart) == 3
    assert chart["n"].tolist() == [4, 4, 16]


def test_a_drop_is_seen_when_there_are_answers_enough():
    assert first_alarm(control_chart(weeks([0.6] * 5 + [0.4] * 5), "right", baseline=5)) == 6
    few = weeks([0.6] * 5 + [0.5] * 5, n=20)
    assert first_alarm(control_chart(few, "right", baseline=5)) is None


def test_quiet_weeks_seldom_raise_an_alarm():
    alarms = sum(
        control_chart(weeks([0.5] * 20, n=300, seed=seed), "right", baseline=10)["alarm"].sum()
        for seed in range(40)
    )
    assert alarms <= 8  # of 400 weeks; three in a thousand, and a little for limits that are estimated


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda t: control_chart(t, "left", 2), "no column 'left'"),
        (lambda t: control_chart(t, "right", 2, by="month"), "no column 'month'"),
        (lambda t: control_chart(t, "right", 3), "3 weeks, and the baseline takes 3"),
        (lambda t: control_chart(t, "right", 0), "baseline"),
        (lambda t: control_chart(t.assign(right=np.nan), "right", 2), "lacks values"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_told(wrong, says):
    with pytest.raises(CourseError, match=says):
        wrong(weeks([0.5] * 3, n=4))


class Axes:
    """An embedder of three directions: a text is one of them by its first letter, or between two."""

    def embed(self, texts):
        near = {"a": [1, 0, 0], "b": [0.8, 0.6, 0], "c": [0, 0, 1]}
        return np.array([near[text[0]] for text in texts], dtype=np.float32)


def test_what_users_begin_to_ask_about_is_less_familiar_than_what_they_asked():
    found = familiarity(["a1", "b1", "a1", "c9"], ["a1", "b1", "b1"], Axes())
    assert found == pytest.approx([0.8, 0.8, 0.8, 0.0]), "a known text is held against the others"
    assert familiarity(["a2"], ["a1", "b1"], Axes()) == pytest.approx([1.0]), "the same words in another text"
    with pytest.raises(CourseError, match="fewer than two"):
        familiarity(["a1"], ["a1", "a1"], Axes())
    with pytest.raises(CourseError, match="There are no texts"):
        familiarity([], ["a1", "b1"], Axes())
