"""Does the prompt of the training have to be that of the serving? Four combinations; claim C16. Lesson 09.

The same curated pairs are taught once with their passages in the prompt and once closed-book, with the same
steps and rate, and each adapter is served both ways. There is no arm with the gold passage: the question is
what the training's prompt does under one and the same search, and the comparison has that arm.
"""

from typing import TYPE_CHECKING

from course_lib.experiments.arms import HYBRID, TUNED_FORM, closed_book_arm, rag_arm
from course_lib.experiments.form_and_facts import Measured, cost
from course_lib.experiments.measures import STYLE, VALUE, difference
from course_lib.experiments.setting import Parts, Rule, Setting
from course_lib.tuning import recipes

if TYPE_CHECKING:
    import pandas as pd

NAME = "prompt-format"
WITH, WITHOUT = "with passages", "without"


def arm_name(tuned: str, served: str) -> str:
    """The name of a combination: how its examples looked, and how it is asked."""
    return f"tuned {tuned}, served {served}"


def measure(setting: Setting) -> Measured:
    """The four combinations on every question, once a seed.

    Those tuned with passages are arms of the comparison, which trains and asks them once for both.
    """
    import pandas as pd

    tables, runs = [], []
    asked = {arm_name(WITH, WITH): HYBRID, arm_name(WITH, WITHOUT): TUNED_FORM}
    for seed in range(setting.seeds):
        for tuned in (WITH, WITHOUT):
            name = f"style-{seed}" if tuned == WITH else f"style-without-{seed}"
            runs.append(setting.adapter(name, recipes.train_style, seed, passages=tuned == WITH))
            model = setting.served(runs[-1].adapter)
            served = {way: asked.get(arm_name(tuned, way), arm_name(tuned, way)) for way in (WITH, WITHOUT)}
            ways = (
                rag_arm(served[WITH], setting.index, model),
                closed_book_arm(served[WITHOUT], model),
            )
            tables.append(setting.asked(*ways, seed=seed))
    told = {"training": {run.adapter.name: cost(run) for run in runs}}
    table = pd.concat(tables, ignore_index=True)
    named = table["arm"].replace({theirs: ours for ours, theirs in asked.items()})
    return Measured(table.assign(arm=named), told)


def c16(table: "pd.DataFrame") -> Parts:
    """Train with the prompt that you serve with: whichever way it is served, the matching training is better.

    Form counts both ways. Values count with passages only: without any, both trainings know nothing.
    """

    def gain(served: str, measure) -> Parts:
        other = WITHOUT if served == WITH else WITH
        matched, crossed = arm_name(served, served), arm_name(other, served)
        what = f"{measure.name}, served {served}: tuned {served} − tuned {other}"
        return {what: difference(table, matched, crossed, measure)}

    return gain(WITH, STYLE) | gain(WITHOUT, STYLE) | gain(WITH, VALUE)


RULES: dict[str, Rule] = {"C16": c16}
