"""How well a model reads: the gold passage given, four retrieved, none; plain, and with two worked examples.

It is measured of one model at a time. `together` puts the model as it comes beside the same model taught to
read, and the rules of C33 and C34 are about the two. Lesson 09.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import stored
from course_lib.experiments.arms import (
    CLOSED_BOOK,
    GOLD,
    RAG,
    closed_book_arm,
    prompted_arm,
    rag_arm,
)
from course_lib.experiments.form_and_facts import AFTER, c33
from course_lib.experiments.measures import VALUE, interval
from course_lib.experiments.setting import AskedOf, Parts, Rule, Setting
from course_lib.tuning.examples import worked_examples

if TYPE_CHECKING:
    import pandas as pd

NAME = "reading"
SHOWN = " + two examples"
MOST = 0.5  # "ignores": more often wrong than right with the passage before it


def measure(setting: Setting) -> "pd.DataFrame":
    """A model's answers with the gold passage, with four retrieved, and with none; both ways of asking."""
    import pandas as pd

    tables = [setting.asked(arm, of=questions) for arm, questions in repeatable(setting)]
    return pd.concat(tables, ignore_index=True)


def repeatable(setting: Setting) -> list[AskedOf]:
    """The arms, each with the questions that it is asked; nothing is trained for them."""
    model, index = setting.served(), setting.index
    gold, examples = setting.gold, worked_examples(in_style=False)
    return [
        (rag_arm(RAG, index, model), setting.questions),
        (prompted_arm(RAG + SHOWN, index, model, examples, style=None), setting.questions),
        (closed_book_arm(CLOSED_BOOK, model), setting.questions),
        (rag_arm(GOLD, gold, model), setting.known),
        (prompted_arm(GOLD + SHOWN, gold, model, examples, style=None), setting.known),
    ]


def together(before: "pd.DataFrame", after: "pd.DataFrame") -> "pd.DataFrame":
    """One table of the model as it comes and of the same model taught, whose arms get a name that says so.

    Raises CourseError if the two were not asked the same questions.
    """
    import pandas as pd

    if set(before["question"]) != set(after["question"]):
        raise CourseError(
            "The two models were not asked the same questions.",
            next_step="measure both with the same --questions",
        )
    return pd.concat([before, after.assign(arm=after["arm"] + AFTER)], ignore_index=True)


def judged(table: "pd.DataFrame", label: str, folder: str | Path) -> "tuple[pd.DataFrame, dict[str, Rule]]":
    """What the answers of a model are judged by: the table, and the rules that it can answer.

    Those of SmolLM2 taught to read stand beside its answers as it comes, which are stored in `folder`; those
    as it comes are judged there too, and as long as they are not stored nothing is. Another model is judged
    as it is.
    """
    before = f"{NAME}-{runtime.PRETRAINED}"
    if label not in (runtime.PRETRAINED, runtime.READER):
        return table, {claim: rule for claim, rule in RULES.items() if claim not in OF_SMOLLM2}
    if label == runtime.PRETRAINED or before not in stored.names(folder):
        return table, {}
    return together(stored.read(folder, before), table), RULES


def c34(table: "pd.DataFrame") -> Parts:
    """Small readers ignore their context: with the very passage that states it more than half of the values
    are not given (wrong, or silence), as it comes, with two worked examples, and taught to read.

    `table` is that of `together`, or of one model as it is. The share of failures in which a passage stated
    the value says less: where the search is good, nearly all failures are of that kind, however few they are.
    """
    arms = {"as it comes": GOLD, "with two worked examples": GOLD + SHOWN, "taught to read": GOLD + AFTER}
    right = {name: interval(table, arm, VALUE) for name, arm in arms.items()}
    return {
        f"not right with the gold passage, {name}": (Interval(1 - s.mean, 1 - s.high, 1 - s.low), MOST)
        for name, s in right.items()
        if s is not None
    }


RULES: dict[str, Rule] = {"C33": c33, "C34": c34}
OF_SMOLLM2 = ("C33",)  # of the model before and after it was taught, which of wren nobody has
