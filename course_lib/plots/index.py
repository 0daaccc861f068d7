"""Figures of lesson 03: what an index gives up in recall for time and memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.plots.style import COLOURS, LINES, MARKERS, label, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class IndexReading:
    """One measured setting of an index: its kind, recall@10, milliseconds a query and bytes a vector."""

    kind: str
    setting: str
    recall: float
    milliseconds: float
    bytes_per_vector: float


def recall_against_time(readings: Sequence[IndexReading], title: str) -> "Axes":
    """Recall@10 over milliseconds a query (logarithmic), one line a kind of index, settings as labels."""
    axes = new_axes()
    for i, kind in enumerate(dict.fromkeys(r.kind for r in readings)):
        mine = sorted((r for r in readings if r.kind == kind), key=lambda r: r.milliseconds)
        x, y = [r.milliseconds for r in mine], [r.recall for r in mine]
        axes.plot(x, y, MARKERS[i], linestyle=LINES[i % len(LINES)], color=COLOURS[i], label=kind)
        # Two curves that meet keep their labels apart.
        beside, side = ((-4, 6), "right") if i % 2 == 0 else ((4, -10), "left")
        for r in mine:
            axes.annotate(
                r.setting,
                (r.milliseconds, r.recall),
                fontsize=7,
                xytext=beside,
                textcoords="offset points",
                horizontalalignment=side,
            )
    axes.set_xscale("log")
    axes.set_ylim(0, 1.1)
    axes.margins(x=0.2)  # room for the labels on the left
    return legend(label(axes, title, "milliseconds a query (log scale)", "recall@10"))


def bytes_by_kind(readings: Sequence[IndexReading], title: str) -> "Axes":
    """Bytes a vector as bars, one a kind of index."""
    axes = new_axes(height=2.6)
    first = {r.kind: r for r in reversed(readings)}
    kinds = list(dict.fromkeys(r.kind for r in readings))
    axes.barh(kinds, [first[k].bytes_per_vector for k in kinds], color=COLOURS[: len(kinds)])
    for i, kind in enumerate(kinds):
        axes.text(
            first[kind].bytes_per_vector, i, f" {first[kind].bytes_per_vector:,.0f}", va="center", fontsize=9
        )
    axes.invert_yaxis()
    axes.margins(x=0.12)
    return label(axes, title, "bytes a vector", "index")
