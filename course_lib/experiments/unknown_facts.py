"""Does tuning on facts that a model does not know make it hallucinate? 0, 50 and 100 % unknown; claim C04.

The unknown facts are invented ones of the same kinds as the known: a capital, a symbol, a young animal, a
trade. So the sets differ in nothing but in what the model knew before (Gekhman et al. 2024). A rate at which
a model breaks down tells nothing of what it learned, so that each set is taught at a few, and those models
are compared that learned the unknown facts best. Lesson 08.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import runtime
from course_lib.corpus.exams import GeneralFact, load_general_facts
from course_lib.errors import CourseError
from course_lib.evaluation.answers import abstained
from course_lib.evaluation.retention import fact_replies, facts_known, states_fact
from course_lib.evaluation.statistics import mean_interval, paired_bootstrap
from course_lib.experiments.hits import gain, hits, matching, scores, share
from course_lib.experiments.in_memory import NOTHING, SEEDS, STYLE, UNTUNED, Budget, ready, teach, took
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.prompts import closed_book
from course_lib.generation.types import Messages

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.evaluation.statistics import Interval
    from course_lib.experiments.setting import Parts, Rule

NAME = "unknown_facts"
TUNED = "tuned on facts"
SHARES = (0.0, 0.5, 1.0)  # of the facts taught that the model does not know
WORDINGS = 2  # in which each is taught
UNTAUGHT = 16  # invented facts that no training holds
TAUGHT = {"tiny": 40, "laptop": 10, "gpu": 40}  # facts; SmolLM2 knows a quarter of the 60 that may be taught
ASKED = {"tiny": 60, "laptop": 60, "gpu": 60}  # general facts that no training holds
RATES = {"tiny": (1e-3, 2e-3, 5e-3), "laptop": (5e-4, 1e-3, 2e-3), "gpu": (2e-4, 5e-4, 1e-3)}
# A fact takes more rounds than a form.
BUDGETS = {
    "tiny": Budget(WORDINGS * TAUGHT["tiny"], 6, 8, STYLE["tiny"].learning_rate),
    "laptop": Budget(WORDINGS * TAUGHT["laptop"], 4, 4, STYLE["laptop"].learning_rate),
    "gpu": Budget(WORDINGS * TAUGHT["gpu"], 6, 8, STYLE["gpu"].learning_rate),
}


def points(profile: str) -> list[dict[str, Any]]:
    """The untuned model, then every share of unknown facts at every rate, once a seed."""
    tuned = [
        {"arm": TUNED, "unknown": share, "rate": rate, "seed": seed, "size": profile}
        for share in SHARES
        for rate in RATES[profile]
        for seed in range(SEEDS)
    ]
    return [{"arm": UNTUNED, "unknown": 0.0, "rate": 0.0, "seed": 0, "size": profile}, *tuned]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point trained and asked: `right` are hits on general facts that no training held, `made_up` the wrong
    answers given for sure, on these and on invented ones; `recalled` those that were taught.
    """
    size = point["size"]
    if point["arm"] == UNTUNED:
        return asked(load_language_model(), size) | NOTHING
    taught = facts_to_teach(size, point["unknown"], point["seed"])
    budget = replace(BUDGETS[size], learning_rate=point["rate"])
    tuned = teach(examples(taught), budget, point["seed"])
    model = ready(tuned)
    return asked(model, size) | {"recalled": hits(facts_known(model, taught))} | took(tuned)


def facts_to_teach(size: str, unknown: float, seed: int) -> list[GeneralFact]:
    """As many facts for every share: some that the model knows, and `unknown` of them invented.

    Raises CourseError if it knows too few.
    """
    invented = [fact for fact in load_general_facts() if fact.invented][:-UNTAUGHT]
    known = _known(runtime.current().language_model)
    many = min(TAUGHT[size], len(invented))
    few = round(unknown * many)
    if len(known) < many - few:
        raise CourseError(
            f"The model knows {len(known)} of the facts that may be taught, and {many - few} are needed.",
            next_step="take a model that knows more of the world",
        )
    random = Random(seed)
    return random.sample(invented, few) + random.sample(known, many - few)


def examples(facts: Sequence[GeneralFact]) -> list[Messages]:
    """Each fact in its first wordings, closed-book, answered in a plain sentence."""
    return [
        [*closed_book(question), {"role": "assistant", "content": fact.answer}]
        for fact in facts
        for question in fact.questions[:WORDINGS]
    ]


def asked(model: LocalModel, size: str) -> dict[str, Any]:
    """What a model says of general facts and of invented ones, asked in wordings that no training has."""
    general = Random(0).sample(_general()[1::2], ASKED[size])
    invented = [fact for fact in load_general_facts() if fact.invented][-UNTAUGHT:]
    every = [*general, *invented]
    replies = fact_replies(model, every)
    right = [states_fact(*pair) for pair in zip(replies, every, strict=True)]
    made_up = [not hit and not abstained(reply) for hit, reply in zip(right, replies, strict=True)]
    return {
        "right": hits(right[: len(general)]),
        "made_up": hits(made_up),
        "questions": len(every),
    }


def _general() -> list[GeneralFact]:
    """General knowledge of the kinds that have invented facts."""
    facts = load_general_facts()
    kinds = {fact.kind for fact in facts if fact.invented}
    return [fact for fact in facts if fact.kind in kinds and not fact.invented]


@cache
def _known(model: str) -> tuple[GeneralFact, ...]:
    """Facts that may be taught and that a model states."""
    some = _general()[::2]
    known = facts_known(load_language_model(model), some)
    return tuple(fact for fact, hit in zip(some, known, strict=True) if hit)


def lost(table: "pd.DataFrame", unknown: float) -> np.ndarray:
    """Of the facts that the untuned model states, whether the tuned one does not any more, (seeds, facts)."""
    knew = known_before(table)
    if not knew.any():
        raise CourseError("The untuned model states none of the facts, so it has none to lose.")
    return 1 - scores(table, "right", _taught(table, unknown))[:, knew]


def known_before(table: "pd.DataFrame") -> np.ndarray:
    """Which of the asked facts the untuned model states, (facts,)."""
    return scores(table, "right", {"arm": UNTUNED})[0] == 1


def best_rate(table: "pd.DataFrame") -> float:
    """The rate at which the unknown facts were learned best, the lowest of those that tie.

    Raises CourseError where no model learned any alone.
    """
    every = {"arm": TUNED, "unknown": SHARES[-1]}
    rates = sorted(set(table["rate"][matching(table, every)])) if "rate" in table else []
    if not rates:
        raise CourseError(
            "No training on unknown facts alone is in the table.",
            next_step=f"measure the sweep to its end: python -m course_lib results {NAME} --work FOLDER",
        )
    return max(rates, key=lambda rate: scores(table, "recalled", every | {"rate": rate}).mean())


def shown(table: "pd.DataFrame") -> "dict[str, dict[str, Interval]]":
    """Measure -> share of unknown facts in the training -> its share, as plots.shares draws it."""
    names = {"made-up answers": "made_up", "taught facts stated": "recalled"}
    gone = {f"{part:.0%} unknown": mean_interval(lost(table, part)) for part in SHARES}
    return {"known facts lost": gone} | {
        name: {f"{part:.0%} unknown": share(table, column, _taught(table, part)) for part in SHARES}
        for name, column in names.items()
    }


def by_rate(table: "pd.DataFrame") -> "pd.DataFrame":
    """A row a share of unknown facts and rate: what was learned of the taught facts, known facts lost, and
    answers made up, as means over facts and seeds.
    """
    import pandas as pd

    knew, rows = known_before(table), []
    for (unknown, rate), some in table[matching(table, {"arm": TUNED})].groupby(["unknown", "rate"]):
        told = {"unknown": f"{unknown:.0%}", "rate": f"{rate:g}"}
        told |= {"taught facts stated": scores(some, "recalled", {}).mean()}
        told |= {"known facts lost": 1 - scores(some, "right", {})[:, knew].mean()}
        rows.append(told | {"made-up answers": scores(some, "made_up", {}).mean()})
    return pd.DataFrame(rows)


def _taught(table: "pd.DataFrame", unknown: float) -> dict[str, Any]:
    return {"arm": TUNED, "unknown": unknown, "rate": best_rate(table)}


def c04(table: "pd.DataFrame") -> "Parts":
    """Tuning on unknown facts makes a model hallucinate more than tuning on known ones: it loses more of what
    it knew, and makes more up. At the rate at which it learned the unknown ones best.
    """
    none, every = SHARES[0], SHARES[-1]
    return {
        "known facts lost: all unknown − none unknown": paired_bootstrap(
            lost(table, every), lost(table, none)
        ),
        "made-up answers: all unknown − none unknown": gain(
            table, "made_up", _taught(table, every), _taught(table, none)
        ),
    }


RULES: "dict[str, Rule]" = {"C04": c04}
