"""Figures of lesson 09: what each way to answer reaches, with its interval."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def values_against_form(values: Mapping[str, Interval], form: Mapping[str, Interval], title: str) -> "Axes":
    """One mark an arm: right values across, house style upwards, both as shares with 95 % intervals."""
    axes = new_axes(height=4.2)
    for i, arm in enumerate(values):
        x, y = values[arm], form[arm]
        axes.errorbar(
            x.mean,
            y.mean,
            xerr=[[max(0.0, x.mean - x.low)], [max(0.0, x.high - x.mean)]],
            yerr=[[max(0.0, y.mean - y.low)], [max(0.0, y.high - y.mean)]],
            fmt=MARKERS[i],
            color=COLOURS[i],
            markersize=9,
            capsize=3,
            label=arm,
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.05, 1.05)
    return legend(label(axes, title, "share of right answers", "share of replies in the house style"))


def fresh_and_stale(table: "pd.DataFrame", title: str) -> "Axes":
    """For facts that changed: each arm's share of replies with the new value and with the old one."""
    axes = new_axes(height=2.8)
    axes.barh(table.index, table["new"], color=COLOURS[2], label="new value")
    axes.barh(table.index, -table["old"], color=COLOURS[3], hatch="//", edgecolor="white", label="old value")
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["1", "0.5", "0", "0.5", "1"])
    axes.invert_yaxis()
    return legend(label(axes, title, "share of replies: old value to the left, new to the right", ""))


def stages(milliseconds: "pd.DataFrame", title: str) -> "Axes":
    """Milliseconds a question by stage (columns), stacked, one bar an arm (rows)."""
    axes = new_axes(height=2.8)
    left = 0.0 * milliseconds.iloc[:, 0]
    for i, stage in enumerate(milliseconds.columns):
        axes.barh(milliseconds.index, milliseconds[stage], left=left, color=COLOURS[i], label=stage)
        left = left + milliseconds[stage]
    axes.invert_yaxis()
    return legend(label(axes, title, "milliseconds a question, in a batch", ""))
