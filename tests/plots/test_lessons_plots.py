"""The figures of lessons 03, 07 and 09: title, axes with units, every series named, and the values drawn."""

import numpy as np
import pandas as pd
import pytest

from course_lib import plots
from course_lib.evaluation.statistics import Interval
from course_lib.tuning import nf4

READINGS = [
    plots.IndexReading("Flat", "all", 1.0, 80.0, 1536),
    plots.IndexReading("IVF", "nprobe=1", 0.4, 0.2, 1552),
    plots.IndexReading("IVF", "nprobe=8", 0.9, 1.0, 1552),
]
SHARES = {"RAG": Interval(0.8, 0.7, 0.9), "tuned": Interval(0.1, 0.0, 0.2)}


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_recall_against_time_draws_a_line_a_kind():
    axes = plots.recall_against_time(READINGS, "Recall")
    assert legend_of(axes) == ["Flat", "IVF"]
    assert axes.lines[1].get_xydata().tolist() == [[0.2, 0.4], [1.0, 0.9]]
    assert "milliseconds" in axes.get_xlabel()


def test_bytes_by_kind_draws_one_bar_a_kind():
    axes = plots.bytes_by_kind(READINGS, "Bytes")
    assert [bar.get_width() for bar in axes.patches] == [1536, 1552]


def test_values_against_form_keeps_every_arm_and_interval():
    axes = plots.values_against_form(SHARES, SHARES, "Arms")
    assert legend_of(axes) == ["RAG", "tuned"]
    assert axes.get_xlabel() and axes.get_ylabel()


def test_fresh_and_stale_point_in_opposite_directions():
    table = pd.DataFrame({"new": [0.9, 0.1], "old": [0.0, 0.7]}, ["RAG", "tuned"])
    axes = plots.fresh_and_stale(table, "Changed")
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [0.9, 0.1, 0.0, -0.7]


def test_stages_add_up():
    axes = plots.stages(pd.DataFrame({"prefill": [3.0], "decode": [2.0]}, ["RAG"]), "Time")
    last = axes.patches[-1]
    assert last.get_x() + last.get_width() == pytest.approx(5.0)


def test_figures_of_tuning():
    weights = np.random.default_rng(0).normal(size=(8, 64))
    assert len(plots.weights_and_levels(weights, nf4.levels(), "Weights").lines) == 16
    curve = plots.loss_curve([5.0, 4.0, 3.0, 2.0, 1.0, 0.0], "Loss")
    assert curve.lines[1].get_ydata().tolist() == pytest.approx([3.0, 2.0])
    bars = plots.memory_bars({"a": 2.0, "b": 1.0}, "Memory").patches
    assert [bar.get_width() for bar in bars] == [2.0, 1.0]
