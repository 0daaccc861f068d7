"""The figures of lesson 06: title, axes with units, every series named, and the values drawn."""

import pandas as pd
import pytest

from course_lib import plots
from course_lib.errors import CourseError


def legend_of(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_trained_shares_draws_percent_with_a_line_at_one():
    shares = {"small": {"q and v": 0.002, "all": 0.04}, "large": {"q and v": 0.0005, "all": 0.005}}
    axes = plots.trained_shares(shares, "Trained")
    assert legend_of(axes) == ["q and v", "all", "1 percent"]
    assert axes.lines[1].get_xydata().tolist() == [[4.0, 0], [0.5, 1]]
    assert axes.lines[2].get_xdata()[0] == 1
    assert "percent" in axes.get_xlabel() and axes.get_title(loc="left") == "Trained"


def test_energy_curves_draws_a_line_a_kind_and_one_for_chance():
    axes = plots.energy_curves({"q": [0.5, 1.0], "up": [0.7, 1.0]}, [0.2, 1.0], [0.1, 1.0], "Energy")
    assert legend_of(axes) == ["q", "up", "a random matrix"]
    assert axes.lines[0].get_xydata().tolist() == [[10.0, 50.0], [100.0, 100.0]]
    assert len({line.get_marker() for line in axes.lines[:2]}) == 2
    assert "percent" in axes.get_xlabel() and "percent" in axes.get_ylabel()
    with pytest.raises(CourseError, match="up"):
        plots.energy_curves({"q": [0.5, 1.0], "up": [0.7]}, [0.2, 1.0], [0.1, 1.0], "Energy")


def test_losses_by_rate_draws_means_and_every_seed():
    rows = [("a", 0.01, 0.2, 0), ("a", 0.01, 0.4, 1), ("a", 0.1, 0.5, 0)]
    rows += [("b", 0.1, 0.1, 0), ("b", 0.1, 0.2, 1)]
    table = pd.DataFrame(rows, columns=["arm", "rate", "loss", "seed"])
    axes = plots.losses_by_rate(table, ["a", "b"], "Loss")
    assert legend_of(axes) == ["a", "b"]
    assert axes.lines[0].get_ydata() == pytest.approx([0.2, 0.5]), "of the seed that both rates have"
    assert axes.lines[2].get_ydata() == pytest.approx([0.15])
    assert len(axes.lines[1].get_xdata()) == 3
    assert "nats" in axes.get_ylabel() and axes.get_xscale() == axes.get_yscale() == "log"
    axes.figure.draw_without_rendering()
    shown = [tick.label1.get_text() for tick in axes.yaxis.get_major_ticks()]
    assert {"0.1", "0.2", "0.5"} <= set(shown)  # plain numbers
    with pytest.raises(CourseError, match="'c'"):
        plots.losses_by_rate(table, ["c"], "Loss")
