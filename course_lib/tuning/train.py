"""QLoRA: a base held in 4 bits, a LoRA adapter trained beside it, on the reply's tokens only.

bitsandbytes holds the base, PEFT the adapter; the loop is our own (loop.py). Dettmers et al. 2023, section 3.
Lesson 07 runs it; the other methods (methods.py) are trained in memory, for lessons 06 and 08.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from course_lib import files, gpu_memory, provenance, runtime
from course_lib.arguments import checked_path
from course_lib.errors import DataError
from course_lib.generation.adapter import RECORD
from course_lib.generation.language_model import LocalModel
from course_lib.generation.loading import check_quantize, load_tokenizer, load_weights, without_weights
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import Messages
from course_lib.tuning.adapters import MARKER, check_replaceable, save_adapter
from course_lib.tuning.batches import checked_examples, encode, plan
from course_lib.tuning.checkpoint import forget
from course_lib.tuning.loop import Objective, Plan, fit
from course_lib.tuning.memory import PeakMemory, memory_bytes
from course_lib.tuning.methods import trainable
from course_lib.tuning.settings import Settings

LIBRARIES = ("torch", "transformers", "peft", "bitsandbytes", "accelerate")


@dataclass(frozen=True, kw_only=True)
class Training:
    """What a training did: one loss a step, and what it took.

    `seconds` is the loop alone, without loading; `tokens` are all that were read; `base_bytes` is the model's
    size in memory before, `peak_bytes` the most memory in use (the process on a CPU, PyTorch's own on a GPU);
    `config` holds every setting.
    """

    losses: tuple[float, ...]
    seconds: float
    steps: int
    tokens: int
    examples: int
    trainable: int
    total: int
    base_bytes: int
    peak_bytes: int
    device: str
    versions: dict[str, str]
    config: dict


@dataclass(frozen=True, kw_only=True)
class Tuned(Training):
    """A training in memory, and the model that came of it, ready to be asked."""

    model: LocalModel


@dataclass(frozen=True, kw_only=True)
class TrainingRun(Training):
    """A training whose adapter was saved, and its folder."""

    adapter: Path

    @classmethod
    def of(cls, folder: Path) -> "TrainingRun":
        """The training whose adapter and record stand in a folder; raises DataError for a damaged record."""
        record = files.read_json(folder / RECORD)
        try:
            facts = {each.name: record[each.name] for each in fields(cls)}
        except (KeyError, TypeError):
            raise DataError(
                f"The record of the adapter in {folder} is not whole.",
                next_step="delete that folder, and train it again",
            ) from None
        return cls(**facts | {"adapter": folder, "losses": tuple(facts["losses"])})


def fresh_model(model_name: str | Path | None = None, quantize: str | None = None) -> LocalModel:
    """A model to train, by default the profile's, loaded anew; raises as load_language_model does.

    Lesson 06.
    """
    run = runtime.current()
    name = resolve_model(model_name or run.language_model)
    return LocalModel(name, load_weights(name, quantize, run.device, run.dtype), load_tokenizer(name))


def tune(
    model: LocalModel,
    examples: Iterable[Messages],
    *,
    objective: Objective | None = None,
    checkpoint: str | Path | None = None,
    on_step: Callable[[int, float], None] | None = None,
    **settings: Any,
) -> Tuned:
    """Tune a model in memory on chat examples, each ending with the assistant's reply; nothing else is saved.

    The model that is given is changed: hand it a fresh one. `settings` are those of settings.Settings;
    `objective(model, batch)` is what is made small, by default the cross-entropy of the replies' tokens;
    `on_step(step, loss)` is called after each. With a `checkpoint` folder a run that was stopped goes on when
    it is called again with the same arguments. The same seed gives the same result on the same machine.
    Raises CourseError for examples or settings that cannot be trained on and as loop.fit does, PromptTooLong
    for an example longer than the context, ModelError for layers that it does not have. Lessons 06 and 08.
    """
    import torch

    examples = checked_examples(examples)
    chosen = Settings(**settings)
    folder = None if checkpoint is None else checked_path(checkpoint, "checkpoint")
    base, tokenizer = model.model, model.tokenizer
    shape = chosen.shape(base)
    config = {"method": chosen.method} | shape | chosen.course()
    encoded = encode(examples, tokenizer, base.config.max_position_embeddings)
    batches = plan([len(e.ids) for e in encoded], **chosen.order())
    todo = Plan(encoded, batches, tokenizer.pad_token_id or 0, chosen.learning_rate)
    base_bytes, total = memory_bytes(base), base.num_parameters()  # which knows that a byte of NF4 holds two
    device = model.model.device.type
    with torch.random.fork_rng():  # a learner's own random numbers go on as if nothing had run
        torch.manual_seed(chosen.seed)
        # Recomputing activations in the backward pass trades time for memory, which only a GPU is short of.
        learner = trainable(base, chosen.method, **shape, gradient_checkpointing=device == "cuda")
        memory = PeakMemory(device)
        kept = {"folder": folder, "run": _identity(model, todo, config)} if folder else {}
        with gpu_memory.guard():
            losses, seconds = fit(
                learner, todo, objective=objective, memory=memory, on_step=on_step, **kept
            )
    return Tuned(
        model=LocalModel(model.name, learner.eval(), tokenizer),
        losses=tuple(losses),
        seconds=seconds,
        steps=len(losses),
        tokens=todo.tokens,
        examples=len(examples),
        trainable=sum(p.numel() for p in learner.parameters() if p.requires_grad),
        total=total,
        base_bytes=base_bytes,
        peak_bytes=memory.bytes,
        device=provenance.device_name(device),
        versions=provenance.versions(LIBRARIES),
        config=config,
    )


def _identity(model: LocalModel, todo: Plan, config: dict) -> dict[str, Any]:
    """Whose checkpoint it is: the base, the examples in their order, the settings."""
    return {"examples": todo.sha256, "config": config} | base_fingerprint(model.name)


def train_adapter(
    examples: Iterable[Messages],
    model_name: str | Path | None = None,
    *,
    output: str | Path,
    quantize: str | None = "nf4",
    checkpoint: str | Path | None = None,
    on_step: Callable[[int, float], None] | None = None,
    **settings: Any,
) -> TrainingRun:
    """Train a LoRA adapter beside a base, by default in four bits, and save it to `output`.

    `settings` are those of settings.Settings, but for the method; `checkpoint` and `on_step` are as in
    `tune`, and once the adapter stands the checkpoint goes. An interrupted run leaves what was at `output`
    before. Raises as `tune` and `fresh_model` do, and what it can before a model is loaded. Claims C06 and
    C09; lesson 07.
    """
    examples, chosen = checked_examples(examples), Settings(method="lora", **settings)
    name = model_name or runtime.current().language_model
    check_quantize(quantize)
    folder = checked_path(output, "output")
    check_replaceable(folder, MARKER)  # now, and not after minutes of training
    resolved = resolve_model(name)
    chosen.shape(without_weights(resolved))
    options = {"checkpoint": checkpoint, "on_step": on_step}
    tuned = tune(fresh_model(name, quantize), examples, **options, **settings)
    config = {"model": portable(str(name))} | tuned.config | {"quantize": quantize}
    facts = {field: value for field, value in vars(tuned).items() if field != "model"} | {"config": config}
    result = TrainingRun(adapter=folder, **facts)
    save_adapter(tuned.model.model, folder, config["model"], {RECORD: recorded(result, resolved)})
    if checkpoint is not None:
        forget(Path(checkpoint))
    return result


def recorded(run: TrainingRun, base: str | Path) -> str:
    """The text of the record that stands beside an adapter: what the training took, and of which base."""
    record = asdict(run) | {"adapter": run.adapter.name} | base_fingerprint(base)
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def portable(name: str) -> str:
    """A model's name as another machine knows it: a folder below the course's is named from there."""
    path = Path(name)
    return path.relative_to(runtime.ROOT).as_posix() if path.is_relative_to(runtime.ROOT) else name
