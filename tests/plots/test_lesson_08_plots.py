"""The figures of lesson 08: title, axes with units, every series named, and the values drawn."""

import numpy as np
import pytest

from course_lib import plots
from course_lib.evaluation.exposure import BY_CHANCE
from course_lib.evaluation.statistics import Interval

HALF = Interval(0.5, 0.4, 0.6)


def named(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_an_exposure_curve_shows_every_canary_the_means_chance_and_the_most():
    bits = {"LoRA": {0: np.array([1.0, 2.0]), 64: np.array([9.0, 9.9])}, "full": {0: np.array([1.5])}}
    axes = plots.exposure_curve(bits, 1000, "Exposure")
    assert named(axes) == ["LoRA", "full", "by chance, on average", "fully exposed"]
    means = [line.get_ydata() for line in axes.lines if line.get_label() == "LoRA"]
    assert list(means[0]) == [1.5, pytest.approx(9.45)]
    drawn = [y for line in axes.lines for y in np.atleast_1d(line.get_ydata())]
    assert {1.0, 2.0, 9.0, 9.9, BY_CHANCE, np.log2(1000)} <= set(drawn)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0 (control)", "64"]
    assert "bits" in axes.get_ylabel()


def test_a_noise_curve_draws_a_line_a_set_and_keeps_marks_apart():
    sets = {"as it is": {0.0: HALF, 0.5: HALF}, "dropped": {0.5: HALF}}
    axes = plots.noise_curve(sets, "Noise")
    assert named(axes) == ["as it is", "dropped"]
    (line, *_), (mark, *_) = axes.containers
    assert line.get_xdata().tolist() == [0, 50] and line.get_ydata().tolist() == [50, 50]
    assert mark.get_xdata()[0] > 50
    assert "percent" in axes.get_xlabel() and "percent" in axes.get_ylabel()


@pytest.mark.parametrize("measures", [("style", "value"), ("style",)])
def test_students_have_a_panel_a_measure(measures):
    found = {model: dict.fromkeys(measures, HALF) for model in ("teacher", "student")}
    panels = plots.students(found, {"teacher": 20.0, "student": 8.0}, "Students")
    assert len(panels) == len(measures)
    assert named(panels[-1]) == ["teacher", "student"]
    assert panels[0].containers[1][0].get_xdata()[0] == 8
    assert "milliseconds" in panels[0].get_xlabel() and "percent" in panels[0].get_ylabel()


def test_the_title_of_a_panel_does_not_run_into_the_next_one():
    found = {"teacher": {"right value": HALF, "house style": HALF}}
    panels = plots.students(found, {"teacher": 20.0}, "What a third of the layers keeps")
    panels[0].get_figure().draw_without_rendering()
    assert panels[0].get_tightbbox().x1 <= panels[1].get_window_extent().x0
    assert panels[0].get_figure().get_suptitle() == "What a third of the layers keeps"
