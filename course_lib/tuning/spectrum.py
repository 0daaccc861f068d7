"""How much rank a change of weights has: its singular values, and what is left of it at a lower rank.

What this module does not do: train. experiments/weight_change.py does, and lesson 06 shows one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from course_lib.arguments import finite_number, listed, whole_number
from course_lib.errors import CourseError
from course_lib.tuning import ALL_LINEAR

Weights = dict[str, torch.Tensor]  # the name of a layer -> its weight, (out, in)


def linear_weights(model) -> Weights:
    """Copies of the weights of a model's linear layers, those that LoRA adapts, in 32 bits on the CPU.

    Raises CourseError for a model that has none of them. Lesson 06.
    """
    found = {
        name: module.weight.detach().to("cpu", torch.float32, copy=True)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name.rpartition(".")[2] in ALL_LINEAR
    }
    if not found:
        names = ", ".join(ALL_LINEAR)
        raise CourseError("The model has no layers to look at.", allowed=f"layers called {names}")
    return found


def changes(before: Mapping[str, torch.Tensor], after: Mapping[str, torch.Tensor]) -> Weights:
    """What was added to each weight; raises CourseError if the two have other layers or shapes."""
    shapes = [{name: tuple(each.shape) for name, each in some.items()} for some in (before, after)]
    if shapes[0] != shapes[1]:
        raise CourseError("These are the weights of two models.", allowed="one model before and after")
    return {name: after[name] - weight for name, weight in before.items()}


def held(singular_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """The share of a matrix's energy in its first 1, 2, … singular values, (n,), rising to 1.

    The values come from large to small; energy is the sum of their squares. Raises CourseError where all are
    zero: a matrix without energy has no shares.
    """
    energy = np.square(np.asarray(listed(singular_values, "singular values", least=1), dtype=float))
    if not np.isfinite(energy).all() or energy.sum() == 0:
        raise CourseError("A matrix of zeros has no energy.", allowed="a matrix that is not all zeros")
    return np.cumsum(energy) / energy.sum()


def effective_rank(singular_values: Sequence[float] | np.ndarray, share: float = 0.9) -> int:
    """The smallest number of singular values that hold a share (0 to 1) of the energy: exercise 6.4.

    Raises CourseError as `held` does, and for a share out of range. Eckart and Young 1936; lesson 06.
    """
    share = finite_number(share, "share", above=0, most=1)
    return int(np.argmax(held(singular_values) >= share * (1 - 1e-12))) + 1


def random_values(shape: Sequence[int], seed: int = 0) -> np.ndarray:
    """The singular values of a matrix of that shape whose entries are drawn from a normal distribution."""
    drawn = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.linalg.svdvals(drawn).numpy()


@dataclass(frozen=True)
class Decomposed:
    """A matrix (out, in) as u · values · v, its singular values from large to small."""

    u: torch.Tensor
    values: torch.Tensor
    v: torch.Tensor

    @classmethod
    def of(cls, matrix: torch.Tensor) -> "Decomposed":
        """The singular value decomposition of a matrix."""
        return cls(*torch.linalg.svd(matrix, full_matrices=False))

    def at(self, rank: int) -> torch.Tensor:
        """The matrix of that rank that comes closest to this one. Eckart and Young 1936."""
        rank = whole_number(rank, "rank")
        return self.u[:, :rank] * self.values[:rank] @ self.v[:rank]


@contextmanager
def at_rank(
    model, before: Mapping[str, torch.Tensor], change: Mapping[str, Decomposed], rank: int
) -> Iterator[None]:
    """Within the block a model's layers are what they were before, plus the best change of that rank.

    Afterwards they are as they were found. Raises CourseError for a rank below 1. Lesson 06.
    """
    layers = {name: model.get_submodule(name) for name in change}
    found = {name: layer.weight.detach().clone() for name, layer in layers.items()}
    try:
        with torch.no_grad():
            for name, layer in layers.items():
                layer.weight.copy_(before[name] + change[name].at(rank))
        yield
    finally:
        with torch.no_grad():
            for name, layer in layers.items():
                layer.weight.copy_(found[name])
