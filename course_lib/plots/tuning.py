"""Figures of lesson 07: the levels of NF4, a loss curve, memory, and what more examples bring."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    stored: Mapping[int, Sequence[float]], here: tuple[int, Interval], title: str
) -> "Axes":
    """Draw examples -> the share that each seed reached, and this run's (examples, share) with its interval.

    Sizes are 1 or more. Shares are drawn in percent; without stored runs this one stands alone. Lesson 07.
    """
    axes = new_axes(height=3.0)
    if stored:
        sizes = sorted(stored)
        axes.plot(sizes, [100 * np.mean(stored[size]) for size in sizes], color=COLOURS[0], linewidth=1)
        points = [(size, 100 * share) for size in sizes for share in stored[size]]
        axes.plot(*np.array(points).T, MARKERS[0], color=COLOURS[0], alpha=0.7, label="stored, each seed")
    examples, share = here
    ends = [[100 * max(0.0, share.mean - share.low)], [100 * max(0.0, share.high - share.mean)]]
    look = {"fmt": MARKERS[1], "color": COLOURS[3], "capsize": 3, "markersize": 8}
    axes.errorbar([examples], [100 * share.mean], yerr=ends, label="this run", **look)
    axes.set_ylim(-4, 104)
    axes.set_xscale("log")
    ticks = sorted({*stored, examples})
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
