"""LoRA by hand: a frozen linear layer and, beside it, two thin matrices that learn the change to it.

What this module does not do: dropout, biases, saving. PEFT does, and a test holds this module equal to it.
Lesson 06.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from course_lib.arguments import finite_number, whole_number, words
from course_lib.errors import CourseError
from course_lib.generation.adapter import shared_weights
from course_lib.tuning import ALL_LINEAR


class LoraLinear(nn.Module):
    """y = W x + (alpha / rank) · B A x, with W (out, in) frozen, A (rank, in) and B (out, rank) trained.

    B starts at zero, so that the layer starts as the one that it wraps. Hu et al. 2021, section 4.1; lesson
    06.
    """

    def __init__(self, base: nn.Linear, rank: int, alpha: float):
        super().__init__()
        rank, alpha = whole_number(rank, "rank", least=None), finite_number(alpha, "alpha", above=0)
        if not 1 <= rank <= min(base.in_features, base.out_features):
            raise CourseError(
                f"Rank {rank} does not fit a layer of {base.in_features} × {base.out_features}.",
                allowed=f"1 to {min(base.in_features, base.out_features)}; 8 to 64 are usual",
            )
        self.base = base.requires_grad_(False)
        # The trained weights stay in 32 bits, whatever the base is in: small updates would be rounded away.
        like = {"device": base.weight.device, "dtype": torch.float32}
        self.a = nn.Parameter(torch.empty(rank, base.in_features, **like))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank, **like))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))  # as in the authors' code
        self.scale = alpha / rank

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(…, in) -> (…, out)."""
        change = x.to(self.a.dtype) @ self.a.T @ self.b.T * self.scale
        return self.base(x) + change.to(x.dtype)

    @property
    def change(self) -> torch.Tensor:
        """What the adapter adds to W when it is merged: (alpha / rank) · B A, (out, in), in 32 bits."""
        return self.b @ self.a * self.scale

    def merge(self) -> nn.Linear:
        """Add the change to W, in W's number format, and return the plain layer, which computes the same."""
        with torch.no_grad():
            self.base.weight += self.change.to(self.base.weight.dtype)
        return self.base

    def unmerge(self) -> "LoraLinear":
        """Take the change out of W again, but for what rounding keeps, and return this layer."""
        with torch.no_grad():
            self.base.weight -= self.change.to(self.base.weight.dtype)
        return self


@dataclass(frozen=True)
class ParameterCount:
    """How many parameters are trained, and how many the model has without them."""

    trainable: int
    base: int

    @property
    def share(self) -> float:
        """Trained parameters for each parameter of the base, 0 to 1 and rarely above 0.02."""
        return self.trainable / self.base


def inject(model: nn.Module, targets: Collection[str], rank: int, alpha: float) -> list[str]:
    """Freeze a model and wrap each linear layer whose name ends in a target, in place; return the names
    wrapped.

    Raises CourseError if a target names no linear layer of the model. Lesson 06.
    """
    targets = words(targets, "targets")
    chosen = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in targets
    }
    absent = sorted(set(targets) - {name.rpartition(".")[2] for name in chosen})
    if absent or not chosen:
        names = {n.rpartition(".")[2] for n, m in model.named_modules() if isinstance(m, nn.Linear)}
        raise CourseError(
            f"The model has no linear layer called {', '.join(absent) or 'nothing'}.",
            allowed=", ".join(sorted(names)) or "a model with linear layers",
        )
    wrapped = {name: LoraLinear(layer, rank, alpha) for name, layer in chosen.items()}
    model.requires_grad_(False)
    for name, layer in wrapped.items():
        model.set_submodule(name, layer)
    return list(wrapped)


def merge(model: nn.Module) -> dict[str, LoraLinear]:
    """Fold every LoraLinear of a model into the layer that it wraps, in place; return them, for `unmerge`.

    Raises CourseError, before anything is changed, if a wrapped layer shares its weights with another, which
    would change too: head and embedding of small models are one. Hu et al. 2021, section 4.1; lesson 06.
    """
    wrapped = {name: each for name, each in model.named_modules() if isinstance(each, LoraLinear)}
    shared = shared_weights(model)
    if tied := sorted(name for name, each in wrapped.items() if id(each.base.weight) in shared):
        raise CourseError(
            f"{', '.join(tied)} shares its weights with another layer: merged, it would change both.",
            allowed="layers that share nothing: those of attention and MLP",
            next_step="keep the adapter beside the model, or adapt other layers",
        )
    for name, layer in wrapped.items():
        model.set_submodule(name, layer.merge())
    return wrapped


def unmerge(model: nn.Module, merged: Mapping[str, LoraLinear]) -> None:
    """Take out again what `merge` folded in and returned, in place: each layer is wrapped as it was.

    W comes back to within rounding, which in 16 bits is coarse. Raises CourseError if an adapter is not
    merged into this model. Lesson 06.
    """
    here = dict(model.named_modules())
    if absent := [name for name, layer in merged.items() if here.get(name) is not layer.base]:
        raise CourseError(
            f"No adapter is merged into this model at {', '.join(absent)}.",
            allowed="what merge(model) returned for this very model, once",
        )
    for name, layer in merged.items():
        model.set_submodule(name, layer.unmerge())


def count_parameters(config, targets: Collection[str] = ALL_LINEAR, rank: int = 16) -> ParameterCount:
    """Count what LoRA would train in a causal language model of this transformers configuration.

    The model is made on the meta device, where tensors have a shape and no numbers, so 70 billion parameters
    take no memory. Raises CourseError as `inject` does. Claim C08; lesson 06.
    """
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    base = sum(p.numel() for p in model.parameters())
    inject(model, targets, rank, alpha=rank)
    return ParameterCount(sum(p.numel() for p in model.parameters() if p.requires_grad), base)
