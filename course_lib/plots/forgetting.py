"""Figures of lesson 08: what a tuning learned against what it forgot, and against how far it went."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.pareto import frontier
from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, new_axes

if TYPE_CHECKING:
    import pandas as pd


def frontiers(summed: "pd.DataFrame", known: Sequence[Interval], title: str) -> np.ndarray:
    """Draw experiments.forgetting.summary: a line an arm, a mark a rate, in two panels; return both axes.

    Left, general facts known against the new form kept; a black rim marks the runs that no other dominates.
    Right, the same facts against the distance to the base. `known` are the intervals of the facts, one for
    each row of `summed`, drawn as light bars. Raises CourseError for another number of them. Lesson 08.
    """
    if len(known) != len(summed):
        raise CourseError(f"{len(summed)} rows have {len(known)} intervals.", allowed="one for each")
    low, high = 100 * np.array([(each.low, each.high) for each in known]).reshape(-1, 2).T
    left, right = new_axes(9.5, 4.0, columns=2, sharey=True)
    untuned = summed.iloc[0]
    learned = 100 * summed["style"]
    rims = frontier(learned.tolist(), summed["general"].tolist())
    for number, (arm, some) in enumerate(summed.iloc[1:].groupby("arm", sort=False)):
        look = {"color": COLOURS[number], "marker": MARKERS[number], "markersize": 7}
        look |= {"linestyle": LINES[number % len(LINES)], "linewidth": 1.2}
        left.plot(learned[some.index], 100 * some["general"], label=arm, **look)
        right.plot(some["kl"], 100 * some["general"], **look | {"linestyle": "none"})
        rows = summed.index.get_indexer(some.index)
        for axes, x in ((left, learned[some.index]), (right, some["kl"])):
            axes.vlines(x, low[rows], high[rows], color=COLOURS[number], alpha=0.35, linewidth=2, zorder=1)
    for axes, place, name in ((left, learned.iloc[0], "untuned"), (right, 0.0, None)):
        axes.plot([place], [100 * untuned["general"]], "k*", markersize=10, label=name)
        axes.vlines([place], low[:1], high[:1], color="black", alpha=0.35, linewidth=2, zorder=1)
    left.plot(
        learned[rims], 100 * summed["general"][rims], "o", markerfacecolor="none",
        markeredgecolor="black", markersize=12, label="dominated by none",
    )  # fmt: skip
    label(left, title, "learned: house style, new pairs (percent)", "general facts known (percent)")
    label(right, "The same, by distance", "KL(base ‖ tuned) on new pairs (nats a token)", "")
    right.set_xscale("symlog", linthresh=0.01)
    for axes in (left, right):
        axes.axhline(100 * untuned["general"], color=GREY, linewidth=0.6, linestyle=":")
    left.get_figure().legend(loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    return np.array([left, right])
