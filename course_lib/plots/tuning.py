"""Figures of lesson 07: the levels of NF4, a loss curve, memory, and what more examples bring."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES = tuple(zip(COLOURS, MARKERS, strict=True))
HERE = 3  # of them, this run's own mark


def weights_and_levels(weights: np.ndarray, levels: np.ndarray, title: str) -> "Axes":
    """A histogram of scaled weights, with the levels to which they are rounded as lines."""
    axes = new_axes(height=2.8)
    axes.hist(np.ravel(weights), bins=80, color=COLOURS[5], label="weights")
    for i, level in enumerate(levels):
        axes.axvline(level, color=COLOURS[3], linewidth=1, label="NF4 levels" if i == 0 else None)
    return legend(label(axes, title, "weight, divided by the largest of its block", "count"))


def loss_curve(losses: Sequence[float], title: str, window: int = 5) -> "Axes":
    """The loss of each step and its moving mean over `window` steps."""
    axes = new_axes(height=2.8)
    steps = np.arange(1, len(losses) + 1)
    axes.plot(steps, losses, color=GREY, linewidth=0.8, label="each step")
    if len(losses) >= window:
        mean = np.convolve(losses, np.ones(window) / window, mode="valid")
        axes.plot(steps[window - 1 :], mean, color=COLOURS[0], linewidth=2, label=f"mean of {window}")
    return legend(label(axes, title, "step", "loss on the reply (nats a token)"))


def learning_curve(
    stored: Mapping[str, Mapping[int, Sequence[float]]], here: tuple[int, Interval], title: str
) -> "Axes":
    """Draw model -> examples -> the share that each seed reached, and this run's (examples, share) with its
    interval.

    Sizes are 1 or more, models six at most. Shares are drawn in percent; a model without sizes is left out,
    and without any this run stands alone. Lesson 07.
    """
    axes = new_axes(height=3.0)
    every = {model: dict(sorted(curve.items())) for model, curve in stored.items() if curve}
    series = [(colour, mark) for place, (colour, mark) in enumerate(SERIES) if place != HERE]
    for (model, curve), (colour, mark), line in zip(every.items(), series, cycle(LINES), strict=False):
        means = [100 * np.mean(shares) for shares in curve.values()]
        axes.plot(list(curve), means, color=colour, linewidth=1, linestyle=line)
        points = [(size, 100 * share) for size, shares in curve.items() for share in shares]
        axes.plot(*np.array(points).T, mark, color=colour, alpha=0.7, label=f"{model}, each seed")
    examples, share = here
    ends = [[100 * max(0.0, share.mean - share.low)], [100 * max(0.0, share.high - share.mean)]]
    look = {"fmt": MARKERS[HERE], "color": COLOURS[HERE], "capsize": 3, "markersize": 8}
    axes.errorbar([examples], [100 * share.mean], yerr=ends, label="this run", **look)
    axes.set_ylim(-4, 104)
    axes.set_xscale("log")
    ticks = sorted({examples, *(size for curve in every.values() for size in curve)})
    axes.set_xticks(ticks, [str(size) for size in ticks])
    axes.minorticks_off()
    return legend(label(axes, title, "training examples (log scale)", "replies in the house style (percent)"))


def memory_bars(megabytes: Mapping[str, float], title: str) -> "Axes":
    """Megabytes as bars, one a part."""
    axes = new_axes(height=2.4)
    axes.barh(list(megabytes), list(megabytes.values()), color=COLOURS[: len(megabytes)])
    for i, value in enumerate(megabytes.values()):
        axes.text(value, i, f" {value:.1f}", va="center", fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    return label(axes, title, "megabytes", "")
