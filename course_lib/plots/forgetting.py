"""Figures of lesson 08: what a tuning learned against what it forgot, and against how far it went."""

from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.pareto import frontier
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, new_axes

if TYPE_CHECKING:
    import pandas as pd


def frontiers(summed: "pd.DataFrame", title: str) -> np.ndarray:
    """Draw experiments.forgetting.summary: a line an arm, a mark a rate, in two panels; return both axes.

    Left, general facts known against the new form kept; a black rim marks the runs that no other dominates.
    Right, the same facts against the distance to the base. Lesson 08.
    """
    left, right = new_axes(9.5, 4.0, columns=2, sharey=True)
    untuned = summed.iloc[0]
    learned = 100 * summed["style"]
    rims = frontier(learned.tolist(), summed["general"].tolist())
    for number, (arm, some) in enumerate(summed.iloc[1:].groupby("arm", sort=False)):
        look = {"color": COLOURS[number], "marker": MARKERS[number], "markersize": 7}
        look |= {"linestyle": LINES[number % len(LINES)], "linewidth": 1.2}
        left.plot(learned[some.index], 100 * some["general"], label=arm, **look)
        right.plot(some["kl"], 100 * some["general"], **look | {"linestyle": "none"})
    for axes, place, name in ((left, learned.iloc[0], "untuned"), (right, 0.0, None)):
        axes.plot([place], [100 * untuned["general"]], "k*", markersize=10, label=name)
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
