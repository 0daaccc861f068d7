"""Shares of right, made-up and well-formed replies, arm by arm, and their differences, with intervals."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, GREY, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def shares(
    intervals: Mapping[str, Mapping[str, Interval]], title: str, of: str = "the questions"
) -> "Axes":
    """Draw measure -> arm -> Interval as points with bars, in percent, one row a measure and one mark an arm.

    `of` says what they are shares of. The number stands beside each point, so that the figure can be read
    without its grid. Raises CourseError for more arms than there are colours. Lesson 00.
    """
    arms = list(dict.fromkeys(arm for each in intervals.values() for arm in each))
    if len(arms) > len(MARKERS):
        raise CourseError(
            f"{len(arms)} arms in one figure cannot be told apart.",
            allowed=f"at most {len(MARKERS)}",
            next_step="make rows of the arms, and marks of the measures",
        )
    gap = 0.8 / len(arms)
    axes = new_axes(height=1.2 + 0.32 * len(arms) * len(intervals))
    for number, (arm, colour) in enumerate(zip(arms, COLOURS[: len(arms)], strict=True)):
        rows = [(row, each[arm]) for row, each in enumerate(intervals.values()) if arm in each]
        y = [row + (number - (len(arms) - 1) / 2) * gap for row, _ in rows]
        mean, low, high = 100 * np.array([(each.mean, each.low, each.high) for _, each in rows]).T
        bars = np.maximum([mean - low, high - mean], 0)
        axes.errorbar(mean, y, xerr=bars, fmt=MARKERS[number], color=colour, capsize=3, label=arm)
        for (_, each), end, place in zip(rows, high, y, strict=True):
            share = 100 * round(each.mean, 2)  # as an interval is printed
            axes.annotate(f"{share:.0f}", (end, place), (6, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(intervals)), list(intervals))
    axes.set_ylim(len(intervals) - 0.5, -0.5)
    axes.set_xlim(-2, 108)
    axes.set_xticks(range(0, 101, 20))
    axes.grid(False, axis="y")
    legend(axes)
    return label(axes, title, f"share of {of} (percent), with its 95 % interval", "")


def gains(found: Mapping[str, tuple[Interval, Interval]], title: str, unit: str) -> "Axes":
    """Draw differences by name, one row each, as marks with two bars, in percentage points of `unit`.

    The thick bar is the first interval, each by itself; the thin one the second, of which all hold together,
    as experiments.against gives them. Lesson 09.
    """
    axes = new_axes(height=1.3 + 0.3 * len(found))
    for number, (width, name) in enumerate(((3.0, "each by itself, 95 %"), (1.0, "all together, 95 %"))):
        each = [both[number] for both in found.values()]
        mean, low, high = 100 * np.array([(one.mean, one.low, one.high) for one in each]).reshape(-1, 3).T
        axes.hlines(range(len(found)), low, high, color=COLOURS[0], linewidth=width, label=name)
    axes.plot(mean, range(len(found)), "o", color=COLOURS[0])
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(found)), list(found))
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.grid(False, axis="y")
    legend(axes)
    return label(axes, title, f"{unit}, percentage points", "")
