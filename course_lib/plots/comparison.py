"""Figures of lesson 09: what each way to answer reaches, with its interval, and where its time goes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import experiments
from course_lib.errors import CourseError
from course_lib.plots.style import COLOURS, GREY, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

VALUES_AND_FORM = "right values (percent of answerable questions)", "house style (percent of replies)"
BESIDE = (experiments.PRECISION, experiments.FRESH, experiments.STALE)  # what the right-hand panel shows


def form_and_facts(summed: "pd.DataFrame", title: str) -> Any:
    """The lesson in one figure, from experiments.summary: each arm with its mark and 95 % intervals.

    Left, right values against house style; right, the sources and the facts that changed. An arm that was
    asked only about the changed facts stands only there. Raises CourseError without the measures. Lesson 09.
    """
    _check(summed, experiments.VALUE, experiments.STYLE, *BESIDE)
    left, right = new_axes(9.5, 4.4, columns=2, width_ratios=(1, 1.05))
    found = {(row.arm, row.measure): row for row in summed.itertuples()}
    arms = _in_order(summed["arm"].unique())
    looks = _looks(arms)
    whole = _values_and_form(left, summed, looks)
    named = set(whole)
    for row, measure in enumerate(BESIDE):
        fair = arms if measure.of == "changed" else whole
        shown = [arm for arm in fair if (arm, measure.name) in found]
        for number, arm in enumerate(shown):
            each = found[arm, measure.name]
            at = row + 0.76 * ((number + 0.5) / len(shown) - 0.5)
            name = None if arm in named else arm
            named.add(arm)
            right.errorbar(100 * each.mean, at, xerr=_bar(each), label=name, **looks[arm])
    right.set_xlim(-4, 104)
    right.set_yticks(range(len(BESIDE)), [_wrapped(measure.name) for measure in BESIDE])
    right.set_ylim(len(BESIDE) - 0.5, -0.5)
    right.grid(False, axis="y")
    for line in range(1, len(BESIDE)):
        right.axhline(line - 0.5, color=GREY, linewidth=0.6)
    label(left, title, *VALUES_AND_FORM)
    label(right, "Sources and freshness", "percent, with 95 % interval", "")
    # One legend below both; it takes names from either panel.
    left.get_figure().legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return np.array([left, right])


def models_side_by_side(summaries: "Mapping[str, pd.DataFrame]", title: str) -> np.ndarray:
    """Right values against house style, a panel a model, from the experiments.summary of each by its name.

    An arm looks the same in each. Raises CourseError without the measures, and without a model. Lesson 09.
    """
    if not summaries:
        raise CourseError("There is no summary to draw.", "experiments.summary(table) of a model or more")
    for summed in summaries.values():
        _check(summed, experiments.VALUE, experiments.STYLE)
    looks = _looks(_in_order({arm for summed in summaries.values() for arm in summed["arm"]}))
    panels = np.atleast_1d(new_axes(4.75 * len(summaries), 4.6, columns=len(summaries)))
    named: set[str] = set()
    for axes, (model, summed) in zip(panels, summaries.items(), strict=True):
        named |= set(_values_and_form(axes, summed, looks, named))
        label(axes, f"{title}: {model}", *VALUES_AND_FORM)
    columns = 2 * len(summaries)
    panels[0].get_figure().legend(loc="outside lower center", ncols=columns, frameon=False, fontsize=9)
    return panels


def _check(summed: "pd.DataFrame", *needed: experiments.Measure) -> None:
    """Raise CourseError for a summary that lacks a measure."""
    missing = [m.name for m in needed if m.name not in set(summed["measure"])]
    if missing:
        raise CourseError(f"The summary has no measure {missing[0]!r}.", "experiments.summary(table)")


def _in_order(arms: Iterable[str]) -> list[str]:
    place = {arm: number for number, arm in enumerate(experiments.ARMS)}
    return sorted(arms, key=lambda arm: (place.get(arm, len(place)), arm))


def _looks(arms: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Mark and colour of each arm."""
    edge = {"markeredgecolor": "black", "markeredgewidth": 0.5}
    shared = {"markersize": 8, "capsize": 3, "linewidth": 1.2} | edge
    return {arm: {"fmt": MARKERS[i], "color": COLOURS[i]} | shared for i, arm in enumerate(arms)}


def _values_and_form(
    axes: "Axes",
    summed: "pd.DataFrame",
    looks: Mapping[str, Mapping[str, Any]],
    named: Iterable[str] = (),
) -> list[str]:
    """Draw the arms that were asked everything, those not yet `named` with a label, and return them."""
    found = {(row.arm, row.measure): row for row in summed.itertuples()}
    most = max(row.n for row in summed.itertuples() if row.measure == experiments.STYLE.name)
    whole = [a for a in looks if (each := found.get((a, experiments.STYLE.name))) and each.n == most]
    for arm in whole:
        x, y = (found[arm, each.name] for each in (experiments.VALUE, experiments.STYLE))
        name = None if arm in named else arm
        axes.errorbar(100 * x.mean, 100 * y.mean, xerr=_bar(x), yerr=_bar(y), label=name, **looks[arm])
    axes.set_xlim(-4, 104)
    axes.set_ylim(-4, 104)
    return whole


def _bar(row) -> list[list[float]]:
    return [[100 * max(0.0, row.mean - row.low)], [100 * max(0.0, row.high - row.mean)]]


def _wrapped(text: str) -> str:
    return text.replace(", ", ",\n").replace(" that are", "\nthat are")


def stages(costs: "pd.DataFrame", title: str) -> "Axes":
    """Draw experiments.costs: milliseconds a question by stage, stacked, a bar an arm. Lesson 09."""
    axes = new_axes(height=2.8)
    start = np.zeros(len(costs))
    for number, stage in enumerate(experiments.STAGES):
        width = costs[stage].to_numpy()
        axes.barh(costs.index, width, left=start, color=COLOURS[number], label=stage)
        start = start + width
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    return legend(label(axes, title, "milliseconds a question, in a batch", ""))
