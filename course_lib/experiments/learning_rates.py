"""Which learning rate each adapter of the comparison gets: both trained at a few, scored on dev questions.

The recipes' own rate (tuning/recipes.py) was chosen here. Lesson 09.
"""

from dataclasses import replace
from typing import Any

from course_lib import runtime
from course_lib.evaluation.statistics import Interval
from course_lib.experiments.arms import HYBRID, TUNED_FACTS, closed_book_arm, rag_arm
from course_lib.experiments.measures import STYLE, VALUE
from course_lib.experiments.setting import Setting
from course_lib.experiments.summary import summary
from course_lib.tuning import recipes

NAME = "rates"
LOSS = "loss of the last quarter of the steps"  # nats a token; a short training of facts is right on none
RATES = {"tiny": (3e-3, 1e-2, 3e-2), "laptop": (1e-3, 2e-3, 4e-3), "gpu": (1e-4, 2e-4, 1e-3)}
# How far the adapters of the form and of the facts go: enough to tell the rates apart.
SHORT_WAY: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "tiny": ({}, {"epochs": 2}),
    "laptop": ({"examples": 32, "most": 1, "epochs": 1}, {"steps": 16}),
    "gpu": ({}, {"epochs": 2}),
}


def measure(setting: Setting) -> dict[str, Any]:
    """Both adapters at each rate of the profile, one seed; the setting's questions are of 2025."""
    profile, rows = runtime.current().profile, []
    short_style, short_facts = SHORT_WAY[profile]
    for rate in RATES[profile]:
        changes = {**setting.changes, "learning_rate": rate}
        at = replace(setting, work=setting.work / f"{rate:g}", changes=changes)
        style = at.adapter("style", recipes.train_style, **short_style)
        facts = at.adapter("knowledge", recipes.train_knowledge, **short_facts)
        table = at.asked(
            rag_arm(HYBRID, setting.old_index, setting.served(style.adapter)),
            closed_book_arm(TUNED_FACTS, setting.served(facts.adapter)),
        )
        for arm, run in ((HYBRID, style), (TUNED_FACTS, facts)):
            last = run.losses[-max(1, len(run.losses) // 4) :]
            rows.append({"rate": rate, "arm": arm, "measure": LOSS, "mean": sum(last) / len(last)})
            setting.say(f"{rate:g} {arm}: {LOSS} {rows[-1]['mean']:.2f}")
        for row in summary(table, [VALUE, STYLE]).to_dict("records"):
            rows.append({"rate": rate} | row)
            found = Interval(row["mean"], row["low"], row["high"])
            setting.say(f"{rate:g} {row['arm']}: {row['measure']} {found}")
    return {"questions": len(setting.questions), "rates": rows}
