"""Does a narrow tune overfit to the form of its training prompts? Other wordings, and another layout.

One tuning sees plain questions in one layout, the other as many pairs in all wordings and three layouts. Both
are asked about the same facts as they were trained, casually, with typing mistakes, and in a layout that
neither has seen. Claim C12; lesson 08.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.corpus.documents import Question, load_questions
from course_lib.evaluation.answers import abstained, complies, value_correct
from course_lib.evaluation.statistics import Interval, paired_bootstrap
from course_lib.experiments.arms import GoldPassages
from course_lib.experiments.hits import gain, hits, scores, share
from course_lib.experiments.in_memory import NOTHING, SEEDS, STYLE, UNTUNED, ready, teach, took
from course_lib.experiments.setting import passages
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.prompts import FROM_PASSAGES, HOUSE_STYLE_TOKENS, Message, with_passages
from course_lib.generation.types import Messages
from course_lib.tuning.examples import style_examples

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Parts, Rule

NAME = "prompt_shift"
NARROW, VARIED = "one form of prompt", "many forms of prompt"
ARMS = (UNTUNED, NARROW, VARIED)
AS_TRAINED, CASUAL, MISSPELT, RELAID = "as trained", "casual", "misspelt", "other layout"
OTHERS = (CASUAL, MISSPELT, RELAID)
FORMS = (AS_TRAINED, *OTHERS)
FACTS = 40  # asked in every form
ASK = "\n\nQuestion: "  # between passages and question in the course's own layout

Layout = Callable[[str, str], list[Message]]  # of the passages as a text, and the question


def _turns(system: str, user: str) -> list[Message]:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


LAYOUTS: tuple[Layout, ...] = (  # the course's own, and two more to learn from
    lambda text, question: _turns(FROM_PASSAGES, f"{text}{ASK}{question}"),
    lambda text, question: _turns(FROM_PASSAGES, f"{question}\n\nPassages:\n{text}"),
    lambda text, question: _turns(f"{FROM_PASSAGES}\n\n{text}", question),
)


def other_layout(text: str, question: str) -> list[Message]:
    """The layout that no training has: another instruction, and tags around each part."""
    user = f"<question>{question}</question>\n<documents>\n{text}\n</documents>"
    return _turns("You help people with their questions about the documents below.", user)


def relaid(messages: Messages, layout: Layout) -> list[Message]:
    """A prompt of the course, or an example, in another layout."""
    _, user, *reply = messages
    text, _, question = user["content"].rpartition(ASK)
    return [*layout(text, question), *reply]


def points(profile: str) -> list[dict[str, Any]]:
    """The untuned model, then both ways of training, once a seed."""
    tuned = [(arm, seed) for arm in (NARROW, VARIED) for seed in range(SEEDS)]
    return [{"arm": arm, "seed": seed, "size": profile} for arm, seed in ((UNTUNED, 0), *tuned)]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point trained and asked in every form: "FORM: style" and "FORM: right" are hits, an entry a fact."""
    if point["arm"] == UNTUNED:
        return asked(load_language_model(), FACTS) | NOTHING
    budget = STYLE[point["size"]]
    some = examples(point["arm"], budget.examples, point["seed"])
    tuned = teach(some, budget, point["seed"])
    return asked(ready(tuned), FACTS) | took(tuned)


def examples(arm: str, many: int, seed: int) -> list[Messages]:
    """Pairs of the house style in one form of prompt, or in many: wordings as they come, layouts in turn."""
    every = style_examples(1000, seed, most=1)
    if arm == NARROW:
        return [each for each in every if _is_plain(each)][:many]
    return [relaid(each, LAYOUTS[i % len(LAYOUTS)]) for i, each in enumerate(every[:many])]


def _is_plain(example: Messages) -> bool:
    question = example[-2]["content"].rpartition(ASK)[2]
    return question[0].isupper() and question.endswith("?")


def asked(model: LocalModel, facts: int) -> dict[str, Any]:
    """The hits of a model in every form of prompt, with the passage that answers."""
    prompts = {form: prompts_in(form, facts) for form in FORMS}
    found: dict[str, Any] = {"questions": sum(map(len, prompts.values()))}
    for form, some in prompts.items():
        replies = [
            reply.text
            for reply in model.replies([prompt for prompt, _ in some], max_new_tokens=HOUSE_STYLE_TOKENS)
        ]
        right = [
            not abstained(reply) and value_correct(reply, value)
            for reply, (_, value) in zip(replies, some, strict=True)
        ]
        found |= {f"{form}: style": hits(complies(reply)[0] for reply in replies)}
        found |= {f"{form}: right": hits(right)}
    return found


def prompts_in(form: str, facts: int) -> list[tuple[list[Message], str]]:
    """The prompts of a form with the values asked for, the same facts in the same order for each form."""
    wording = form if form in (CASUAL, MISSPELT) else "plain"
    by_fact = _wordings()
    some = [by_fact[fact][wording] for fact in Random(0).sample(sorted(by_fact), facts)]
    gold = GoldPassages(some, passages("2026")).search_many([each.text for each in some], 1)
    asked = [with_passages(q.text, [hit.chunk for hit in hits]) for q, hits in zip(some, gold, strict=True)]
    if form == RELAID:
        asked = [relaid(each, other_layout) for each in asked]
    return [(prompt, question.value or "") for prompt, question in zip(asked, some, strict=True)]


def _wordings() -> dict[str, dict[str, Question]]:
    """Fact -> phrasing -> test question, for the facts that are asked in all three phrasings."""
    found: dict[str, dict[str, Question]] = {}
    for question in load_questions("test", "2026"):
        if question.kind == "lookup" and question.value:
            found.setdefault(question.fact, {})[question.phrasing] = question
    return {fact: some for fact, some in found.items() if {"plain", CASUAL, MISSPELT} <= some.keys()}


def c12(table: "pd.DataFrame") -> "Parts":
    """A narrow tune overfits to the form of its training prompts: it keeps the style less often in each other
    form, and loses more right values in them than the untuned model does.
    """
    narrow = {"arm": NARROW}
    trained = scores(table, f"{AS_TRAINED}: style", narrow)
    parts: Parts = {
        f"house style: {AS_TRAINED} − {form}": paired_bootstrap(
            trained, scores(table, f"{form}: style", narrow)
        )
        for form in OTHERS
    }
    what = "right values lost in other forms: tuned − untuned"
    return parts | {what: paired_bootstrap(_lost(table, NARROW), _lost(table, UNTUNED))}


def cure(table: "pd.DataFrame") -> "dict[str, Interval]":
    """Form of the test -> what the house style gains there from training on many forms of prompt rather than
    on one. Lesson 08.
    """
    ways = {"arm": VARIED}, {"arm": NARROW}
    return {form: gain(table, f"{form}: style", *ways) for form in FORMS}


def shown(table: "pd.DataFrame") -> "dict[str, dict[str, Interval]]":
    """Measure and form of the prompt -> arm -> its share, as plots.shares draws it."""
    return {
        f"{name}, {form}": {arm: share(table, f"{form}: {column}", {"arm": arm}) for arm in ARMS}
        for name, column in (("style", "style"), ("right value", "right"))
        for form in FORMS
    }


def _lost(table: "pd.DataFrame", arm: str) -> np.ndarray:
    right = {form: scores(table, f"{form}: right", {"arm": arm}) for form in FORMS}
    return right[AS_TRAINED] - np.mean([right[form] for form in OTHERS], axis=0)


RULES: "dict[str, Rule]" = {"C12": c12}
