"""Figures of lesson 08: how far planted secrets stand out, by how often they were inserted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.exposure import BY_CHANCE
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def exposure_curve(bits: Mapping[str, Mapping[int, np.ndarray]], candidates: int, title: str) -> "Axes":
    """Draw way -> insertions -> the exposure of each canary, in bits: every one of them, and their means.

    Two grey lines are what chance gives on average, and the most that there is among so many `candidates`.
    Raises KeyError for no canaries. Claim C15; lesson 08.
    """
    axes = new_axes(height=3.6)
    counts = sorted({count for each in bits.values() for count in each})
    place = {count: number for number, count in enumerate(counts)}
    gap = 0.5 / max(1, len(bits))
    for number, (way, found) in enumerate(bits.items()):
        shift = (number - (len(bits) - 1) / 2) * gap
        x = [place[count] + shift for count in sorted(found)]
        for at, count in zip(x, sorted(found), strict=True):
            every = [at] * len(found[count]), found[count]
            axes.plot(*every, MARKERS[number], color=COLOURS[number], alpha=0.35, markersize=4)
        means = [float(np.mean(found[count])) for count in sorted(found)]
        look = {"color": COLOURS[number], "marker": MARKERS[number], "linestyle": LINES[number % len(LINES)]}
        axes.plot(x, means, linewidth=1.5, markersize=8, markeredgecolor="black", label=way, **look)
    axes.axhline(BY_CHANCE, color=GREY, linestyle=":", linewidth=1.2, label="by chance, on average")
    axes.axhline(np.log2(candidates), color=GREY, linestyle="--", linewidth=1.2, label="fully exposed")
    axes.set_xticks(range(len(counts)), [str(count) if count else "0 (control)" for count in counts])
    axes.set_ylim(-0.4, np.log2(candidates) + 0.8)
    return legend(label(axes, title, "times inserted into the training set", "exposure (bits)"))
