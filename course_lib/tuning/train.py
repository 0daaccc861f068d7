"""QLoRA: a base held in 4 bits, a LoRA adapter trained beside it, on the reply's tokens only.

bitsandbytes holds the base, PEFT the adapter; the loop is plain PyTorch, short enough to read. Dettmers et
al. 2023, section 3. Lesson 07 runs it.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from course_lib import gpu_memory, provenance, runtime
from course_lib.arguments import checked_path
from course_lib.errors import CourseError, ModelError
from course_lib.generation.adapter import RECORD
from course_lib.generation.loading import check_quantize, load_tokenizer, load_weights, without_weights
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import Messages
from course_lib.progress_bar import progress_bar
from course_lib.tuning import ALL_LINEAR
from course_lib.tuning.adapters import MARKER, check_replaceable, save_adapter
from course_lib.tuning.batches import Encoded, checked_examples, encode, padded, plan
from course_lib.tuning.memory import PeakMemory, memory_bytes
from course_lib.tuning.settings import checked_settings, target_layers

LIBRARIES = ("torch", "transformers", "peft", "bitsandbytes", "accelerate")


@dataclass(frozen=True)
class TrainingRun:
    """What a training run did: the adapter's folder, one loss a step, and what it took.

    `seconds` is the loop alone, without loading; `base_bytes` is the frozen model's size in memory,
    `peak_bytes` the most memory in use (the process on a CPU, PyTorch's own on a GPU); `config` holds every
    argument.
    """

    adapter: Path
    losses: tuple[float, ...]
    seconds: float
    steps: int
    examples: int
    trainable: int
    total: int
    base_bytes: int
    peak_bytes: int
    device: str
    versions: dict[str, str]
    config: dict


def train_adapter(
    examples: Iterable[Messages],
    model_name: str | Path | None = None,
    *,
    output: str | Path,
    rank: int = 16,
    alpha: float = 32,
    targets: str | Sequence[str] = ALL_LINEAR,
    learning_rate: float = 1e-3,
    epochs: int = 3,
    steps: int | None = None,
    batch_size: int = 8,
    seed: int = 0,
    quantize: str | None = "nf4",
    on_step: Callable[[int, float], None] | None = None,
) -> TrainingRun:
    """Train a LoRA adapter on chat examples, each ending with the assistant's reply, and save it to `output`.

    `targets` names the layers to adapt, or is "all-linear"; `steps` counts batches and takes the place of
    `epochs`; `on_step(step, loss)` is called after each. The same seed gives the same adapter on the same
    machine. An interrupted run leaves what was at `output` before. Raises CourseError for examples or
    settings that cannot be trained on, PromptTooLong for an example longer than the context, ModelError for
    layers that the model does not have, and it and ProfileError as `load_language_model` does. Claims C06 and
    C09; lesson 07.
    """
    import torch

    examples, run = checked_examples(examples), runtime.current()
    settings = checked_settings(
        rank=rank,
        alpha=alpha,
        learning_rate=learning_rate,
        epochs=epochs,
        steps=steps,
        batch_size=batch_size,
        seed=seed,
    )
    check_quantize(quantize)
    folder = checked_path(output, "output")
    check_replaceable(folder, MARKER)  # now, and not after minutes of training
    name = resolve_model(model_name or run.language_model)
    targets = target_layers(without_weights(name), targets)
    shape = {"rank": settings["rank"], "alpha": settings["alpha"], "targets": targets}
    config = {"model": portable(str(model_name or run.language_model)), **shape, **settings}
    config |= {"epochs": None if steps else settings["epochs"], "quantize": quantize}
    tokenizer = load_tokenizer(name)
    base = load_weights(name, quantize, run.device, run.dtype)
    encoded = encode(examples, tokenizer, base.config.max_position_embeddings)
    base_bytes = memory_bytes(base)
    total = base.num_parameters()  # knows that a byte of NF4 holds two
    with torch.random.fork_rng():  # a learner's own random numbers go on as if nothing had run
        torch.manual_seed(settings["seed"])
        model = _with_adapter(base, settings, targets, quantize, run.device)
        model.peft_config["default"].base_model_name_or_path = config["model"]  # no path of this machine
        plans = (settings[each] for each in ("batch_size", "epochs", "steps", "seed"))
        batches = plan([len(e.ids) for e in encoded], *plans)
        memory = PeakMemory(run.device)
        started = perf_counter()
        with gpu_memory.guard():
            pad, rate = tokenizer.pad_token_id or 0, settings["learning_rate"]
            losses = _train(model, encoded, batches, pad, rate, memory, on_step)
        seconds = perf_counter() - started
    result = TrainingRun(
        adapter=folder,
        losses=tuple(losses),
        seconds=seconds,
        steps=len(losses),
        examples=len(examples),
        trainable=sum(p.numel() for p in model.parameters() if p.requires_grad),
        total=total,
        base_bytes=base_bytes,
        peak_bytes=memory.bytes,
        device=torch.cuda.get_device_name()
        if run.device == "cuda"
        else f"CPU, threads: {torch.get_num_threads()}",
        versions=provenance.versions(LIBRARIES),
        config=config,
    )
    record = asdict(result) | {"adapter": folder.name} | base_fingerprint(name)
    save_adapter(model, folder, {RECORD: json.dumps(record, ensure_ascii=False, indent=2) + "\n"})
    return result


def portable(name: str) -> str:
    """A model's name as another machine knows it: a folder below the course's is named from there."""
    path = Path(name)
    return path.relative_to(runtime.ROOT).as_posix() if path.is_relative_to(runtime.ROOT) else name


def _with_adapter(base, settings: dict, targets: list[str], quantize: str | None, device: str):
    """The base, frozen, with a fresh adapter whose weights are in 32 bits, in training mode."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if quantize:
        # Recomputing activations in the backward pass trades time for memory, which only the GPU is short of.
        base = prepare_model_for_kbit_training(
            base,
            use_gradient_checkpointing=device == "cuda",
            gradient_checkpointing_kwargs={"use_reentrant": False},
        )
    try:
        shape = {"r": settings["rank"], "lora_alpha": settings["alpha"]}
        model = get_peft_model(base, LoraConfig(**shape, target_modules=targets, task_type="CAUSAL_LM"))
    except ValueError as error:
        raise ModelError(
            f"The layers {', '.join(targets)} cannot all be adapted: {str(error).splitlines()[0]}",
            allowed=f"names of its linear layers, for instance {', '.join(ALL_LINEAR)}",
        ) from error
    return model.train()


def _train(
    model, encoded: list[Encoded], batches: list[list[int]], pad: int, peak_rate: float, memory, on_step
):
    """Run the batches once, in order; return the loss of each."""
    import torch

    dtype = getattr(torch, runtime.current().dtype)
    device = model.device.type
    mixed = torch.autocast(device, dtype) if dtype != torch.float32 else nullcontext()
    scaler = torch.amp.GradScaler(device, enabled=dtype == torch.float16)  # small gradients vanish in fp16
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=peak_rate, weight_decay=0.0)
    losses = []
    for step, batch in enumerate(progress_bar("training", batches)):
        for group in optimizer.param_groups:
            group["lr"] = peak_rate * rate_at(step, len(batches))
        ids, mask, labels = padded([encoded[i] for i in batch], pad, model.device)
        with mixed:
            loss = reply_loss(model, ids, mask, labels)
        scaler.scale(loss).backward()
        memory.look()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise CourseError(
                f"The loss was {losses[-1]} at step {step + 1}: training has diverged.",
                next_step="lower learning_rate",
            )
        if on_step:
            on_step(step + 1, losses[-1])
    return losses


def reply_loss(model, ids, mask, labels):
    """Mean cross-entropy of the reply's tokens, in nats a token; all (rows, width), labels -100 elsewhere.

    The rows end together (short ones are filled on the left), so that logits are computed for the columns
    that hold replies and no others: over a vocabulary of 150,000 the rest would not fit on a small card.
    Lesson 07.
    """
    import torch

    reply_width = int((labels != -100).any(dim=0).sum())  # replies stand at the end of their rows
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    logits = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        use_cache=False,
        logits_to_keep=reply_width + 1,
    ).logits  # (rows, reply_width + 1, vocabulary): the token before the first reply token predicts it
    predicted = logits[:, :-1].flatten(0, 1).float()
    return torch.nn.functional.cross_entropy(predicted, labels[:, -reply_width:].flatten(), ignore_index=-100)


def rate_at(step: int, steps: int, warm_up: float = 0.1) -> float:
    """The share of the learning rate at a step: rising over the first tenth, then a half cosine to nearly 0.
    """
    rise = max(1, round(warm_up * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise + 1) / (steps - rise + 1)))
