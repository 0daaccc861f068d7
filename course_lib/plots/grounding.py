"""Figures of lesson 05: where an answer's time goes, what a cache serves, which score a fault moves."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, PALETTE, heading, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

HATCHES = ("", "//", "..", "xx", "\\\\")  # a second sign of the stage, for print and for the eye


def latency_bars(milliseconds: Mapping[str, Mapping[str, float]], title: str) -> "Axes":
    """Draw arm -> stage -> milliseconds a question as stacked bars, the sum beside each. Lesson 05."""
    axes = new_axes(height=1.3 + 0.55 * len(milliseconds))
    stages = list(dict.fromkeys(stage for each in milliseconds.values() for stage in each))
    arms = list(milliseconds)
    start = np.zeros(len(arms))
    for number, stage in enumerate(stages):
        width = np.array([milliseconds[arm].get(stage, 0.0) for arm in arms])
        look = {"color": COLOURS[number], "hatch": HATCHES[number], "edgecolor": "white", "linewidth": 0}
        axes.barh(arms, width, left=start, label=stage, **look)
        start = start + width
    for place, total in enumerate(start):
        axes.annotate(f"{total:.0f} ms", (total, place), (5, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, 1.14 * start.max())
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    return legend(label(axes, title, "milliseconds a question, asked one by one (mean)", ""))


def cache_curve(swept: "pd.DataFrame", chosen: float, title: str) -> "Axes":
    """Draw evaluation.caching.sweep, in percent by threshold: what a semantic cache serves, and how wrongly.

    *Served* are the questions that get the answer of another wording; *wrong* is the share of the pairs of
    wordings behind them that hand out another value, with its 95 % interval as a band. `chosen` is marked.
    Raises CourseError without the columns. Lesson 05.
    """
    needed = ("threshold", "near_rate", "wrong_rate", "low", "high")
    if missing := [name for name in needed if name not in swept]:
        raise CourseError(f"The sweep has no column {missing[0]!r}.", "evaluation.caching.sweep(questions)")
    axes = new_axes()
    served = swept["near_rate"]
    curves = {"served from another wording": served, "of these, wrong": swept["wrong_rate"]}
    for number, (name, share) in enumerate(curves.items()):
        look = {"color": COLOURS[number], "marker": MARKERS[number], "linestyle": LINES[number]}
        axes.plot(swept["threshold"], 100 * share, label=name, **look)
    band = 100 * swept["low"], 100 * swept["high"]
    axes.fill_between(swept["threshold"], *band, color=COLOURS[1], alpha=0.2)
    axes.axvline(chosen, color=GREY, linewidth=1, linestyle=":")
    top = 100 * max(swept["high"].max(), served.max())
    axes.annotate(f"chosen: {chosen:.2f}", (chosen, top), (4, 0), textcoords="offset points", va="top")
    axes.set_ylim(-2, 1.05 * top)
    return legend(label(axes, title, "threshold (cosine of two questions)", "percent"))


def fault_map(
    changes: Mapping[str, Mapping[str, Interval]],
    title: str,
    expected: Mapping[str, Sequence[str]] | None = None,
) -> Any:
    """Draw fault -> score -> change against the sound run as Interval: a panel a score, a row a fault.

    A filled mark is a change whose interval excludes zero; `expected` names the scores that each fault ought
    to move, and their places are shaded. Returns an array of axes. Lesson 05.
    """
    faults = list(changes)
    scores = list(dict.fromkeys(score for each in changes.values() for score in each))
    panels = new_axes(9.5, 1.5 + 0.36 * len(faults), columns=len(scores), sharey=True, squeeze=False)[0]
    ends = [end for each in changes.values() for i in each.values() for end in (i.low, i.high, 0.0)]
    margin = 0.12 * (max(ends) - min(ends))
    for number, (axes, score) in enumerate(zip(panels, scores, strict=True)):
        axes.axvline(0, color=GREY, linewidth=1)
        for row, fault in enumerate(faults):
            if score in (expected or {}).get(fault, ()):
                axes.axhspan(row - 0.45, row + 0.45, color=PALETTE["yellow"], alpha=0.35, linewidth=0)
            found = changes[fault].get(score)
            if found is None:
                continue
            moved = found.low > 0 or found.high < 0
            bars = [[max(0.0, found.mean - found.low)], [max(0.0, found.high - found.mean)]]
            look = {"fmt": MARKERS[number], "color": COLOURS[number], "capsize": 3, "markersize": 7}
            face = COLOURS[number] if moved else "white"
            axes.errorbar(found.mean, row, xerr=bars, markerfacecolor=face, **look)
        axes.set_xlim(min(ends) - margin, max(ends) + margin)
        axes.grid(False, axis="y")
        label(axes, score.replace("_", " "), "change (95 % interval)", "")
    panels[0].set_yticks(range(len(faults)), faults)
    panels[0].set_ylim(len(faults) - 0.5, -0.5)
    return heading(panels, title)
