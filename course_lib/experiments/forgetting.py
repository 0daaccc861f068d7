"""What does a model forget while it learns the house style? Full tuning, LoRA, LoRA with rehearsal.

Every arm is trained at several rates, since a rate decides both how much is learned and how much is lost, and
the arms are compared where they have learned equally much. Claim C11; lesson 08.
"""

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.corpus.documents import load_documents
from course_lib.corpus.exams import GeneralFact, load_format_tasks, load_general_facts
from course_lib.evaluation.answers import complies
from course_lib.evaluation.retention import facts_known, forms_kept, kl_to_base, text_losses
from course_lib.evaluation.statistics import paired_bootstrap
from course_lib.experiments import sweep
from course_lib.experiments.equal_learning import equally_learned, target_of
from course_lib.experiments.hits import hits, scores, share
from course_lib.experiments.in_memory import NOTHING, SEEDS, STYLE, UNTUNED, ready, took
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, closed_book
from course_lib.generation.types import Messages
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.examples import style_examples
from course_lib.tuning.rehearsal import mixed, own_replies
from course_lib.tuning.train import Tuned, fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.evaluation.statistics import Interval
    from course_lib.experiments.setting import Parts, Rule

NAME = "forgetting"
FULL, LORA, REHEARSED = "full tuning", "LoRA", "LoRA + rehearsal"
ARMS = {FULL: "full", LORA: "lora", REHEARSED: "lora"}  # arm -> method
REHEARSAL = 0.25  # share of the examples that are the model's own replies
CURATED = 1000
ASKED = {  # facts, forms, texts, and new pairs of the house style
    "tiny": (60, 42, 20, 32),
    "laptop": (48, 21, 8, 32),
    "gpu": (60, 42, 20, 32),
}
RATES = {  # from one at which an arm has not yet learned enough to one past its best
    "tiny": {
        FULL: (2e-4, 5e-4, 1e-3, 3e-3),
        LORA: (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2),
        REHEARSED: (2e-3, 4e-3, 8e-3),
    },
    "laptop": {
        FULL: (2e-5, 5e-5, 1e-4, 2e-4, 4e-4),
        LORA: (2e-4, 5e-4, 1e-3, 2e-3, 4e-3),
        REHEARSED: (1e-3, 2e-3, 4e-3),
    },
    "gpu": {FULL: (1e-5, 3e-5, 1e-4), LORA: (1e-4, 3e-4, 1e-3), REHEARSED: (1e-4, 3e-4, 1e-3)},
}


def points(profile: str) -> list[dict[str, Any]]:
    """The untuned model, then every arm at every rate, once a seed."""
    tuned = [
        {"arm": arm, "learning_rate": rate, "seed": seed, "size": profile}
        for arm, rates in RATES[profile].items()
        for rate in rates
        for seed in range(SEEDS)
    ]
    return [{"arm": UNTUNED, "learning_rate": 0.0, "seed": 0, "size": profile}, *tuned]


def live_point(profile: str) -> dict[str, Any]:
    """The point that the lesson trains while its learner waits: LoRA, at the middle of its rates."""
    rates = RATES[profile][LORA]
    return {"arm": LORA, "learning_rate": rates[len(rates) // 2], "seed": 0, "size": profile}


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point trained and examined: what it learned, what it kept, how far it went, and what that took."""
    base = load_language_model()
    if point["arm"] == UNTUNED:
        return examined(base, base, point["size"]) | NOTHING
    tuned = trained(point, base)
    return examined(ready(tuned), base, point["size"]) | took(tuned)


def trained(point: Mapping[str, Any], base: LocalModel) -> Tuned:
    """A fresh model tuned as a point says; `base` gives the replies that are rehearsed."""
    examples, settings = recipe(point, base)
    return tune(fresh_model(), examples, method=ARMS[point["arm"]], **settings)


def recipe(point: Mapping[str, Any], base: LocalModel) -> tuple[list[Messages], dict[str, Any]]:
    """The examples of a point and the settings of its training, but for the method."""
    budget = STYLE[point["size"]]
    learned, _ = pairs(point["size"])
    examples: list[Messages] = Random(point["seed"]).sample(learned, budget.examples)
    if point["arm"] == REHEARSED:
        examples = mixed(examples, rehearsed(base, budget.examples), REHEARSAL)
    return examples, budget.settings(point["seed"]) | {"learning_rate": point["learning_rate"]}


def examined(model: LocalModel, base: LocalModel, size: str) -> dict[str, Any]:
    """What a model knows, keeps and has learned, an entry a question.

    `general` and `formats` are hits, `text` losses on held-out pages; `style` are hits and `learning` is the
    loss on new pairs of the house style, `kl` the distance to the base on their prompts; nats a token.
    """
    facts, formats, texts, _ = ASKED[size]
    _, new = pairs(size)
    prompts = [example[:-1] for example in new]
    replies = model.replies(prompts, max_new_tokens=HOUSE_STYLE_TOKENS)
    return {
        "general": hits(facts_known(model, Random(0).sample(_asked_facts(), facts))),
        "formats": hits(forms_kept(model, load_format_tasks()[:formats])),
        "text": [round(loss, 4) for loss in text_losses(model, pages(texts))],
        "style": hits(complies(reply.text)[0] for reply in replies),
        "learning": round(float(example_losses(model, new).mean()), 4),
        "kl": 0.0 if model is base else round(float(np.mean(kl_to_base(base, model, prompts))), 4),
        "questions": facts + formats + len(new),
    }


def pairs(size: str) -> tuple[list[Messages], list[Messages]]:
    """Pairs of the house style with one passage each: those to learn from, and new ones about other facts."""
    every = style_examples(CURATED, most=1)
    held = ASKED[size][-1]
    new = every[-held:]
    said = {example[-1]["content"] for example in new if '"answered"' in example[-1]["content"]}
    return [each for each in every[:-held] if each[-1]["content"] not in said], new


def rehearsed(base: LocalModel, many: int) -> list[Messages]:
    """The base's own replies to questions of general knowledge, on facts that the exam does not ask."""
    facts = Random(1).sample(_facts()[::2], min(many // 2, len(_facts()) // 2))
    return own_replies(base, [closed_book(fact.questions[0]) for fact in facts])


def pages(many: int) -> list[str]:
    """Hand-written pages from all domains. The prompt of a pair may hold a passage of one, which is read
    there and not learned.
    """
    written = [each.text for each in load_documents("2026") if each.origin == "written"]
    return written[:: max(1, len(written) // many)][:many]


def _facts() -> list[GeneralFact]:
    return [fact for fact in load_general_facts() if not fact.invented]


def _asked_facts() -> list[GeneralFact]:
    return _facts()[1::2]  # the others may be rehearsed


def kept(table: "pd.DataFrame", arm: str, other: str) -> "Parts":
    """What an arm keeps more than another where both have learned equally much, measure by measure."""
    target = target_of(table, arm, other)

    def gain(column: str, sign: int = 1):
        ours, theirs = (equally_learned(table, each, column, target) for each in (arm, other))
        return paired_bootstrap(sign * ours, sign * theirs)

    return {
        f"general facts known: {arm} − {other}": gain("general"),
        f"forms kept: {arm} − {other}": gain("formats"),
        f"loss on hand-written pages, nats a token: {other} − {arm}": gain("text", -1),
    }


def summary(table: "pd.DataFrame") -> "pd.DataFrame":
    """A row an arm and rate, the untuned model first: means over items and seeds of all that was measured."""
    import pandas as pd

    rows = []
    for (arm, rate), some in table.groupby(["arm", "learning_rate"], sort=False):
        told = {"arm": arm, "learning_rate": rate, "seeds": len(some)}
        told |= {
            name: scores(some, name, {"arm": arm}).mean() for name in ("general", "formats", "text", "style")
        }
        rows.append(told | {name: some[name].mean() for name in ("learning", "kl")})
    return pd.DataFrame(rows)


def before_and_after(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> "dict[str, dict[str, Interval]]":
    """Measure -> before or after -> its share, of two models as `examined` gives them, for plots.shares."""
    names = {"general facts\nknown": "general", "forms asked for,\nkept": "formats", "house style": "style"}
    table = sweep.table([{**before, "arm": "before"}, {**after, "arm": "after"}])  # a stored row has an arm
    return {
        name: {arm: share(table, column, {"arm": arm}) for arm in ("before", "after")}
        for name, column in names.items()
    }


def c11(table: "pd.DataFrame") -> "Parts":
    """LoRA forgets less than full tuning: facts, forms and text, where both have learned equally much."""
    return kept(table, LORA, FULL)


RULES: "dict[str, Rule]" = {"C11": c11}
