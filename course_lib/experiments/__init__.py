"""Experiments: questions, arms and measures put together; lesson 09 shows them, `make results` runs them.

What this package does not do: score one reply (evaluation does) or keep a verdict (claims does).
"""

from course_lib.experiments.arms import (
    ARMS,
    CLOSED_BOOK,
    FACTS_RAG,
    GOLD,
    HYBRID,
    OLD_INDEX,
    PROMPTED,
    RAG,
    RETRAINED,
    TUNED_FACTS,
    TUNED_FORM,
    Arm,
    GoldPassages,
    closed_book_arm,
    prompted_arm,
    rag_arm,
)
from course_lib.experiments.failures import CELLS, failure_table, with_outcomes
from course_lib.experiments.form_and_facts import c31
from course_lib.experiments.measures import (
    FRESH,
    MEASURES,
    PRECISION,
    SAYS_SO,
    SILENT,
    SOURCE,
    STALE,
    STYLE,
    TAUGHT,
    VALUE,
    Measure,
    against,
    difference,
    interval,
    scores,
)
from course_lib.experiments.sampling import held_out, values_before
from course_lib.experiments.stored import answers_of_this_model
from course_lib.experiments.summary import by_column, costs, side_by_side, summary
from course_lib.experiments.table import STAGES, compare

__all__ = [
    "ARMS",
    "CLOSED_BOOK",
    "FACTS_RAG",
    "c31",
    "FRESH",
    "HYBRID",
    "MEASURES",
    "OLD_INDEX",
    "PRECISION",
    "PROMPTED",
    "RAG",
    "RETRAINED",
    "SAYS_SO",
    "SILENT",
    "SOURCE",
    "STAGES",
    "STALE",
    "STYLE",
    "TAUGHT",
    "TUNED_FACTS",
    "TUNED_FORM",
    "VALUE",
    "Arm",
    "Measure",
    "against",
    "answers_of_this_model",
    "by_column",
    "closed_book_arm",
    "compare",
    "costs",
    "difference",
    "held_out",
    "interval",
    "prompted_arm",
    "rag_arm",
    "scores",
    "side_by_side",
    "summary",
    "values_before",
    "GOLD",
    "GoldPassages",
    "CELLS",
    "failure_table",
    "with_outcomes",
]
