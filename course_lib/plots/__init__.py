"""The figures of the lessons: each function draws one and returns its axes; `show` displays it."""

from course_lib.plots.chunk_explorer import explore_chunks
from course_lib.plots.chunks import chunk_grid, chunk_ribbons
from course_lib.plots.comparison import form_and_facts, stages
from course_lib.plots.failures import failures
from course_lib.plots.failures import told as failures_told
from course_lib.plots.feedback_box import answer_card, feedback_box
from course_lib.plots.grounding import cache_curve, fault_map, latency_bars
from course_lib.plots.hybrid import (
    RerankReading,
    gain_against_time,
    gain_and_loss,
    saturation,
    scores_by_group,
)
from course_lib.plots.index import IndexReading, bytes_by_kind, recall_against_time
from course_lib.plots.retrieval import passage_map, rank_curve
from course_lib.plots.shares import shares
from course_lib.plots.style import new_axes, show
from course_lib.plots.trust import (
    answered_curves,
    control_charts,
    looks,
    reviews,
    right_against_wrong,
)
from course_lib.plots.tuning import learning_curve, loss_curve, memory_bars, weights_and_levels

__all__ = [
    "IndexReading",
    "RerankReading",
    "answer_card",
    "answered_curves",
    "bytes_by_kind",
    "cache_curve",
    "chunk_grid",
    "chunk_ribbons",
    "control_charts",
    "explore_chunks",
    "failures",
    "failures_told",
    "fault_map",
    "feedback_box",
    "form_and_facts",
    "gain_against_time",
    "gain_and_loss",
    "latency_bars",
    "learning_curve",
    "looks",
    "loss_curve",
    "memory_bars",
    "new_axes",
    "passage_map",
    "rank_curve",
    "recall_against_time",
    "reviews",
    "right_against_wrong",
    "saturation",
    "scores_by_group",
    "shares",
    "show",
    "stages",
    "weights_and_levels",
]
