"""Figures of lesson 10: scores of right and wrong replies, what labels are worth, looks at a running test,
what is answered at which accuracy, and the weeks of a quarter.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.plots.style import (
    COLOURS,
    GREY,
    LINES,
    MARKERS,
    PALETTE,
    heading,
    label,
    legend,
    legend_below,
    new_axes,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SHOWN = 12  # simulated tests whose path is drawn


def right_against_wrong(tables: "Mapping[str, pd.DataFrame]", title: str) -> Any:
    """Draw score -> pairs (columns reference, right, wrong): a panel a score, a mark a pair.

    A pair below the line is ranked rightly. Returns an array of axes. Lesson 10.
    """
    panels = new_axes(2.5 * len(tables) + 0.6, 3.2, columns=len(tables), sharex=True, sharey=True)
    panels = np.atleast_1d(panels)
    for axes, (score, table) in zip(panels, tables.items(), strict=True):
        for number, (reference, some) in enumerate(table.groupby("reference", sort=False)):
            look = {"color": COLOURS[number], "marker": MARKERS[number], "alpha": 0.6, "s": 18}
            axes.scatter(some["right"], some["wrong"], label=f"reference {reference}", linewidths=0, **look)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        axes.set_xlim(-0.04, 1.04)
        axes.set_ylim(-0.04, 1.04)
        axes.set_aspect("equal")
        label(axes, score, "score of the right reply", "")
    panels[0].set_ylabel("score of the wrong reply")
    return legend_below(heading(panels, title), columns=2)


def reviews(curve: "pd.DataFrame", title: str) -> "Axes":
    """Draw evaluation.reviews.review_curve: how far each way is off, by labelled answers. Lesson 10."""
    _needs(curve, ("labelled", "way", "off"), "evaluation.reviews.review_curve(…)")
    axes = new_axes()
    for number, (way, some) in enumerate(curve.groupby("way", sort=False)):
        look = {"color": COLOURS[number], "marker": MARKERS[number], "linestyle": LINES[number]}
        axes.plot(some["labelled"], 100 * some["off"], label=way, **look)
    axes.set_ylim(bottom=0)
    axes.set_xscale("log")
    ticks = sorted(curve["labelled"].unique())
    axes.set_xticks(ticks, [f"{each:,}" for each in ticks])
    axes.minorticks_off()
    return legend(label(axes, title, "answers that people labelled", "mean distance from the truth (points)"))


def looks(z: np.ndarray, bounds: Mapping[str, float], title: str) -> "Axes":
    """Draw the z of simulated tests (tests, looks) by look, and bounds by name, above and below. Lesson 10.

    A path that leaves the first bound at any look is coloured; the others are grey.
    """
    axes, first = new_axes(), next(iter(bounds.values()))
    x = np.arange(1, z.shape[1] + 1)
    for path in z[:SHOWN]:
        out = (np.abs(path) > first).any()
        axes.plot(x, path, color=PALETTE["vermilion"] if out else "#BBBBBB", linewidth=1.4 if out else 0.9)
    for number, (name, bound) in enumerate(bounds.items()):
        look = {"color": COLOURS[number], "linestyle": LINES[number], "linewidth": 1.6}
        axes.axhline(bound, label=f"{name}: {bound:.2f}", **look)
        axes.axhline(-bound, **look)
    axes.set_xlim(0.5, len(x) + 0.5)
    axes.set_xticks(x[4::5] if len(x) > 9 else x)
    most = max(4.0, *bounds.values()) + 0.3
    axes.set_ylim(-most, most)
    return legend(label(axes, title, "look", "z of the difference so far"))


def answered_curves(
    curves: "Mapping[str, pd.DataFrame]",
    title: str,
    bands: Collection[str] = (),
    chance: float | None = None,
) -> "Axes":
    """Draw name -> evaluation.selective.answered_curve: accuracy by share answered, in percent. Lesson 10.

    The first few answers of a curve, on which nothing rests, are left out. Curves named in `bands` have their
    95 % interval around them, and `chance`, a share, is a level line.
    """
    axes = new_axes()
    for number, (name, curve) in enumerate(curves.items()):
        _needs(curve, ("share", "mean", "n"), "evaluation.selective.answered_curve(…)")
        some = curve[(curve["n"] >= min(10, curve["n"].max()))]
        look = {"color": COLOURS[number], "linestyle": LINES[number % len(LINES)], "linewidth": 1.8}
        every = max(1, len(some) // 8)
        marks = {"marker": MARKERS[number], "markevery": every, "markersize": 5}
        axes.plot(100 * some["share"], 100 * some["mean"], label=name, **look, **marks)
        if name in bands:
            ends = 100 * some["low"], 100 * some["high"]
            axes.fill_between(100 * some["share"], *ends, color=COLOURS[number], alpha=0.15, linewidth=0)
    if chance is not None:
        axes.axhline(100 * chance, color=GREY, linewidth=1, label="chance")
    axes.set_xlim(0, 102)
    axes.set_ylim(0, 104)
    return legend(label(axes, title, "answered (percent of the questions)", "of these right (percent)"))


def control_charts(
    charts: "Mapping[str, pd.DataFrame]", events: Mapping[int, str], title: str
) -> Any:
    """Draw name -> evaluation.monitoring.control_chart, a panel each, and week -> what happened. Lesson 10.

    Weeks with an alarm are filled squares. Returns an array of axes.
    """
    rows = -(-len(charts) // 2)
    panels = new_axes(9.5, 0.8 + 1.75 * rows, rows=rows, columns=2, sharex=True, squeeze=False)
    for axes in panels.flat[len(charts) :]:
        axes.set_visible(False)
    for axes, (name, chart) in zip(panels.flat, charts.items(), strict=False):
        _needs(chart, ("mean", "low", "high", "alarm"), "evaluation.monitoring.control_chart(…)")
        week = chart.iloc[:, 0]
        axes.fill_between(week, chart["low"], chart["high"], color=PALETTE["sky"], alpha=0.25, linewidth=0)
        axes.plot(week, chart["mean"], color=COLOURS[0], marker="o", markersize=4)
        some = chart[chart["alarm"]]
        axes.plot(some.iloc[:, 0], some["mean"], "s", color=PALETTE["vermilion"], markersize=7)
        for number, (at, _) in enumerate(events.items()):
            axes.axvline(at - 0.5, color=GREY, linewidth=1, linestyle=LINES[number + 1])
        label(axes, name, "", "")
    for axes in list(panels.flat[: len(charts)])[-2:]:  # the lowest of each column
        axes.set_xlabel("week")
        axes.tick_params(labelbottom=True)
    told = "   ".join(f"{('– –', '– ·', '· ·')[n]} {what}" for n, what in enumerate(events.values()))
    return heading(panels, f"{title}\n{told}")


def _needs(table: "pd.DataFrame", columns: tuple[str, ...], made_by: str) -> None:
    if missing := [name for name in columns if name not in table]:
        raise CourseError(f"The table has no column {missing[0]!r}.", made_by)
