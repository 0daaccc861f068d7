"""Does the prompt of the training have to be that of the serving? Four combinations; claim C16. Lesson 09.

The same curated pairs are taught once with their passages in the prompt and once closed-book, with the same
steps and rate, and each adapter is served both ways; the first of each kind also with the gold passages,
which tells what the others lose in reading.
"""

from typing import TYPE_CHECKING

from course_lib.experiments.arms import GOLD, HYBRID, TUNED_FORM, closed_book_arm, rag_arm
from course_lib.experiments.form_and_facts import Measured, cost
from course_lib.experiments.measures import STYLE, VALUE, difference
from course_lib.experiments.setting import AskedOf, Parts, Rule, Setting
from course_lib.tuning import recipes
from course_lib.tuning.train import TrainingRun

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
            runs.append(_trained(setting, tuned, seed))
            model = setting.served(runs[-1].adapter)
            served = {way: asked.get(arm_name(tuned, way), arm_name(tuned, way)) for way in (WITH, WITHOUT)}
            ways = (
                rag_arm(served[WITH], setting.index, model),
                closed_book_arm(served[WITHOUT], model),
            )
            tables.append(setting.asked(*ways, seed=seed))
    tables += [setting.asked(arm, of=questions) for arm, questions in repeatable(setting)]
    told = {"training": {run.adapter.name: cost(run) for run in runs}}
    table = pd.concat(tables, ignore_index=True)
    named = table["arm"].replace({theirs: ours for ours, theirs in asked.items()})
    return Measured(table.assign(arm=named), told)


def repeatable(setting: Setting) -> list[AskedOf]:
    """The arms with the gold passages, each with the questions that it is asked: `--again` adds them."""
    models = {tuned: setting.served(_trained(setting, tuned).adapter) for tuned in (WITH, WITHOUT)}
    given = [rag_arm(arm_name(tuned, GOLD), setting.gold, model) for tuned, model in models.items()]
    return [(arm, setting.known) for arm in given]


def _trained(setting: Setting, tuned: str, seed: int = 0) -> TrainingRun:
    name = f"style-{seed}" if tuned == WITH else f"style-without-{seed}"
    return setting.adapter(name, recipes.train_style, seed, passages=tuned == WITH)


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
