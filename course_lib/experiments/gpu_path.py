"""What lesson 07's training takes on this machine: memory and tokens a second, by method. Lesson 07.

The model is one by name, or, where no hub can be reached, one of the same shape with random weights, which
takes the same memory and time and learns nothing worth reading.
"""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from course_lib import runtime
from course_lib.arguments import one_of
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.generation.types import Messages
from course_lib.tuning import recipes
from course_lib.tuning.batches import encode
from course_lib.tuning.memory_model import METHODS, training_memory
from course_lib.tuning.train import Tuned, fresh_model, tune

RANDOM = (
    "The weights are random: memory and speed are those of the shape, and what it says means nothing. "
    "No quality is claimed."
)
ASKED = 8  # prompts that are answered at once afterwards


def measure(
    model: str | Path,
    examples: Sequence[Messages],
    method: str = "qlora",
    steps: int = 12,
    batch_size: int = 8,
) -> dict[str, Any]:
    """Tune a model for so many steps by `qlora`, `lora` or `full`, then have it answer; what that took.

    `peak_bytes` is PyTorch's own on a GPU and the process's on a CPU; `foretold_bytes` is memory_model's for
    the longest example. `tokens_a_second` leaves out the first step, which warms up. Raises CourseError for
    an unknown method, and as `tune` does.
    """
    one_of(method, "method", METHODS)
    run, times = runtime.current(), []
    base = fresh_model(model, "nf4" if method == "qlora" else None)
    encoded = encode(examples, base.tokenizer, base.context)
    config = base.model.config
    foretold = training_memory(
        config,
        method,
        batch=batch_size,
        length=max(len(each.ids) for each in encoded),
        reply=max(each.reply for each in encoded),
        rank=recipes.STYLE["rank"],
        itemsize=4 if run.dtype == "float32" else 2,
        checkpointing=method == "qlora" and run.device == "cuda",
    )
    tuned = tune(
        base,
        examples,
        method="full" if method == "full" else "lora",
        rank=recipes.STYLE["rank"],
        alpha=recipes.STYLE["alpha"],
        learning_rate=recipes.OTHER_RATE,
        steps=steps,
        batch_size=batch_size,
        on_step=lambda step, loss: times.append(perf_counter()),
    )
    return {
        "method": method,
        "parameters": tuned.total,
        "trainable": tuned.trainable,
        "base_bytes": tuned.base_bytes,
        "peak_bytes": tuned.peak_bytes,
        "foretold_bytes": foretold.peak,
        "steps": tuned.steps,
        "tokens": tuned.tokens,
        "seconds": round(tuned.seconds, 2),
        "tokens_a_second": _speed(tuned, times),
        "answering_tokens_a_second": _answering(tuned, examples),
        "losses": [round(loss, 4) for loss in tuned.losses],
    }


def _speed(tuned: Tuned, times: Sequence[float]) -> float | None:
    """Tokens that a step reads on average, a second of all steps but the first."""
    if len(times) < 2:
        return None
    return round(tuned.tokens / tuned.steps * (len(times) - 1) / (times[-1] - times[0]), 1)


def _answering(tuned: Tuned, examples: Sequence[Messages]) -> float:
    started = perf_counter()
    prompts = [example[:-1] for example in examples[:ASKED]]
    replies = tuned.model.replies(prompts, max_new_tokens=HOUSE_STYLE_TOKENS)
    return round(sum(reply.completion_tokens for reply in replies) / (perf_counter() - started), 1)
