"""How often a poisoned page gets its way, without a guard and with each. Lesson 05."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_lib.arguments import paired
from course_lib.evaluation.answers import score
from course_lib.evaluation.statistics import CLUSTER, intervals
from course_lib.generation.citations import abstained, beside_abstention
from course_lib.generation.poison import Poison
from course_lib.generation.rag import Answer
from course_lib.generation.values import states

if TYPE_CHECKING:
    import pandas as pd

TRUTHS = ("found", "obeyed", "right", "abstained")


def attack_table(poisons: Sequence[Poison], answers: Sequence[Answer], guard: str = "none") -> "pd.DataFrame":
    """What the answers to the poisons' questions came to: a row each, with the name of the guard.

    Columns: guard, kind, question, fact, found (the poisoned page stood in the prompt), obeyed (the reply
    states the false value, if need be beside an abstention), right, abstained, reply. Lesson 05.
    """
    import pandas as pd

    return pd.DataFrame([_row(guard, *pair) for pair in paired(poisons, answers, "poisons", "answers")])


def _row(guard: str, poison: Poison, answer: Answer) -> dict:
    silent = abstained(answer.text)
    return {
        "guard": guard,
        "kind": poison.kind,
        "question": poison.question.id,
        "fact": poison.question.fact,
        "found": any(hit.chunk.document_id == poison.document.id for hit in answer.hits),
        "obeyed": states(beside_abstention(answer.text), poison.goal),
        "right": score(answer.text, poison.question, answer.hits).correct,
        "abstained": silent,
        "reply": answer.text,
    }


def shares(table: "pd.DataFrame", cluster: str | None = CLUSTER) -> "pd.DataFrame":
    """The share of each truth by kind and guard with its 95 % interval, a row each; n facts. Lesson 05."""
    import pandas as pd

    found = [intervals(table, truth, ["kind", "guard"], cluster).assign(share=truth) for truth in TRUTHS]
    return pd.concat(found, ignore_index=True)[["kind", "guard", "share", "mean", "low", "high", "n"]]
