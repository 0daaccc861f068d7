"""The figures of lesson 10: axes with units, every series named, the values drawn; and the feedback box."""

import numpy as np
import pandas as pd
import pytest

from course_lib import plots
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.feedback import FeedbackLog
from course_lib.evaluation.monitoring import control_chart
from course_lib.evaluation.reviews import review_curve
from course_lib.evaluation.selective import answered_curve
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.plots.feedback_box import WIDTH
from course_lib.retrieval.types import Hit

PAIRS = pd.DataFrame({"reference": ["a", "b"], "right": [0.2, 0.4], "wrong": [0.9, 0.8]})
CHUNK = Chunk("PR-1#1", "PR-1", "Kettle", "", "It weighs 412 g.", "2026", "products", 0, 0)
ANSWER = Answer("It weighs 412 g [1].", ("PR-1",), (Hit(CHUNK, 0.9, 1),), Reply("", 1, 1, {}), {})


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_right_against_wrong_draws_a_panel_a_score_and_a_mark_a_pair():
    panels = plots.right_against_wrong({"ROUGE": PAIRS, "exact": PAIRS}, "Pairs")
    assert [axes.get_title(loc="left") for axes in panels] == ["ROUGE", "exact"]
    drawn = np.concatenate([marks.get_offsets() for marks in panels[0].collections])
    assert drawn.tolist() == [[0.2, 0.9], [0.4, 0.8]]
    assert "right" in panels[0].get_xlabel() and "wrong" in panels[0].get_ylabel()
    names = [text.get_text() for text in panels[0].get_figure().legends[0].get_texts()]
    assert names == ["reference a", "reference b"]


def test_reviews_draws_a_line_a_way_in_points():
    curve = review_curve([True, False] * 10, [True] * 20, items=50, shares=(0.1, 0.2), draws=5)
    axes = plots.reviews(curve, "Reviews")
    assert legend_of(axes) == list(curve["way"].unique())
    assert axes.lines[0].get_xdata().tolist() == [5, 10]
    assert axes.lines[0].get_ydata() == pytest.approx(100 * curve["off"].to_numpy()[::3])
    assert "points" in axes.get_ylabel()
    with pytest.raises(CourseError, match="no column 'off'"):
        plots.reviews(curve.drop(columns="off"), "Reviews")


def test_looks_marks_the_tests_that_leave_the_first_bound():
    axes = plots.looks(np.array([[0.5, 1.0], [2.5, 0.1]]), {"one look": 1.96, "two": 2.18}, "Looks")
    inside, outside = axes.lines[:2]
    assert inside.get_color() != outside.get_color()
    assert outside.get_ydata().tolist() == [2.5, 0.1]
    assert legend_of(axes) == ["one look: 1.96", "two: 2.18"]


def test_answered_curves_are_in_percent_without_the_first_few():
    right = [True] * 20 + [False] * 20
    curve = answered_curve(list(range(40, 0, -1)), right)
    banded = plots.answered_curves({"surest first": curve}, "Selective", ["surest first"], chance=0.5)
    assert len(banded.collections) == 1 and [line.get_label() for line in banded.lines][-1] == "chance"
    assert list(banded.lines[-1].get_ydata()) == [50, 50]
    axes = plots.answered_curves({"surest first": curve}, "Selective")
    assert not axes.collections
    line = axes.lines[0]
    assert line.get_xdata()[[0, -1]].tolist() == [25, 100] and line.get_ydata()[[0, -1]].tolist() == [100, 50]
    assert legend_of(axes) == ["surest first"] and "percent" in axes.get_xlabel()


def test_control_charts_fill_the_weeks_with_an_alarm_and_name_what_happened():
    table = pd.DataFrame({"week": np.repeat([1, 2, 3], 50), "right": [1, 0] * 50 + [1] * 50})
    chart = control_chart(table, "right", baseline=2)
    panels = plots.control_charts({"right": chart, "other": chart, "third": chart}, {3: "a change"}, "Weeks")
    assert panels.shape == (2, 2) and not panels[1, 1].get_visible()
    lowest = panels[0, 1], panels[1, 0]
    assert all(axes.get_xlabel() == "week" for axes in lowest)
    assert all(axes.xaxis.get_ticklabels()[0].get_visible() for axes in lowest)
    line, alarms, event = panels[0, 0].lines
    assert line.get_ydata().tolist() == [0.5, 0.5, 1.0] and alarms.get_xdata().tolist() == [3]
    assert list(event.get_xdata()) == [2.5, 2.5]
    assert "a change" in panels[0, 0].get_figure().get_suptitle()


def test_a_click_goes_into_the_log_once(tmp_path):
    log = FeedbackLog(tmp_path / "log.sqlite")
    shown, comment, buttons, told = plots.feedback_box(log, "How <heavy>?", ANSWER).children
    assert "How <heavy>?" in shown.value and ANSWER.text in shown.value
    comment.value = "thank you"
    buttons.children[1].click()
    (kept,) = log.read()
    assert (kept.thumb, kept.comment, kept.passages) == ("down", "thank you", ("PR-1#1",))
    assert told.value == "Kept: down. The log has 1 clicks."
    assert all(button.disabled for button in buttons.children) and comment.disabled


def test_the_card_shows_question_reply_and_thumbs_whatever_they_hold():
    axes = plots.answer_card("How $heavy$? " * 20, ANSWER)
    text = axes.texts[0].get_text()
    assert ANSWER.text in text and "[ helpful ]" in text and r"\$heavy\$" in text
    assert max(map(len, text.replace("\\", "").splitlines())) <= WIDTH
    plots.style.png(axes)
