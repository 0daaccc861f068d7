"""The figures of lesson 04: what is drawn is what was measured, and every axis and series has its name."""

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation.statistics import Interval
from course_lib.plots import RerankReading, gain_against_time, gain_and_loss, saturation, scores_by_group
from course_lib.plots.style import png
from course_lib.retrieval.bm25 import Bm25Index

LOW, HIGH = Interval(0.4, 0.3, 0.5), Interval(0.9, 0.85, 0.95)


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_curves_of_saturation_are_those_of_bm25():
    axes = saturation("Saturation", k1=1.2, b=0.6)
    half, mean, twice, straight = axes.get_lines()
    assert np.all(np.diff(mean.get_ydata()) > 0) and np.all(np.diff(mean.get_ydata(), 2) < 0)
    assert np.all(half.get_ydata()[1:] > mean.get_ydata()[1:])
    assert np.all(mean.get_ydata()[1:] > twice.get_ydata()[1:])
    assert np.allclose(np.diff(straight.get_ydata(), 2), 0)
    assert straight.get_ydata()[1] == pytest.approx(mean.get_ydata()[1])  # the first mention is the yardstick
    assert len({line.get_linestyle() for line in (half, mean, twice)}) == 3
    # Two passages of one length: the index's score of a word that stands three times is idf times the curve.
    pages = ("cord " * 3 + "other " * 5, "word " * 8)
    index = Bm25Index([Chunk(page[:4], "PR-1", "", "", page, "", "", 0, 0) for page in pages], k1=1.2, b=0.6)
    assert index.scores("cord")[0] == pytest.approx(np.log(2) * mean.get_ydata()[3])
    assert "mentions" in axes.get_xlabel() and "idf" in axes.get_ylabel()


def test_scores_stand_in_rows_by_group_with_their_number():
    axes = scores_by_group(
        {"table": {"BM25": HIGH, "dense": LOW}, "jargon": {"BM25": LOW}}, "By kind", "nDCG@10", least=0.2
    )
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["table", "jargon"]
    assert axes.yaxis.get_inverted()
    assert legend_of(axes) == ["BM25", "dense"]
    assert [text.get_text() for text in axes.texts] == ["0.90", "0.40", "0.40"]
    points, _, (bars,) = axes.containers[0].lines
    assert points.get_xdata().tolist() == [0.9, 0.4]
    assert np.allclose(bars.get_segments()[0][:, 0], [0.85, 0.95])
    assert axes.get_xlim()[0] == 0.2
    assert "nDCG@10" in axes.get_xlabel()


def test_a_gain_stands_over_its_time_with_its_interval():
    readings = [RerankReading("MaxSim", Interval(0.05, 0.02, 0.08), 12.0),
                RerankReading("cross-encoder", Interval(-0.1, -0.2, 0.0), 250.0)]
    axes = gain_against_time(readings, "Gain")
    assert legend_of(axes) == ["MaxSim", "cross-encoder"]
    for container, reading in zip(axes.containers, readings, strict=True):
        points, _, (bars,) = container.lines
        assert (points.get_xdata()[0], points.get_ydata()[0]) == (reading.milliseconds, reading.gain.mean)
        assert np.allclose(bars.get_segments()[0][:, 1], [reading.gain.low, reading.gain.high])
    assert axes.get_xscale() == "log"
    assert "milliseconds" in axes.get_xlabel() and "nDCG@10" in axes.get_ylabel()


def test_gain_and_loss_draw_a_line_through_the_means_and_every_seed():
    company = {256: [0.10, 0.12], 64: [0.04, 0.06]}
    axes = gain_and_loss({"company": company, "docstrings": {64: [-0.02]}}, "C18")
    line, seeds, other, _, zero = axes.get_lines()
    assert np.allclose(line.get_xydata(), [[64, 0.05], [256, 0.11]])
    assert sorted(map(tuple, seeds.get_xydata())) == [(64, 0.04), (64, 0.06), (256, 0.10), (256, 0.12)]
    assert line.get_linestyle() != other.get_linestyle()
    assert set(zero.get_ydata()) == {0}
    assert legend_of(axes) == ["company", "docstrings"]
    assert "pairs" in axes.get_xlabel()


def test_an_interval_whose_end_fell_short_by_rounding_is_drawn():
    rounded = Interval(1.0, 0.97, 1.0 - 1e-16)
    axes = scores_by_group({"lookup": {"BM25": rounded}}, "By kind", "nDCG@10")
    assert png(axes).startswith(b"\x89PNG")
