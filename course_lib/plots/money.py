"""Figures of lesson 11 about money: what a way costs by volume, and what moves the break-even."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.experiments.money import MONTHS, Way, total
from course_lib.experiments.prices import Prices
from course_lib.plots.style import COLOURS, GREY, LINES, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

CALLS = (1e3, 1e9)  # a month, from a small team to a large product
SHOWN = 0.15  # of the axis, on each side of what is finite


def cost_by_volume(ways: Sequence[Way], prices: Prices, title: str, months: float = MONTHS) -> "Axes":
    """Dollars a month of each way, everything counted, against the calls a month. Lesson 11."""
    axes = new_axes(height=3.4)
    calls = np.geomspace(*CALLS, 121)
    for number, way in enumerate(ways):
        spent = [total(way, prices, each, months) / months for each in calls]
        axes.plot(
            calls, spent, LINES[number % len(LINES)], color=COLOURS[number], linewidth=2, label=way.name
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    return legend(label(axes, title, "calls a month", f"dollars a month, over {months:g} months"))


def tornado(moved: "pd.DataFrame", now: float, title: str) -> "Axes":
    """How far a price or guess moves the break-even, from money.sensitivity: a bar each, the widest on top.

    A bar runs from the break-even at the lower end to that at the upper end: blue where more puts it off,
    orange where more brings it nearer. `now` is the break-even (calls a month) with all as they are, inf for
    none. Lesson 11.
    """
    axes = new_axes(height=1.4 + 0.4 * len(moved))
    ends = moved[["at_low", "at_high"]].to_numpy(float)
    finite = [each for each in (*ends.flat, now) if math.isfinite(each) and each > 0] or [1.0]
    least, most = min(finite), max(finite)
    room = (most / least) ** SHOWN if most > least else 10.0
    left, right = least / room, most * room
    for row, (at_low, at_high) in enumerate(np.clip(ends, left, right)):
        axes.barh(
            row, at_high - at_low, left=at_low, height=0.6, color=COLOURS[0 if at_high >= at_low else 1]
        )
        price = moved.iloc[row]
        for at, end in ((at_low, "low"), (at_high, "high")):
            outer = at == max(at_low, at_high)
            calls = {math.inf: ", never", 0.0: ", at once"}.get(price[f"at_{end}"], "")
            axes.annotate(
                price["unit"].format(price[end]) + calls,
                (at, row),
                (4 if outer else -4, 0),
                textcoords="offset points",
                ha="left" if outer else "right",
                va="center",
                fontsize=8,
            )
    if math.isfinite(now) and now > 0:
        axes.axvline(now, color=GREY, linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(left / room**3, right * room**3)  # with room for the words at the ends
    axes.set_yticks(range(len(moved)), list(moved["price"]))
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    return label(axes, title, "break-even (calls a month)", "price or guess")
