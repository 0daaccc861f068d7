"""The same training on several processes, a GPU each: every batch is shared out, gradients are averaged.

accelerate starts the processes, wraps the model (DDP, or FSDP by its configuration) and averages. Batches,
rate and loss are those of the loop for one process (loop.py), so that the losses are the same. What this
module does not do: go on after an interruption, where a stopped run begins anew, or tune in memory (train.py
does both). Lesson 07.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from course_lib import provenance, runtime
from course_lib.arguments import checked_path
from course_lib.files import check_replaceable
from course_lib.generation.adapter import RECORD
from course_lib.generation.loading import check_quantize
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import Messages
from course_lib.progress_bar import progress_bar
from course_lib.tuning.adapters import MARKER, save_adapter
from course_lib.tuning.batches import checked_examples, encode, padded, plan
from course_lib.tuning.loop import Plan, check_finite, rate_at, reply_loss
from course_lib.tuning.memory import PeakMemory, memory_bytes
from course_lib.tuning.methods import trainable
from course_lib.tuning.settings import Settings
from course_lib.tuning.train import LIBRARIES, TrainingRun, fresh_model, portable, recorded

if TYPE_CHECKING:
    import torch
    from accelerate import Accelerator

PRECISION = {"float32": "no", "bfloat16": "bf16", "float16": "fp16"}


@dataclass(frozen=True)
class ScaledOut:
    """What a training on several processes did: one loss a step, over all of the step's tokens.

    `run` is what it took, as train_adapter tells it; its memory is that of this process.
    """

    run: TrainingRun
    processes: int
    main: bool  # whether this process speaks for all

    @property
    def losses(self) -> tuple[float, ...]:
        """One a step."""
        return self.run.losses


def train_on_all(
    examples: Iterable[Messages],
    model_name: str | Path | None = None,
    *,
    output: str | Path | None = None,
    quantize: str | None = "nf4",
    **settings: Any,
) -> ScaledOut:
    """Train a LoRA adapter with all processes that `accelerate launch` started, and save it to `output`.

    Called in each of them with the same arguments; started plainly it is one process. `batch_size` counts the
    examples of all processes together. The record beside the adapter is that of train_adapter. There is no
    checkpoint: a run that is stopped begins anew. Raises CourseError as `train_adapter` does, in all
    processes where the loss is no number any more. Lesson 07.
    """
    import torch
    from accelerate import Accelerator

    examples, chosen = checked_examples(examples), Settings(method="lora", **settings)
    check_quantize(quantize)
    folder = None if output is None else checked_path(output, "output")
    if folder:
        check_replaceable(folder, MARKER)
    run = runtime.current()
    accelerator = Accelerator(cpu=run.device == "cpu", mixed_precision=PRECISION[run.dtype])
    name = model_name or run.language_model
    model = fresh_model(name, quantize)  # on this process's own card, which accelerate has chosen
    base_bytes, total = memory_bytes(model.model), model.model.num_parameters()
    encoded = encode(examples, model.tokenizer, model.context)
    batches = plan([len(e.ids) for e in encoded], **chosen.order())
    todo = Plan(encoded, batches, model.tokenizer.pad_token_id or 0, chosen.learning_rate)
    torch.manual_seed(chosen.seed)  # all processes begin with the same adapter
    shape = chosen.shape(model.model)
    learner = trainable(model.model, "lora", **shape, gradient_checkpointing=run.device == "cuda")
    count = sum(p.numel() for p in learner.parameters() if p.requires_grad)
    memory, started = PeakMemory(run.device), perf_counter()
    losses, learner = _fit(accelerator, learner, todo, memory)
    config = {"model": portable(str(name)), "method": "lora"} | shape | chosen.course()
    done = TrainingRun(
        adapter=folder or Path(),
        losses=tuple(losses),
        seconds=perf_counter() - started,
        steps=len(losses),
        tokens=todo.tokens,
        examples=len(examples),
        trainable=count,
        total=total,
        base_bytes=base_bytes,
        peak_bytes=memory.bytes,
        device=f"{accelerator.num_processes} × {provenance.device_name(run.device)}",
        versions=provenance.versions(LIBRARIES),
        config=config | {"quantize": quantize},
    )
    if folder:
        _save(accelerator, learner, done, recorded(done, resolve_model(name)))
    return ScaledOut(done, accelerator.num_processes, accelerator.is_main_process)


def _fit(
    accelerator: "Accelerator", learner, todo: Plan, memory: PeakMemory
) -> tuple[list[float], Any]:
    import torch

    weights = [p for p in learner.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=todo.peak_rate, weight_decay=0.0)
    learner, optimizer = accelerator.prepare(learner, optimizer)
    losses = []
    steps = progress_bar("training", todo.batches) if accelerator.is_main_process else todo.batches
    for step, rows in enumerate(steps):
        for group in optimizer.param_groups:
            group["lr"] = todo.peak_rate * rate_at(step, len(todo.batches))
        with accelerator.autocast():
            loss = _share_of_loss(accelerator, learner, todo, rows)
        together = accelerator.reduce(loss.detach(), "sum").item()  # the same in all, so all stop or none
        check_finite("loss", together, step)
        accelerator.backward(loss * accelerator.num_processes)  # the average of gradients divides by it
        memory.look()
        norm = accelerator.clip_grad_norm_(learner.parameters(), 1.0)
        if accelerator.scaler is None and norm is not None:  # a scaler leaves such a step out, and goes on
            check_finite("gradient's norm", norm.item(), step)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(together)
    return losses, learner


def _share_of_loss(
    accelerator: "Accelerator", learner, todo: Plan, rows: Sequence[int]
) -> "torch.Tensor":
    """What this process's rows add to the mean loss of a step's tokens, wherever they are computed.

    The mean of each process's own mean would weigh a token of a short reply more than one of a long reply.
    """
    mine = rows[accelerator.process_index :: accelerator.num_processes]
    batch = [todo.encoded[row] for row in mine or rows[:1]]  # who has none takes part, and adds nothing
    ids, mask, labels = padded(batch, todo.pad, accelerator.device)
    tokens = sum(todo.encoded[row].reply for row in rows)
    share = sum(todo.encoded[row].reply for row in mine) / tokens
    return reply_loss(learner, ids, mask, labels) * share


def _save(accelerator: "Accelerator", learner, done: TrainingRun, record: str) -> None:
    """Collect the adapter from all processes, and write it once, its record beside it."""
    state = accelerator.get_state_dict(learner)
    if accelerator.is_main_process:
        model = accelerator.unwrap_model(learner)
        save_adapter(model, done.adapter, done.config["model"], {RECORD: record}, state_dict=state)
    accelerator.wait_for_everyone()
