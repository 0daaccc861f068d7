"""The training loop: a rate that warms up and decays, clipped gradients, and a checkpoint to go on from.

Plain PyTorch, short enough to read. Lesson 07 runs it.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.errors import CourseError, TrainingDiverged
from course_lib.generation.virtual_tokens import virtual_tokens
from course_lib.progress_bar import progress_bar
from course_lib.tuning import checkpoint
from course_lib.tuning.batches import Encoded, padded
from course_lib.tuning.memory import PeakMemory

if TYPE_CHECKING:
    import torch

SAVE_SECONDS = 60.0  # between two checkpoints


@dataclass(frozen=True)
class Batch:
    """Examples side by side: token ids, attention mask and labels, each (rows, width) int64.

    Labels are −100 but for the tokens of the replies; `rows` are the examples' numbers in the set.
    """

    ids: "torch.Tensor"
    mask: "torch.Tensor"
    labels: "torch.Tensor"
    rows: tuple[int, ...]


Objective = Callable[[Any, Batch], "torch.Tensor"]  # of a model and a batch: what is made small


@dataclass(frozen=True)
class Plan:
    """What is learned, and in which order: examples as tokens, and the numbers of those in each batch."""

    encoded: Sequence[Encoded]
    batches: Sequence[Sequence[int]]
    pad: int
    peak_rate: float

    def batch(self, step: int, device) -> Batch:
        """The batch of a step, counted from 0, on a device."""
        rows = tuple(self.batches[step])
        return Batch(*padded([self.encoded[row] for row in rows], self.pad, device), rows)

    @property
    def tokens(self) -> int:
        """Tokens that are read in all, padding not counted."""
        return sum(len(self.encoded[row].ids) for batch in self.batches for row in batch)

    @property
    def sha256(self) -> str:
        """A fingerprint of all that is learned, and in which order."""
        told = [[(e.ids, e.reply) for e in self.encoded], [list(batch) for batch in self.batches]]
        return sha256(json.dumps(told).encode("ascii")).hexdigest()


def fit(
    model,
    plan: Plan,
    *,
    objective: Objective | None = None,
    memory: PeakMemory | None = None,
    on_step: Callable[[int, float], None] | None = None,
    folder: Path | None = None,
    run: Mapping[str, Any] | None = None,
) -> tuple[list[float], float]:
    """Run a plan's batches once, in order; return the loss of each step, and the seconds that all took.

    With a `folder` checkpoints of this `run` are kept there, and a run that was interrupted goes on from the
    last one to the losses that it would have had. Raises CourseError when SIGTERM or Ctrl+C stops it (a
    checkpoint is left), when a loss or a gradient is no number any more, and as checkpoint.save and load do.
    Lesson 07.
    """
    with checkpoint.Interruption() if folder else nullcontext() as stop:
        trainer = _Trainer(model, plan, objective or reply_objective, memory, folder, run or {})
        for step in progress_bar("training", range(len(trainer.losses), len(plan.batches))):
            loss = trainer.step(step)
            if on_step:
                on_step(step + 1, loss)
            if stop and stop.asked:
                trainer.save()
                raise CourseError(
                    f"Training was stopped after {step + 1} of {len(plan.batches)} steps.",
                    next_step=f"start it again with the same settings: it goes on from {folder}",
                )
            trainer.save_now_and_then()
        trainer.save_at_the_end()
        return trainer.losses, trainer.seconds


class _Trainer:
    """The state of a run: optimiser, scaler of half precision, and the losses so far."""

    def __init__(self, model, plan, objective, memory, folder, run):
        import torch

        self.model, self.plan, self.objective, self.memory = model, plan, objective, memory
        self.folder, self.run = folder, run
        dtype, device = getattr(torch, runtime.current().dtype), model.device.type
        self.mixed = torch.autocast(device, dtype) if dtype != torch.float32 else nullcontext()
        # Small gradients vanish in fp16.
        self.scaler = torch.amp.GradScaler(device, enabled=dtype == torch.float16)
        self.weights = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.optimizer = torch.optim.AdamW(self.weights.values(), lr=plan.peak_rate, weight_decay=0.0)
        self.losses: list[float] = []
        self.saved = self.began = time.monotonic()
        if folder and (progress := checkpoint.load(folder, self.weights, self.optimizer, run)):
            self.losses = progress["losses"]
            self.began -= progress["seconds"]  # those before it was interrupted count too
            self.scaler.load_state_dict(progress["scaler"])
        self.steps_saved = len(self.losses)

    def step(self, step: int) -> float:
        """One update; raises CourseError, before any weight is touched, if it would make them no numbers."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.peak_rate * rate_at(step, len(self.plan.batches))
        with self.mixed:
            loss = self.objective(self.model, self.plan.batch(step, self.model.device))
        check_finite("loss", loss.item(), step, self.folder)
        self.scaler.scale(loss).backward()
        if self.memory:
            self.memory.look()
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        if not self.scaler.is_enabled():  # in half precision the scaler leaves such a step out, and goes on
            check_finite("gradient's norm", norm.item(), step, self.folder)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        self.losses.append(loss.item())
        return self.losses[-1]

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def save_now_and_then(self) -> None:
        if self.folder and time.monotonic() - self.saved >= SAVE_SECONDS:
            self.save()

    def save_at_the_end(self) -> None:
        """So that whatever fails after the last step costs no training."""
        if self.folder and len(self.losses) > self.steps_saved:
            self.save()

    def save(self) -> None:
        progress = {"losses": self.losses, "seconds": self.seconds, "scaler": self.scaler.state_dict()}
        checkpoint.save(self.folder, self.weights, self.optimizer, progress, self.run)
        self.saved, self.steps_saved = time.monotonic(), len(self.losses)


def check_finite(what: str, value: float, step: int, folder: Path | None = None) -> None:
    """Raise TrainingDiverged for a loss or a gradient's norm that is no number, naming the checkpoint in
    `folder`.
    """
    if not math.isfinite(value):
        there = folder and (folder / checkpoint.STATE).exists()
        kept = f", and take another folder: the last good checkpoint, of this rate, is in {folder}"
        raise TrainingDiverged(
            f"The {what} was {value} at step {step + 1}: training has diverged.",
            next_step=f"lower learning_rate{kept if there else ''}",
        )


def reply_objective(model, batch: Batch) -> "torch.Tensor":
    """The objective of a tuning on examples: reply_loss."""
    return reply_loss(model, batch.ids, batch.mask, batch.labels)


def reply_loss(model, ids, mask, labels) -> "torch.Tensor":
    """Mean cross-entropy of the reply's tokens, in nats a token; all (rows, width), labels −100 elsewhere.

    Lesson 07.
    """
    import torch

    logits, targets = reply_logits(model, ids, mask, labels)
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=-100
    )


def reply_logits(model, ids, mask, labels) -> "tuple[torch.Tensor, torch.Tensor]":
    """What a model predicts where the replies stand, (rows, reply width, vocabulary), and the labels there.

    Labels are (rows, reply width), −100 before a shorter reply begins.

    The rows end together (short ones are filled on the left), so that logits are computed for the columns
    that hold replies and no others: over a vocabulary of 150,000 the rest would not fit on a small card.
    """
    import torch

    width = int((labels != -100).any(dim=0).sum())  # replies stand at the end of their rows
    cache, virtual = virtual_tokens(model, len(ids))
    positions = (mask.cumsum(-1) - 1).clamp(min=0) + virtual
    inputs = {"input_ids": ids, "attention_mask": mask, "position_ids": positions}
    if cache is not None:  # read behind the virtual tokens, by the base itself
        model = model.get_base_model()
        everything = torch.cat([mask.new_ones(len(mask), virtual), mask], dim=1)
        inputs |= {"attention_mask": everything, "past_key_values": cache}
    # The token before the first reply token predicts it.
    logits = model(**inputs, use_cache=cache is not None, logits_to_keep=width + 1).logits[:, :-1]
    return logits, labels[:, -width:]


def rate_at(step: int, steps: int, warm_up: float = 0.1) -> float:
    """The share of the learning rate at a step: up over the first tenth, then a half cosine to nearly 0."""
    rise = max(1, round(warm_up * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise + 1) / (steps - rise + 1)))
