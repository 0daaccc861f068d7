"""Figures of lesson 08: what faulty examples cost, and what was done about them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def noise_curve(
    sets: Mapping[str, Mapping[float, Interval]], title: str, measure: str = "good replies"
) -> "Axes":
    """Draw set -> share of faulty examples in it -> the share of good replies, in percent.

    A set of several shares is a line, of one share a mark; sets of one share stand beside each other. Claim
    C07; lesson 08.
    """
    axes = new_axes(height=3.6)
    taken: dict[float, int] = {}
    for number, (name, found) in enumerate(sets.items()):
        shares = sorted(found)
        moved = []
        for share in shares:
            moved.append(100 * share + 1.6 * taken.get(share, 0))
            taken[share] = taken.get(share, 0) + 1
        means = [100 * found[share].mean for share in shares]
        ends = [
            [100 * max(0.0, found[s].mean - found[s].low) for s in shares],
            [100 * max(0.0, found[s].high - found[s].mean) for s in shares],
        ]
        look = {"color": COLOURS[number], "capsize": 3, "linestyle": "-" if len(shares) > 1 else "none"}
        axes.errorbar(moved, means, yerr=ends, marker=MARKERS[number], label=name, **look)
    axes.set_ylim(-4, 104)
    return legend(label(axes, title, "faulty examples in the set (percent)", f"{measure} (percent)"))
