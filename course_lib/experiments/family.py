"""The ways to tune on one budget, each at several rates of its own; claims C13 and C35. Lesson 06.

Who compares two methods at one rate compares rates. So each arm runs at a few, pairs of the dev split choose
among them, and what is asked then comes from the test split. Every arm learns the same pairs of the short
form (short_form.py), in as many steps; only the rate is its own.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.arguments import one_of
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import rank_and_rate, short_form
from course_lib.experiments.arm_rates import best, seeds_of
from course_lib.experiments.hits import gain, share
from course_lib.experiments.in_memory import ready
from course_lib.experiments.rank_and_rate import FEW_LAYERS, FULL, LORA
from course_lib.experiments.setting import Parts, Rule
from course_lib.generation.prompts import Message
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "family"
PREFIX, PROMPT = "prefix tuning", "prompt tuning"
RELATIVES: dict[str, dict[str, Any]] = {
    "rsLoRA": {"method": "rslora"},
    "DoRA": {"method": "dora"},
    "PiSSA": {"method": "pissa"},
    PREFIX: {"method": "prefix"},
    PROMPT: {"method": "prompt"},
    "IA³": {"method": "ia3"},
}
ARMS = {**rank_and_rate.ARMS, **rank_and_rate.BATCH_ARMS, **RELATIVES}
FAMILY = (FULL, LORA, *RELATIVES)
# The rates of each arm: half a decade apart, around the best of a trial. LoRA's hold those of full tuning and
# ten times them, which is what C35 asks about.
RATES = {
    "tiny": {
        FULL: (1e-3, 3e-3, 1e-2),
        LORA: (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
        FEW_LAYERS: (3e-3, 1e-2, 3e-2, 1e-1),
        "LoRA, rank 1": (3e-3, 1e-2, 3e-2, 1e-1),
        "LoRA, rank 64": (1e-3, 3e-3, 1e-2),
        f"{FULL}, batches of 1": (3e-4, 1e-3, 3e-3),
        f"{LORA}, batches of 1": (1e-3, 3e-3, 1e-2),
        f"{FULL}, batches of 32": (1e-3, 3e-3, 1e-2, 3e-2),
        f"{LORA}, batches of 32": (3e-3, 1e-2, 3e-2, 1e-1),
        "rsLoRA": (1e-3, 3e-3, 1e-2),
        "DoRA": (3e-3, 1e-2, 3e-2),
        "PiSSA": (1e-3, 3e-3, 1e-2, 3e-2),
        PREFIX: (1e-1, 3e-1, 1e0, 3e0),
        PROMPT: (3e-2, 1e-1, 3e-1, 1e0, 3e0, 1e1),  # the best of a trial was at the edge, so go on below it
        "IA³": (1e-1, 3e-1, 1e0),
    },
    "laptop": {
        FULL: (1e-4, 3e-4, 1e-3),
        LORA: (1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
        FEW_LAYERS: (1e-3, 3e-3, 1e-2, 3e-2),
        PREFIX: (3e-2, 1e-1, 3e-1, 1e0),
        PROMPT: (1e-1, 3e-1, 1e0, 3e0, 1e1),
    },
}
# Where a training takes minutes, one seed finds the best rate; three are trained there, and at the rates of
# LoRA that C35 asks about.
DECIDING = {
    "laptop": {FULL: (3e-4,), LORA: (3e-4, 3e-3), FEW_LAYERS: (1e-2,), PREFIX: (1e-1,), PROMPT: (3e0,)}
}
RATES["gpu"] = {arm: tuple(rate / 10 for rate in rates) for arm, rates in RATES["tiny"].items()}
BUDGET = {  # profile -> examples -> steps and batch of every arm
    "tiny": {100: {"steps": 50, "batch_size": 8}, 800: {"steps": 100, "batch_size": 8}},
    "laptop": {100: {"steps": 25, "batch_size": 4}},
}
BUDGET["gpu"] = BUDGET["tiny"]
SEEDS = 3


def points(profile: str) -> list[dict[str, Any]]:
    """Every arm at its rates, by number of examples and seed."""
    fewest = min(BUDGET[profile])
    return [
        {"arm": arm, "rate": rate, "examples": examples, "seed": seed}
        for examples in BUDGET[profile]
        for arm, rates in RATES[profile].items()
        for rate in rates
        for seed in range(_seeds(profile, arm, rate, few=examples == fewest))
    ]


def _seeds(profile: str, arm: str, rate: float, few: bool) -> int:
    """How many seeds a rate gets; ranks and layers of LoRA are varied on few examples alone."""
    most = SEEDS if few or arm in FAMILY else 0
    return seeds_of(DECIDING.get(profile), arm, rate, most)


def live_point(arm: str, profile: str | None = None) -> dict[str, Any]:
    """The point of an arm that a lesson measures again: the middle one of its rates, fewest examples, seed 0.

    Raises CourseError for an arm that the profile, by default the one in use, does not sweep.
    """
    profile = profile or runtime.current().profile
    rates = RATES[profile][one_of(arm, "arm", tuple(RATES[profile]))]
    return {"arm": arm, "rate": rates[len(rates) // 2], "examples": min(BUDGET[profile]), "seed": 0}


def examples(point: Mapping[str, Any]) -> list[list[Message]]:
    """What a point is trained on: its seed's first pairs, as conversations."""
    return [pair.example for pair in short_form.training_pairs(point["examples"], point["seed"])]


def settings(point: Mapping[str, Any]) -> dict[str, Any]:
    """How a point is trained, as `tune` takes it; raises CourseError for an arm that there is not."""
    arm = ARMS[one_of(point["arm"], "arm", tuple(ARMS))]
    budget = BUDGET[runtime.current().profile][point["examples"]]
    batch = arm.get("batch_size", budget["batch_size"])
    budget = {"steps": budget["steps"] * budget["batch_size"] // batch, "batch_size": batch}
    return arm | budget | {"learning_rate": point["rate"], "seed": point["seed"]}


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train a point and score it; raises as `tune` does. Lesson 06 measures one live."""
    tuned = tune(fresh_model(), examples(point), **settings(point))
    return short_form.scored(ready(tuned), tuned)


def shown(table: "pd.DataFrame") -> dict[str, dict[str, Interval]]:
    """Number of examples -> arm at its best rate -> replies in the house style, as plots.shares draws them.
    """
    return {
        f"{n} examples": {
            arm: share(table, "hits", best(table, arm, n))
            for arm in FAMILY
            if arm in set(table[table["examples"] == n]["arm"])
        }
        for n in sorted(set(table["examples"]))
    }


def c13(table: "pd.DataFrame") -> Parts:
    """Prefix and prompt tuning lag behind LoRA: fewer replies in the house style, each at its best rate."""
    return {
        f"house style, {n} examples: LoRA − {lagging}": gain(
            table, "hits", best(table, LORA, n), best(table, lagging, n)
        )
        for n in sorted(set(table["examples"]))
        for lagging in (PREFIX, PROMPT)
    }


RULES: dict[str, Rule] = {"C13": c13, "C35": rank_and_rate.c35}
