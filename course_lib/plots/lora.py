"""Figures of lesson 06: what is trained, the rank of a change, losses by rate, and what a rank still does."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.experiments.arm_rates import on_shared_seeds
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def trained_shares(shares: Mapping[str, Mapping[str, float]], title: str) -> "Axes":
    """Model -> way of adapting -> share of the parameters trained (0 to 1), on a logarithmic axis in percent.

    A line marks 1 %. Lesson 06.
    """
    ways = list(dict.fromkeys(way for each in shares.values() for way in each))
    axes = new_axes(height=0.8 + 0.42 * len(shares))
    for number, way in enumerate(ways):
        rows = [(row, 100 * each[way]) for row, each in enumerate(shares.values()) if way in each]
        places, percent = zip(*rows, strict=True)
        axes.plot(percent, places, MARKERS[number], color=COLOURS[number], markersize=8, label=way)
        for place, value in rows:
            axes.annotate(f"{value:.2g}", (value, place), (7, 5), textcoords="offset points", fontsize=8)
    axes.axvline(1, color=GREY, linestyle="--", label="1 percent")
    axes.set_xscale("log")
    axes.set_yticks(range(len(shares)), list(shares))
    axes.set_ylim(len(shares) - 0.5, -0.6)
    axes.margins(x=0.12)
    return legend(label(axes, title, "trained parameters (percent of the model's, logarithmic)", ""))


def energy_curves(
    curves: Mapping[str, Sequence[float]], random: Sequence[float], depths: Sequence[float], title: str
) -> "Axes":
    """The share of a change's energy (0 to 1) that its first singular values hold, a line a kind of layer.

    `depths` are the numbers of values as shares of the full rank; `random` is the line of a random matrix.
    Both axes are in percent. Raises CourseError for a line with another number of points. Lesson 06.
    """
    if wrong := [name for name, each in {**curves, "random": random}.items() if len(each) != len(depths)]:
        raise CourseError(f"The line of {wrong[0]} does not have {len(depths)} points, one a depth.")
    axes = new_axes(height=3.4)
    x = 100 * np.asarray(depths)
    for number, (name, curve) in enumerate(curves.items()):
        look = {"color": COLOURS[number % len(COLOURS)], "linestyle": LINES[number % len(LINES)]}
        look |= {"marker": MARKERS[number % len(MARKERS)], "markersize": 4}
        axes.plot(x, 100 * np.asarray(curve), label=name, **look)
    axes.plot(x, 100 * np.asarray(random), color=GREY, linewidth=2.5, label="a random matrix")
    axes.axhline(90, color=GREY, linestyle=":", linewidth=1)
    axes.set_ylim(0, 104)
    return legend(label(axes, title, "singular values kept (percent of all)", "energy held (percent)"))


def losses_by_rate(table: "pd.DataFrame", arms: Sequence[str], title: str) -> "Axes":
    """The loss on what was not trained, by learning rate, a line an arm through the means of its seeds: those
    that each of its rates was trained with.

    `table` has a row a training: arm, rate, seed, loss (nats a token). Both axes are logarithmic. Raises
    CourseError for an arm without a row. Lesson 06.
    """
    from matplotlib.ticker import LogLocator, NullFormatter

    axes = new_axes(height=3.4)
    for number, arm in enumerate(arms):
        rows = table[table["arm"] == arm]
        if rows.empty:
            raise CourseError(f"There is no training of {arm!r}.", ", ".join(sorted(set(table["arm"]))))
        colour, mark = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        means = on_shared_seeds(rows).groupby("rate")["loss"].mean()
        line = LINES[number // len(COLOURS) % len(LINES)]
        axes.plot(means.index, means, line, marker=mark, color=colour, label=arm)
        axes.plot(rows["rate"], rows["loss"], mark, color=colour, alpha=0.35, markersize=4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")  # 0.2, not 2 × 10⁻¹
    axes.yaxis.set_minor_formatter(NullFormatter())
    return legend(
        label(axes, title, "peak learning rate (logarithmic)", "loss, held out (nats a token, logarithmic)")
    )
