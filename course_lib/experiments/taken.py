"""What calls, an index and a training take, in tokens and seconds: asked live, or read off the comparison.

Lesson 11. What this module does not do: put a price on it (money.py does).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course_lib.experiments.arms import CLOSED_BOOK, RAG, TUNED_FACTS
from course_lib.experiments.money import Call, measured_call
from course_lib.experiments.setting import passages
from course_lib.generation.budget import count_tokens
from course_lib.generation.language_model import LocalModel
from course_lib.tuning import recipes
from course_lib.tuning.batches import encode
from course_lib.tuning.examples import closed_book_examples

if TYPE_CHECKING:
    import pandas as pd

EDITION = "2026"


@dataclass(frozen=True)
class Taken:
    """A call with passages, one of the tuned model without; tokens embedded, and trained on in all epochs."""

    rag: Call
    tuned: Call
    embedded: float
    trained: float


def taken(model: LocalModel, costs: "pd.DataFrame", stored: Mapping[str, Any] | None = None) -> Taken:
    """What RAG and a model that is tuned on the facts take, with this model's tokens.

    `costs` are those of a live comparison (summary.costs) of the arms CLOSED_BOOK and RAG; a `stored` one,
    which asked more questions, comes before it. Without it the tuned call is the closed-book one, with a
    reply as long as those that it is trained on. To search, the closed-book prompt's tokens are embedded.
    """
    examples = closed_book_examples(EDITION, recipes.PARAPHRASES)
    trained = encode(examples, model.tokenizer, model.context)
    reply = sum(one.reply for one in trained) / len(trained)
    live = {arm: dict(costs.loc[arm]) for arm in (CLOSED_BOOK, RAG)}
    live[TUNED_FACTS] = live[CLOSED_BOOK] | {"completion_tokens": reply}
    found = live | (dict(stored["costs"]) if stored else {})
    return Taken(
        rag=measured_call(found[RAG], embedded=float(found[CLOSED_BOOK]["prompt_tokens"])),
        tuned=measured_call(found[TUNED_FACTS], tuned=True),
        embedded=sum(count_tokens(model, chunk.passage) for chunk in passages(EDITION)),
        trained=sum(len(one.ids) for one in trained) * recipes.knowledge()["epochs"],
    )
