"""Figures of lesson 08: what a small model keeps of its teacher, and what an answer takes."""

from collections.abc import Mapping

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import COLOURS, MARKERS, heading, label, legend, new_axes


def students(
    found: Mapping[str, Mapping[str, Interval]], milliseconds: Mapping[str, float], title: str
) -> np.ndarray:
    """Draw model -> measure -> its share, in percent, against the milliseconds that an answer takes it; a
    panel a measure. Returns the axes, (measures,). Claim C32; lesson 08.
    """
    measures = list(dict.fromkeys(measure for each in found.values() for measure in each))
    panels = np.atleast_1d(new_axes(9.0, 3.4, columns=len(measures), sharey=True))
    for panel, measure in zip(panels, measures, strict=True):
        for number, (model, each) in enumerate(found.items()):
            share = each[measure]
            ends = [[100 * max(0.0, share.mean - share.low)], [100 * max(0.0, share.high - share.mean)]]
            look = {"fmt": MARKERS[number], "color": COLOURS[number], "capsize": 3, "markersize": 8}
            panel.errorbar([milliseconds[model]], [100 * share.mean], yerr=ends, label=model, **look)
        panel.set_ylim(-4, 104)
        panel.set_xlim(0, 1.15 * max(milliseconds.values()))
        label(panel, measure, "milliseconds an answer", "")
    panels[0].set_ylabel("share of the questions (percent)")
    legend(panels[-1])
    return heading(panels, title)
