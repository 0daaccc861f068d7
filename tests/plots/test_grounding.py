"""The figures of lesson 05: every series named, axes with units, and the values drawn."""

import numpy as np
import pandas as pd
import pytest

from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.caching import sweep, traffic
from course_lib.evaluation.statistics import Interval
from course_lib.plots.grounding import cache_curve, fault_map, latency_bars
from course_lib.plots.style import COLOURS
from course_lib.retrieval.embedding import load_embedder

SWEPT = pd.DataFrame(
    {
        "threshold": [0.7, 0.8, 0.9],
        "near_rate": [0.6, 0.4, 0.1],
        "wrong_rate": [0.3, 0.1, 0.0],
        "low": [0.2, 0.05, 0.0],
        "high": [0.35, 0.2, 0.3],
    }
)
TIMES = {"alone": {"prefill": 5.0, "decode": 20.0}, "with": {"embed": 9.0, "prefill": 40.0, "decode": 21.0}}
DOWN, STILL = Interval(-0.4, -0.5, -0.3), Interval(0.01, -0.05, 0.06)
CHANGES = {"gold dropped": {"recall": DOWN, "faithfulness": STILL}, "shuffled": {"recall": STILL}}


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_stages_are_stacked_and_their_sum_stands_beside_them():
    axes = latency_bars(TIMES, "Where the time goes")
    assert legend_of(axes) == ["prefill", "decode", "embed"]
    assert texts(axes) == ["25 ms", "70 ms"]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches[-2:]]
    assert ends == [25.0, 70.0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["alone", "with"]
    assert "milliseconds" in axes.get_xlabel() and axes.yaxis.get_inverted()


def test_a_stage_is_known_by_its_hatch_too():
    axes = latency_bars(TIMES, "Where the time goes")
    assert len({container[0].get_hatch() for container in axes.containers}) == 3


def test_the_cache_curve_draws_percent_with_a_band_and_the_chosen_threshold():
    axes = cache_curve(SWEPT, 0.8, "A cache")
    served, wrong, chosen = axes.get_lines()
    assert np.allclose(served.get_ydata(), [60, 40, 10])
    assert np.allclose(wrong.get_ydata(), [30, 10, 0])
    assert served.get_linestyle() != wrong.get_linestyle() and served.get_marker() != wrong.get_marker()
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert np.allclose((heights.min(), heights.max()), (0, 35))
    assert list(chosen.get_xdata()) == [0.8, 0.8] and texts(axes) == ["chosen: 0.80"]
    assert legend_of(axes) == ["served from another wording", "of these, wrong"]
    assert axes.get_ylabel() == "percent" and "cosine" in axes.get_xlabel()


def test_the_cache_curve_draws_a_sweep_of_the_library():
    questions = traffic(load_questions("dev", "2026"), 80)
    swept = sweep(questions, load_embedder(), [0.7, 0.9])
    served = cache_curve(swept, 0.9, "A cache").get_lines()[0]
    assert np.allclose(served.get_ydata(), 100 * swept["near_rate"])
    assert served.get_ydata()[0] > 0


def test_the_cache_curve_says_what_is_missing():
    with pytest.raises(CourseError, match="near_rate"):
        cache_curve(SWEPT.drop(columns="near_rate"), 0.8, "A cache")


def test_a_fault_fills_the_mark_of_the_score_that_it_moves():
    recall, faithfulness = fault_map(CHANGES, "Faults", {"gold dropped": ["recall"]})
    assert [tick.get_text() for tick in recall.get_yticklabels()] == ["gold dropped", "shuffled"]
    assert recall.get_title(loc="left") == "recall" and "change" in recall.get_xlabel()
    moved, still = (container.lines[0] for container in recall.containers)
    assert moved.get_xdata().tolist() == [-0.4] and moved.get_markerfacecolor() == COLOURS[0]
    assert still.get_markerfacecolor() == "white" and still.get_ydata().tolist() == [1]
    assert len(recall.patches) == 1 and len(faithfulness.patches) == 0  # the expected place is shaded
    assert len(faithfulness.containers) == 1  # a score that was not measured leaves its place empty
    assert recall.get_xlim() == faithfulness.get_xlim()
    low, high = recall.get_xlim()
    assert low < -0.5 and 0.06 < high < 0.2  # all intervals, and no empty half
