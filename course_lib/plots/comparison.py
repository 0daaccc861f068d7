"""Figures of lesson 09: what each way to answer reaches, with its interval, and where its time goes."""

from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import experiments
from course_lib.errors import CourseError
from course_lib.plots.style import COLOURS, GREY, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

BESIDE = (experiments.PRECISION, experiments.FRESH, experiments.STALE)  # what the right-hand panel shows


def form_and_facts(summed: "pd.DataFrame", title: str) -> Any:
    """The lesson in one figure, from experiments.summary: each arm with its mark and 95 % intervals.

    Left, right values against house style; right, the sources and the facts that changed. An arm that was
    asked only about the changed facts stands only there. Raises CourseError without the measures. Lesson 09.
    """
    needed = (experiments.VALUE, experiments.STYLE, *BESIDE)
    missing = [m.name for m in needed if m.name not in set(summed["measure"])]
    if missing:
        raise CourseError(f"The summary has no measure {missing[0]!r}.", "experiments.summary(table)")
    left, right = new_axes(9.5, 4.4, columns=2, width_ratios=(1, 1.05))
    found = {(row.arm, row.measure): row for row in summed.itertuples()}
    place = {arm: number for number, arm in enumerate(experiments.ARMS)}
    arms = sorted(summed["arm"].unique(), key=lambda arm: place.get(arm, len(place)))
    edge = {"markeredgecolor": "black", "markeredgewidth": 0.5}
    looks = {
        arm: {"fmt": MARKERS[i], "color": COLOURS[i], "markersize": 8, "capsize": 3, "linewidth": 1.2} | edge
        for i, arm in enumerate(arms)
    }
    most = max(row.n for row in summed.itertuples() if row.measure == experiments.STYLE.name)
    whole = [a for a in arms if (each := found.get((a, experiments.STYLE.name))) and each.n == most]
    for arm in whole:
        x, y = (found[arm, each.name] for each in (experiments.VALUE, experiments.STYLE))
        left.errorbar(100 * x.mean, 100 * y.mean, xerr=_bar(x), yerr=_bar(y), label=arm, **looks[arm])
    named = set(whole)
    for row, measure in enumerate(BESIDE):
        fair = arms if measure.of == "changed" else whole
        shown = [arm for arm in fair if (arm, measure.name) in found]
        for number, arm in enumerate(shown):
            each = found[arm, measure.name]
            at = row + 0.76 * ((number + 0.5) / len(shown) - 0.5)
            name = None if arm in named else arm
            named.add(arm)
            right.errorbar(100 * each.mean, at, xerr=_bar(each), label=name, **looks[arm])
    for axes in (left, right):
        axes.set_xlim(-4, 104)
    left.set_ylim(-4, 104)
    right.set_yticks(range(len(BESIDE)), [_wrapped(measure.name) for measure in BESIDE])
    right.set_ylim(len(BESIDE) - 0.5, -0.5)
    right.grid(False, axis="y")
    for line in range(1, len(BESIDE)):
        right.axhline(line - 0.5, color=GREY, linewidth=0.6)
    label(left, title, "right values (percent of answerable questions)", "house style (percent of replies)")
    label(right, "Sources and freshness", "percent, with 95 % interval", "")
    # One legend below both; it takes names from either panel.
    left.get_figure().legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return np.array([left, right])


def _bar(row) -> list[list[float]]:
    return [[100 * max(0.0, row.mean - row.low)], [100 * max(0.0, row.high - row.mean)]]


def _wrapped(text: str) -> str:
    return text.replace(", ", ",\n").replace(" that are", "\nthat are")


def stages(costs: "pd.DataFrame", title: str) -> "Axes":
    """Draw experiments.costs: milliseconds a question by stage, stacked, a bar an arm. Lesson 09."""
    axes = new_axes(height=2.8)
    start = np.zeros(len(costs))
    for number, stage in enumerate(experiments.STAGES):
        width = costs[stage].to_numpy()
        axes.barh(costs.index, width, left=start, color=COLOURS[number], label=stage)
        start = start + width
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    return legend(label(axes, title, "milliseconds a question, in a batch", ""))
