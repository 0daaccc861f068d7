import numpy as np
import pytest

from course_lib.evaluation.statistics import Interval
from course_lib.plots import gains, passage_map, rank_curve, shares
from course_lib.plots.retrieval import plane
from course_lib.plots.style import COLOURS, MARKERS

ARMS = {"question only": Interval(0.1, 0.05, 0.2), "with passages": Interval(0.8, 0.7, 0.9)}


@pytest.fixture
def vectors():
    """Twelve points in five dimensions that differ most along the axis 2, then along the axis 4."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(12, 5)) * [0.1, 0.1, 5, 0.1, 2] + 3


def texts(axes):
    return [text.get_text() for text in axes.texts]


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_plane_lies_along_the_two_greatest_spreads(vectors):
    mean, directions = plane(vectors)
    assert np.allclose(mean, vectors.mean(axis=0))
    assert np.allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    assert list(np.abs(directions).argmax(axis=1)) == [2, 4]


def test_the_map_is_never_mirrored(vectors):
    _, directions = plane(vectors)
    _, mirrored = plane(2 * vectors.mean(axis=0) - vectors)
    assert np.allclose(directions, mirrored)
    assert all(row[np.abs(row).argmax()] > 0 for row in directions)


def test_each_group_has_its_mark_and_the_found_ones_are_ringed(vectors):
    groups = ["tea", "milk"] * 6
    axes = passage_map(vectors, groups, vectors[3], [3, 5], "A map")
    tea, milk, ringed, question = axes.collections
    mean, directions = plane(vectors)
    points = (vectors - mean) @ directions.T
    assert np.allclose(tea.get_offsets(), points[::2])
    assert np.allclose(milk.get_offsets(), points[1::2])
    assert np.allclose(ringed.get_offsets(), points[[3, 5]])
    assert np.allclose(question.get_offsets(), points[[3]])
    assert legend_of(axes) == ["tea", "milk", "found", "the question"]
    assert axes.get_title(loc="left") == "A map"
    assert axes.get_xlabel() and axes.get_ylabel()


def test_recall_is_drawn_in_percent_with_its_band_and_the_chosen_k():
    curve = {1: Interval(0.5, 0.4, 0.6), 4: Interval(0.8, 0.75, 0.85)}
    axes = rank_curve({"written": curve, "generated": curve}, "Recall", k=4)
    first, second, chosen = axes.get_lines()
    assert list(first.get_xdata()) == [1, 4]
    assert np.allclose(first.get_ydata(), [50, 80])
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (40, 85)
    assert list(chosen.get_xdata()) == [4, 4] and texts(axes) == ["k = 4"]
    assert legend_of(axes) == ["written", "generated"]
    assert axes.get_ylabel() == "recall@k (percent)"
    assert len(rank_curve({"written": curve}, "Recall").get_lines()) == 1


def test_gains_have_a_thick_bar_alone_and_a_thin_one_together():
    found = {"a": (Interval(0.1, 0.05, 0.2), Interval(0.1, -0.05, 0.3)), "b": (Interval(0, 0, 0),) * 2}
    axes = gains(found, "Against RAG", "right values gained")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"] and axes.yaxis.get_inverted()
    alone, together = axes.collections
    assert alone.get_linewidth()[0] > together.get_linewidth()[0]
    assert np.allclose(alone.get_segments()[0][:, 0], (5, 20))
    assert np.allclose(together.get_segments()[0][:, 0], (-5, 30))
    assert legend_of(axes) == ["each by itself, 95 %", "all together, 95 %"]
    assert "percentage points" in axes.get_xlabel() and axes.get_title(loc="left") == "Against RAG"


def test_shares_stand_in_rows_with_their_number_and_their_interval():
    axes = shares({"right": ARMS, "made up": ARMS}, "Rung 1")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["right", "made up"]
    assert axes.yaxis.get_inverted()  # the first measure stands at the top
    assert texts(axes) == ["10", "10", "80", "80"]
    assert legend_of(axes) == list(ARMS)
    for number, (container, interval) in enumerate(zip(axes.containers, ARMS.values(), strict=True)):
        points, _, (bars,) = container.lines
        assert (points.get_color(), points.get_marker()) == (COLOURS[number], MARKERS[number])
        assert np.allclose(points.get_xdata(), 100 * interval.mean)
        low, high = bars.get_segments()[0][:, 0]
        assert (round(low), round(high)) == (100 * interval.low, 100 * interval.high)
    assert "percent" in axes.get_xlabel()


def test_an_arm_may_lack_a_measure_and_a_bar_never_turns_back():
    only = {"question only": Interval(0.0, 0.0, 0.03)}
    rounded = Interval(1.0, 0.97, 1.0 - 1e-16)  # an end may fall short of its share by rounding
    axes = shares({"right": only, "cited": {"with passages": rounded}}, "Rung 1")
    assert texts(axes) == ["0", "100"]
    assert legend_of(axes) == list(ARMS)
