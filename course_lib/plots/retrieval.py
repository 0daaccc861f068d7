"""Figures about search: a map of passages and a query, and how recall grows with the number of passages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, PALETTE, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plane(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean (d,) of vectors (n, d) and the two directions (2, d) along which they differ most.

    The sign of each direction is fixed, so that the map never comes out mirrored. Pearson 1901, "On lines and
    planes of closest fit". Lesson 01.
    """
    mean = vectors.mean(axis=0)
    directions = np.linalg.svd(vectors - mean, full_matrices=False)[2][:2]
    signs = np.sign(directions[np.arange(2), np.abs(directions).argmax(axis=1)])
    return mean, directions * signs[:, None]


def passage_map(
    vectors: np.ndarray, groups: Sequence[str], query: np.ndarray, found: Sequence[int], title: str
) -> "Axes":
    """Draw passages (n, d) and a query (d,) on the plane of their greatest spread, a mark for each group.

    The passages at the positions `found` are ringed. Two of d dimensions are shown, so what is near here need
    not be near. Lesson 01.
    """
    mean, directions = plane(vectors)
    points = (vectors - mean) @ directions.T
    here = (query - mean) @ directions.T
    axes = new_axes(height=4.2)
    names = np.asarray(groups)
    for number, group in enumerate(dict.fromkeys(groups)):
        these = points[names == group]
        axes.scatter(*these.T, s=22, marker=MARKERS[number], color=COLOURS[number], alpha=0.65, label=group)
    ringed = points[list(found)]
    axes.scatter(*ringed.T, s=110, facecolors="none", edgecolors="black", linewidths=1.4, label="found")
    axes.scatter(*here, s=190, marker="*", color="black", label="the question")
    legend(axes)
    x, y = "1st direction of greatest spread (no unit)", "2nd direction (no unit)"
    return label(axes, title, x, y)


def rank_curve(curves: Mapping[str, Mapping[int, Interval]], title: str, k: int | None = None) -> "Axes":
    """Draw group -> k -> Interval of recall@k as lines with bands; a vertical line marks the chosen k.

    Lesson 01.
    """
    axes = new_axes()
    for number, (group, curve) in enumerate(curves.items()):
        colour, sign = COLOURS[number], MARKERS[number]
        mean, low, high = 100 * np.array([(each.mean, each.low, each.high) for each in curve.values()]).T
        axes.fill_between(list(curve), low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(list(curve), mean, LINES[number % 4], marker=sign, color=colour, label=group)
    if k is not None:
        axes.axvline(k, color=PALETTE["black"], linewidth=1, linestyle=":")
        axes.annotate(f"k = {k}", (k, 4), (5, 0), textcoords="offset points", color=GREY)
    axes.set_ylim(0, 104)
    legend(axes, loc="lower right")
    return label(axes, title, "passages retrieved, k", "recall@k (percent)")
