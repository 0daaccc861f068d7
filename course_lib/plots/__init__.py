"""The figures of the lessons: each function draws one and returns its axes; `show` displays it."""

from course_lib.plots.chunk_explorer import explore_chunks
from course_lib.plots.chunks import chunk_grid, chunk_ribbons
from course_lib.plots.comparison import form_and_facts, models_side_by_side, stages
from course_lib.plots.decision import gap_bars, verdict_grid
from course_lib.plots.decision_explorer import explore_decision
from course_lib.plots.exposure import exposure_curve
from course_lib.plots.failures import failures, fates
from course_lib.plots.failures import told as failures_told
from course_lib.plots.feedback_box import answer_card, feedback_box
from course_lib.plots.forgetting import frontiers
from course_lib.plots.grounding import cache_curve, fault_map, latency_bars
from course_lib.plots.hybrid import (
    RerankReading,
    gain_against_time,
    gain_and_loss,
    saturation,
    scores_by_group,
)
from course_lib.plots.index import IndexReading, bytes_by_kind, recall_against_time
from course_lib.plots.lora import energy_curves, losses_by_rate, trained_shares
from course_lib.plots.memory import levels_of_types, memory_by_method
from course_lib.plots.money import cost_by_volume, tornado
from course_lib.plots.noise import noise_curve
from course_lib.plots.retrieval import passage_map, rank_curve
from course_lib.plots.shares import gains, shares
from course_lib.plots.students import students
from course_lib.plots.style import new_axes, show
from course_lib.plots.tokens import show_tokens
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
    "cost_by_volume",
    "energy_curves",
    "explore_chunks",
    "explore_decision",
    "exposure_curve",
    "failures",
    "failures_told",
    "fates",
    "fault_map",
    "feedback_box",
    "form_and_facts",
    "frontiers",
    "gain_against_time",
    "gain_and_loss",
    "gains",
    "gap_bars",
    "latency_bars",
    "learning_curve",
    "levels_of_types",
    "looks",
    "loss_curve",
    "losses_by_rate",
    "memory_bars",
    "memory_by_method",
    "models_side_by_side",
    "new_axes",
    "noise_curve",
    "passage_map",
    "rank_curve",
    "recall_against_time",
    "reviews",
    "right_against_wrong",
    "saturation",
    "scores_by_group",
    "shares",
    "show",
    "show_tokens",
    "stages",
    "students",
    "tornado",
    "trained_shares",
    "verdict_grid",
    "weights_and_levels",
]
