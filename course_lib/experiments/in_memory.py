"""A training in memory as the sweeps of lesson 08 make it: short, its adapter merged, and what it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from course_lib.generation.adapter import merged
from course_lib.generation.language_model import LocalModel
from course_lib.generation.types import Messages
from course_lib.tuning.methods import LORA
from course_lib.tuning.train import Training, Tuned, fresh_model, tune

UNTUNED = "untuned"  # the arm of the model as it is
COST = ("steps", "tokens", "examples", "trainable")
NOTHING: dict[str, Any] = dict.fromkeys((*COST, "seconds"), 0)  # what the untuned model took
SEEDS = 3


@dataclass(frozen=True)
class Budget:
    """How much a training may take: examples, how often each is seen, how many a step; and LoRA's peak rate.
    """

    examples: int
    epochs: int
    batch_size: int
    learning_rate: float

    def settings(self, seed: int) -> dict[str, Any]:
        """What decides the training but for its examples, as tune takes it."""
        names = ("learning_rate", "epochs", "batch_size")
        return {name: getattr(self, name) for name in names} | {"seed": seed}


# The house style, by profile: few examples, in small steps, at a rate that is high for the model, as runs of
# few steps want it (Schulman et al. 2025).
STYLE = {
    "tiny": Budget(96, 2, 4, 5e-3),
    "laptop": Budget(40, 1, 2, 2e-3),
    "gpu": Budget(96, 2, 4, 1e-3),
}


def teach(examples: Iterable[Messages], budget: Budget, seed: int) -> Tuned:
    """A fresh model of the profile, tuned on examples within a budget; raises as tune does."""
    return tune(fresh_model(), examples, **budget.settings(seed))


def ready(tuned: Tuned) -> LocalModel:
    """The model of a training, an adapter of the LoRA family merged into it: it answers as fast as the base.
    """
    model = tuned.model
    if tuned.config["method"] in LORA:
        return LocalModel(model.name, merged(model.model).eval(), model.tokenizer)
    return model


def took(tuned: Training) -> dict[str, Any]:
    """What a training took, as a row keeps it."""
    return {name: getattr(tuned, name) for name in COST} | {"seconds": round(tuned.seconds, 1)}
