"""The settings of a training run, looked at before a model is loaded: what cannot be is told by name.

What this module does not do: choose them (recipes.py does for the course's own adapters).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.arguments import checked_seed, finite_number, one_of, whole_number, words
from course_lib.errors import ModelError
from course_lib.tuning import ALL_LINEAR
from course_lib.tuning.methods import LORA, METHODS, VIRTUAL

EVERY_LINEAR = "all-linear"  # as PEFT writes it: every linear layer but the head
KINDS = ("Linear", "Conv1D", "Linear4bit")  # of linear layers; GPT-2's are called Conv1D


@dataclass(frozen=True)
class Settings:
    """How a model is tuned; raises CourseError, naming it, for a setting that cannot be.

    `rank`, `alpha` and `targets` (names of layers, or "all-linear") are the LoRA family's, `virtual_tokens`
    those of prefix and prompt tuning. `learning_rate` is the peak. `steps` counts batches and takes the place
    of `epochs`. `seed` draws the first weights and the order of the examples. Lessons 06 and 07.
    """

    method: str = "lora"
    rank: int = 16
    alpha: float = 32
    targets: str | Sequence[str] = ALL_LINEAR
    virtual_tokens: int = 16
    learning_rate: float = 1e-3
    epochs: int = 3
    steps: int | None = None
    batch_size: int = 8
    seed: int = 0

    def __post_init__(self):
        one_of(self.method, "method", METHODS)
        names = ("rank", "alpha", "learning_rate", "epochs", "steps", "batch_size", "seed")
        checked = checked_settings(**{name: getattr(self, name) for name in names})
        checked["virtual_tokens"] = whole_number(self.virtual_tokens, "virtual_tokens")
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def shape(self, model) -> dict[str, Any]:
        """What the method adds to a model; raises ModelError as target_layers does."""
        if self.method in LORA:
            return {"rank": self.rank, "alpha": self.alpha, "targets": target_layers(model, self.targets)}
        return {"virtual_tokens": self.virtual_tokens} if self.method in VIRTUAL else {}

    def order(self) -> dict[str, Any]:
        """What decides the batches, as batches.plan takes it."""
        return {name: getattr(self, name) for name in ("batch_size", "epochs", "steps", "seed")}

    def course(self) -> dict[str, Any]:
        """The rate and the batches, as a run records them."""
        told = {"learning_rate": self.learning_rate} | self.order()
        return told | {"epochs": None if self.steps else self.epochs}


def checked_settings(
    *,
    learning_rate: Any,
    epochs: Any,
    batch_size: Any,
    seed: Any,
    steps: Any = None,
    rank: Any = 1,
    alpha: Any = 1,
) -> dict[str, Any]:
    """The settings as Python's own numbers; raises CourseError, naming it, for one that cannot be.

    `steps` of None means that epochs count, and 0 is refused, as such a run would learn nothing.
    """
    return {
        "rank": whole_number(rank, "rank"),
        "alpha": finite_number(alpha, "alpha", above=0),
        "learning_rate": finite_number(learning_rate, "learning_rate", above=0),
        "epochs": whole_number(epochs, "epochs"),
        "steps": None if steps is None else whole_number(steps, "steps", next_step="leave it out for epochs"),
        "batch_size": whole_number(batch_size, "batch_size"),
        "seed": checked_seed(seed),
    }


def target_layers(model, targets: str | Sequence[str]) -> list[str]:
    """The names of the layers to adapt in a model, one or several, or "all-linear" for all but the head.

    Raises ModelError, naming them, for those that the model does not have: PEFT would train the rest without
    a word.
    """
    modules = {name: module for name, module in model.named_modules() if name}
    head = model.get_output_embeddings()
    linear = [n.rpartition(".")[2] for n, m in modules.items() if type(m).__name__ in KINDS and m is not head]
    if isinstance(targets, str) and targets == EVERY_LINEAR:
        return list(dict.fromkeys(linear))
    wanted = words(targets, "targets", error=ModelError)
    unknown = [each for each in wanted if not any(n == each or n.endswith(f".{each}") for n in modules)]
    if unknown or not wanted:
        raise ModelError(
            f"The model has no layers called {', '.join(unknown) or 'nothing'}.",
            allowed=f"names of its linear layers: {', '.join(dict.fromkeys(linear))}; or {EVERY_LINEAR}",
            next_step=f"for models of Llama's kind take the default: {', '.join(ALL_LINEAR)}",
        )
    return list(wanted)
