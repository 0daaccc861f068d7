"""The memory of tensors as they come and go, counted one by one: what a training step takes on any device.

The process's own memory, all that a CPU can be asked for, holds Python, libraries and whatever was there
before. This counts tensors alone, so that a small model's step can be held against what was foretold
(memory_model.py). What this module does not do: see inside a kernel, which may take more for a moment.
"""

import weakref
from contextlib import nullcontext
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_lib import runtime
from course_lib.tuning.loop import Batch, reply_objective
from course_lib.tuning.memory import memory_bytes


class LiveTensors(TorchDispatchMode):
    """Within the block, the bytes of all storages that operations made and nobody has let go: `now`, `peak`.

    Tensors that are there before count from the start if they are given. Storages that several tensors share
    count once. Lesson 07.
    """

    def __init__(self, *there: torch.Tensor):
        super().__init__()
        self.now = self.peak = 0
        self._sizes: dict[int, int] = {}
        for tensor in there:
            self._note(tensor)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None) -> Any:
        made = function(*args, **(kwargs or {}))
        for each in tree_leaves(made):
            if isinstance(each, torch.Tensor):
                self._note(each)
        return made

    def _note(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata  # where it lies; another one may lie there once this one is gone
        if key in self._sizes:
            return
        self._sizes[key] = storage.nbytes()
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self.now -= self._sizes.pop(key)


def step_peak(model, batch: Batch, dtype: str | None = None) -> int:
    """The most bytes of tensors while a trainable model takes a step on a batch, its own weights included.

    The step has a rate of 0 and leaves the model as it is; it computes in `dtype`, the runtime's by default.
    The optimiser has its moments already, as in any step but the first. Claim C09; lesson 07.
    """
    device, number = model.device.type, getattr(torch, dtype or runtime.current().dtype)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.0, weight_decay=0.0)

    def step() -> None:
        with torch.autocast(device, number) if number != torch.float32 else nullcontext():
            loss = reply_objective(model, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    size = memory_bytes(model)
    before = torch.cuda.memory_allocated() if device == "cuda" else 0
    step()
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
        step()
        return size + torch.cuda.max_memory_allocated() - before
    weights = list(model.parameters())
    moments = [value for state in optimizer.state.values() for value in state.values()]
    with LiveTensors(*weights, *moments) as live:
        step()
    return live.peak + size - sum(each.nbytes for each in weights)
