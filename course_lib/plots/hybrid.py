"""Figures of lesson 04: how BM25 saturates, scores by kind of question, what re-ranking and tuning gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, LINES, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MENTIONS = 10  # how many mentions of a word the curve of its score shows
LENGTHS = {"half the mean length": 0.5, "mean length": 1.0, "twice the mean length": 2.0}


@dataclass(frozen=True)
class RerankReading:
    """One measured re-ranker: its name, its gain in nDCG@10 over no re-ranking, milliseconds a query."""

    name: str
    gain: Interval
    milliseconds: float


def saturation(title: str, k1: float = 1.5, b: float = 0.75) -> "Axes":
    """Draw tf / (tf + K) of BM25 over the number of mentions, a line for each of three document lengths.

    A dotted line shows what counting without saturation would give. Robertson and Zaragoza 2009, section 3.4.
    Lesson 04.
    """
    axes = new_axes(height=3.0)
    mentions = np.arange(MENTIONS + 1)
    for number, (name, ratio) in enumerate(LENGTHS.items()):
        damping = k1 * (1 - b + b * ratio)
        axes.plot(
            mentions, mentions / (mentions + damping), LINES[number], marker=MARKERS[number], label=name,
            color=COLOURS[number], markersize=5,
        )
    first = 1 / (1 + k1)
    axes.plot(mentions, mentions * first, ":", color=GREY, label="no saturation")
    axes.set_ylim(0, 1.02)
    return legend(label(axes, title, "mentions of the word in the passage", "share of the word's idf"))


def scores_by_group(
    intervals: Mapping[str, Mapping[str, Interval]], title: str, measure: str, least: float = 0.0
) -> "Axes":
    """Draw group -> retriever -> Interval of a score from 0 to 1 as points with bars, a row a group.

    The axis begins at `least`; each number stands beside its point. Lesson 04.
    """
    names = list(dict.fromkeys(name for each in intervals.values() for name in each))
    gap = 0.8 / len(names)
    axes = new_axes(height=1.0 + 0.24 * len(names) * len(intervals))
    for number, name in enumerate(names):
        rows = [(row, each[name]) for row, each in enumerate(intervals.values()) if name in each]
        y = [row + (number - (len(names) - 1) / 2) * gap for row, _ in rows]
        bars = np.array([_ends(each) for _, each in rows]).T
        axes.errorbar(
            [each.mean for _, each in rows], y, xerr=bars, fmt=MARKERS[number], color=COLOURS[number],
            capsize=3, markersize=5, label=name,
        )
        for (_, each), place in zip(rows, y, strict=True):
            axes.annotate(
                f"{each.mean:.2f}", (each.high, place), (5, 0), textcoords="offset points", va="center",
                fontsize=8,
            )
    axes.set_yticks(range(len(intervals)), list(intervals))
    axes.set_ylim(len(intervals) - 0.5, -0.5)
    axes.set_xlim(least, 1.09)
    axes.grid(False, axis="y")
    for line in range(1, len(intervals)):
        axes.axhline(line - 0.5, color=GREY, linewidth=0.5)
    return legend(label(axes, title, f"{measure}, with its 95 % interval", ""))


def gain_against_time(readings: Sequence[RerankReading], title: str) -> "Axes":
    """Draw what each re-ranker gains in nDCG@10, with its interval, over milliseconds a query. Lesson 04."""
    axes = new_axes(height=3.0)
    for number, reading in enumerate(readings):
        bars = np.array([_ends(reading.gain)]).T
        axes.errorbar(
            [reading.milliseconds], [reading.gain.mean], yerr=bars, fmt=MARKERS[number],
            color=COLOURS[number], capsize=3, markersize=7, label=reading.name,
        )
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set_xscale("log")
    axes.margins(x=0.3)
    return legend(label(axes, title, "milliseconds a query (log scale)", "gain in nDCG@10"))


def gain_and_loss(curves: Mapping[str, Mapping[int, Sequence[float]]], title: str) -> "Axes":
    """Draw task -> number of training pairs -> change of nDCG@10 of each seed: a line through the means.

    Every seed is a mark of its own; the line at 0 is the model before tuning. Lesson 04.
    """
    axes = new_axes(height=3.4)
    for number, (task, curve) in enumerate(curves.items()):
        sizes = sorted(curve)
        style = {"color": COLOURS[number]}
        axes.plot(sizes, [np.mean(curve[size]) for size in sizes], LINES[number % 4], label=task, **style)
        points = [(size, change) for size in sizes for change in curve[size]]
        axes.plot(*np.array(points).T, MARKERS[number], markersize=5, alpha=0.7, **style)
    axes.axhline(0, color=GREY, linewidth=1)
    return legend(label(axes, title, "training pairs", "change of nDCG@10"))


def _ends(interval: Interval) -> tuple[float, float]:
    """How far the interval reaches below and above its mean; never below 0, whatever rounding did."""
    return max(interval.mean - interval.low, 0.0), max(interval.high - interval.mean, 0.0)
