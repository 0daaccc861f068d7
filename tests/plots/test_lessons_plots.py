"""The figures of lessons 03, 07 and 09: title, axes with units, every series named, and the values drawn."""

import numpy as np
import pandas as pd
import pytest

from course_lib import experiments, plots
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.tuning import nf4, rounding
from course_lib.tuning.memory_model import Memory

READINGS = [
    plots.IndexReading("Flat", "all", 1.0, 80.0, 1536),
    plots.IndexReading("IVF", "nprobe=1", 0.4, 0.2, 1552),
    plots.IndexReading("IVF", "nprobe=8", 0.9, 1.0, 1552),
]


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


def test_form_and_facts_draws_each_arm_where_it_was_measured():
    rows = [
        {"arm": arm, "measure": measure.name, "mean": 0.5, "low": 0.4, "high": 0.6, "n": n}
        for arm, n in (("RAG", 10), ("old index", 4))  # the second was asked only what changed
        for measure in experiments.MEASURES
    ]
    left, right = plots.form_and_facts(pd.DataFrame(rows), "Arms")
    assert len(left.containers) == 1
    assert len(right.containers) == 5
    assert [text.get_text() for text in left.get_figure().legends[0].get_texts()] == ["RAG", "old index"]
    assert (
        "percent" in left.get_xlabel() and "percent" in left.get_ylabel() and "percent" in right.get_xlabel()
    )


def test_an_arm_looks_the_same_beside_another_model_and_is_named_once():
    rows = [
        {"arm": arm, "measure": measure.name, "mean": 0.5, "low": 0.4, "high": 0.6, "n": 10}
        for arm in ("RAG", "closed-book")
        for measure in experiments.MEASURES
    ]
    both = pd.DataFrame(rows)
    small = both[both["arm"] == "RAG"]
    left, right = plots.models_side_by_side({"small": small, "large": both}, "Ways")
    colours = {bars.get_label(): bars.lines[0].get_color() for bars in (*left.containers, *right.containers)}
    assert len(left.containers) == 1 and len(right.containers) == 2 and len(set(colours.values())) == 2
    assert left.containers[0].lines[0].get_color() == right.containers[1].lines[0].get_color()
    named = [text.get_text() for text in left.get_figure().legends[0].get_texts()]
    assert sorted(named) == ["RAG", "closed-book"]
    titles = [axes.get_title(loc="left") for axes in (left, right)]
    assert titles == ["Ways: small", "Ways: large"]
    (alone,) = plots.models_side_by_side({"small": small}, "Ways")
    assert len(alone.containers) == 1
    with pytest.raises(CourseError, match="no summary"):
        plots.models_side_by_side({}, "Ways")


def test_form_and_facts_says_what_is_missing():
    rows = [{"arm": "RAG", "measure": experiments.VALUE.name, "mean": 0.5, "low": 0.4, "high": 0.6, "n": 10}]
    with pytest.raises(CourseError, match="house style"):
        plots.form_and_facts(pd.DataFrame(rows), "Arms")


def test_stages_add_up():
    costs = pd.DataFrame({"retrieve": [1.0], "prefill": [3.0], "decode": [2.0], "total": [6.0]}, ["RAG"])
    axes = plots.stages(costs, "Time")
    last = axes.patches[-1]
    assert last.get_x() + last.get_width() == pytest.approx(6.0)


def test_figures_of_tuning():
    weights = np.random.default_rng(0).normal(size=(8, 64))
    assert len(plots.weights_and_levels(weights, nf4.levels(), "Weights").lines) == 16
    curve = plots.loss_curve([5.0, 4.0, 3.0, 2.0, 1.0, 0.0], "Loss")
    assert curve.lines[1].get_ydata().tolist() == pytest.approx([3.0, 2.0])
    here = 96, Interval(0.5, 0.4, 0.6)
    curves = {"mine": {200: [0.8], 50: [0.2, 0.4]}, "small": {25: [0.1], 400: [0.9]}, "none": {}}
    axes = plots.learning_curve(curves, here, "Style")
    assert axes.lines[0].get_xydata().tolist() == [[50, pytest.approx(30)], [200, pytest.approx(80)]]
    assert axes.lines[2].get_xydata().tolist() == [[25, pytest.approx(10)], [400, pytest.approx(90)]]
    assert legend_of(axes) == ["mine, each seed", "small, each seed", "this run"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["25", "50", "96", "200", "400"]
    marks = {line.get_marker() for line in (axes.lines[1], axes.lines[3], *axes.containers[0].lines[:1])}
    assert len(marks) == 3, "each series has a mark of its own"
    assert legend_of(plots.learning_curve({"mine": {}}, here, "Style")) == ["this run"]
    bars = plots.memory_bars({"a": 2.0, "b": 1.0}, "Memory").patches
    assert [bar.get_width() for bar in bars] == [2.0, 1.0]


def test_the_levels_of_each_type_stand_in_a_row_of_their_own():
    types = {kind: rounding.levels_of(kind) for kind in rounding.LEVELS}
    axes = plots.levels_of_types(np.random.default_rng(0).normal(size=(8, 64)) / 4, types, "Levels")
    assert [line.get_xdata().tolist() for line in axes.lines] == [each.tolist() for each in types.values()]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["weights", "int4", "fp4", "nf4"]


def test_the_parts_of_a_steps_memory_are_stacked():
    part = Memory(weights=4_000_000_000, optimiser=2_000_000_000, gradients=1, activations=1, logits=1)
    panels = plots.memory_by_method({"a": {"full": part, "lora": part}, "b": {"full": part}}, "Memory", (5,))
    assert len(panels) == 2 and panels[0].get_title("left") == "a"
    first, second = panels[1].patches[:2]
    assert (first.get_width(), second.get_x(), second.get_width()) == (4, 4, 2)
    assert [text.get_text() for text in panels[0].texts] == ["5 GB"]
    names = [text.get_text() for text in panels[0].get_figure().legends[0].get_texts()]
    assert names == ["weights", "optimiser's moments", "gradients", "activations", "logits"]


def test_marks_of_cards_that_lie_close_share_a_name():
    def of(gigabytes):
        part = Memory(weights=gigabytes * 10**9, optimiser=1, gradients=1, activations=1, logits=1)
        (panel,) = plots.memory_by_method({"a": {"full": part}}, "Memory")
        assert len(panel.lines) == sum(card < 1.1 * gigabytes for card in (24, 80))
        return [text.get_text() for text in panel.texts]

    assert of(1_130) == ["24 and 80 GB"]
    assert of(130) == ["24 GB", "80 GB"]
    assert of(40) == ["24 GB"] and of(9) == []


def test_no_arm_is_left_out_of_a_figure_in_silence():
    with pytest.raises(CourseError, match="9 arms in one figure cannot be told apart"):
        plots.shares({"right": {f"arm {n}": Interval(0.5, 0.4, 0.6) for n in range(9)}}, "Too many")
