"""Figures of lesson 07: the levels of three four-bit types, and where the memory of a training step goes."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from course_lib.plots.style import COLOURS, GREY, LINES, heading, label, legend_below, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from course_lib.tuning.memory_model import Memory

HATCHES = ("", "///", "...", "xxx", "\\\\\\")  # a second sign of a part, for print and for the eye
NAME = 0.15  # of a panel's width, which the name of a card takes
PARTS = {
    "weights": "weights",
    "optimiser": "optimiser's moments",
    "gradients": "gradients",
    "activations": "activations",
    "logits": "logits",
}


def levels_of_types(weights: np.ndarray, types: Mapping[str, np.ndarray], title: str) -> "Axes":
    """A histogram of scaled weights and, below it, the levels of each type as marks in a row of its own.

    Lesson 07.
    """
    axes = new_axes(height=3.2)
    counts, edges = np.histogram(np.ravel(weights), bins=80, range=(-1, 1))
    axes.bar(edges[:-1], counts / counts.max(), np.diff(edges), align="edge", color=COLOURS[5])
    rows = [-0.25 * (place + 1) for place in range(len(types))]
    for row, (colour, levels) in zip(rows, zip(COLOURS, types.values(), strict=False), strict=True):
        axes.plot(levels, [row] * len(levels), "|", color=colour, markersize=13, markeredgewidth=2)
    axes.set_yticks([0.5, *rows], ["weights", *types])
    axes.set_ylim(min(rows) - 0.2, 1.05)
    axes.grid(False)
    return label(axes, title, "weight, divided by the largest of its block", "")


def memory_by_method(
    models: Mapping[str, Mapping[str, "Memory"]], title: str, cards: tuple[int, ...] = (24, 80)
) -> np.ndarray:
    """Model -> method -> the memory of a training step, part by part; a panel a model, (models,) axes.

    Lines mark what cards hold, in gigabytes, where they are in the panel; where they lie too close for two
    names they share one. Lesson 07.
    """
    columns = 2
    rows = -(-len(models) // columns)
    axes = new_axes(8.4, 0.7 + 1.9 * rows, rows=rows, columns=columns, squeeze=False)
    for panel, (model, methods) in zip(axes.flat, models.items(), strict=False):
        start = np.zeros(len(methods))
        for (part, name), colour, hatch in zip(PARTS.items(), COLOURS, HATCHES, strict=False):
            sizes = np.array([getattr(each, part) for each in methods.values()]) / 1e9
            look = {"color": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0}
            panel.barh(list(methods), sizes, left=start, label=name, **look)
            start += sizes
        panel.invert_yaxis()
        panel.set_xlim(0, 1.1 * start.max())
        panel.grid(False, axis="y")
        width = 1.1 * start.max()
        inside = {size: line for size, line in zip(cards, LINES[1:], strict=False) if size < width}
        for size, line in inside.items():
            panel.axvline(size, color=GREY, linestyle=line)
        for size, name in _names(tuple(inside), NAME * width).items():
            panel.annotate(name, (size, -0.45), (2, 0), textcoords="offset points", fontsize=8)
        label(panel, model, "gigabytes", "")
    for spare in axes.flat[len(models) :]:
        spare.set_visible(False)
    legend_below(heading(axes, title), columns=len(PARTS))
    return axes.ravel()[: len(models)]


def _names(cards: tuple[int, ...], apart: float) -> dict[int, str]:
    """Where to write which name: each card's at its line, or one for all at the last where any two of them
    are less than `apart`.
    """
    close = any(b - a < apart for a, b in pairwise(cards))
    if close:
        return {cards[-1]: " and ".join(map(str, cards)) + " GB"}
    return {size: f"{size} GB" for size in cards}
