"""Which learning rate each adapter of the comparison gets: both trained at a few, scored on dev questions.

The recipes' own rate (tuning/recipes.py) was chosen here. Lesson 09.
"""

from dataclasses import replace
from typing import Any

from course_lib.evaluation.statistics import Interval
from course_lib.experiments.arms import HYBRID, TUNED_FACTS, closed_book_arm, rag_arm
from course_lib.experiments.measures import STYLE, VALUE
from course_lib.experiments.setting import Setting
from course_lib.experiments.summary import summary
from course_lib.tuning import recipes

NAME = "rates"
RATES = (3e-3, 1e-2, 3e-2)


def measure(setting: Setting) -> dict[str, Any]:
    """Both adapters at each rate, one seed and the same steps; the setting's questions are of 2025.

    The adapter of the facts goes a quarter of its way: enough to tell the rates apart.
    """
    short_way = {"epochs": recipes.knowledge()["epochs"] // 4}
    rows = []
    for rate in RATES:
        changes = {**setting.changes, "learning_rate": rate}
        at = replace(setting, work=setting.work / f"{rate:g}", changes=changes)
        style = at.adapter("style", recipes.train_style)
        facts = at.adapter("knowledge", recipes.train_knowledge, **short_way)
        table = at.asked(
            rag_arm(HYBRID, setting.old_index, setting.served(style.adapter)),
            closed_book_arm(TUNED_FACTS, setting.served(facts.adapter)),
        )
        for row in summary(table, [VALUE, STYLE]).to_dict("records"):
            rows.append({"rate": rate} | row)
            found = Interval(row["mean"], row["low"], row["high"])
            setting.say(f"{rate:g} {row['arm']}: {row['measure']} {found}")
    return {"questions": len(setting.questions), "rates": rows}
