"""The figures of the lessons: each function draws one and returns its axes; `show` displays it."""

from course_lib.plots.comparison import form_and_facts, stages
from course_lib.plots.index import IndexReading, bytes_by_kind, recall_against_time
from course_lib.plots.retrieval import passage_map, rank_curve
from course_lib.plots.shares import shares
from course_lib.plots.style import new_axes, show
from course_lib.plots.tuning import loss_curve, memory_bars, weights_and_levels

__all__ = [
    "IndexReading",
    "bytes_by_kind",
    "form_and_facts",
    "loss_curve",
    "memory_bars",
    "new_axes",
    "passage_map",
    "rank_curve",
    "recall_against_time",
    "shares",
    "show",
    "stages",
    "weights_and_levels",
]
