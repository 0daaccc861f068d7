"""What lesson 07's training takes on this machine: memory and tokens a second, by method. Lesson 07.

The model is one by name, or, where no hub can be reached, one of the same shape with random weights, which
takes the same memory and time and learns nothing worth reading.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.arguments import one_of
from course_lib.errors import DataError
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.generation.types import Messages
from course_lib.tuning import recipes
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import Batch
from course_lib.tuning.memory_model import METHODS, Memory, training_memory
from course_lib.tuning.methods import trainable
from course_lib.tuning.train import Tuned, fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

RANDOM = (
    "The weights are random: memory and speed are those of the shape, and what it says means nothing. "
    "No quality is claimed."
)
ASKED = 8  # prompts that are answered at once afterwards
STORED = "results/gpu_path-cpu.json"  # what was measured where there is no card
# What `counted_bytes` are, by device: the memory that the forecast is held against.
COUNTED = {
    "cpu": "the tensors of one step on the longest examples, one by one",
    "cuda": "PyTorch's own count over the whole training",
}


def measure(
    model: str | Path,
    examples: Sequence[Messages],
    method: str = "qlora",
    steps: int = 12,
    batch_size: int = 8,
) -> dict[str, Any]:
    """Tune a model for so many steps by `qlora`, `lora` or `full`, then have it answer; what that took.

    `foretold_bytes` are memory_model's for a step on the longest examples, and `counted_bytes` what COUNTED
    says, which holds nothing but tensors. `peak_bytes` are PyTorch's own on a GPU; on a CPU the process's,
    with Python, the libraries and what was there before. `tokens_a_second` leaves out the first step, which
    warms up. Raises CourseError for an unknown method, and as `tune` does.
    """
    one_of(method, "method", METHODS)
    device, times = runtime.current().device, []
    quantize = "nf4" if method == "qlora" else None
    base = fresh_model(model, quantize)
    _, foretold = _longest(base, method, examples, batch_size)
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
    found = {
        "method": method,
        "parameters": tuned.total,
        "trainable": tuned.trainable,
        "base_bytes": tuned.base_bytes,
        "peak_bytes": tuned.peak_bytes,
        "foretold_bytes": foretold.peak,
        "counted_bytes": tuned.peak_bytes,
        "counted": COUNTED[device],
        "steps": tuned.steps,
        "tokens": tuned.tokens,
        "seconds": round(tuned.seconds, 2),
        "tokens_a_second": _speed(tuned, times),
        "answering_tokens_a_second": _answering(tuned, examples),
        "losses": [round(loss, 4) for loss in tuned.losses],
    }
    if device != "cuda":
        del base, tuned  # room for a fresh one
        step = step_bytes(fresh_model(model, quantize), method, examples, batch_size)
        found["counted_bytes"] = step["peak_bytes"]
    return found


def step_bytes(
    base: LocalModel, method: str, examples: Sequence[Messages], rows: int
) -> dict[str, int]:
    """What a step on the longest of some examples takes: `peak_bytes`, its tensors counted as they come and
    go, and `foretold_bytes`, by memory_model.

    The model is made trainable in place: hand in a fresh one, quantised for `qlora`. Raises CourseError for
    an unknown method, and as encode does. Claim C09; lesson 07.
    """
    from course_lib.tuning.live_tensors import step_peak

    batch, foretold = _longest(base, method, examples, rows)
    way = "full" if method == "full" else "lora"
    shape = {name: recipes.STYLE[name] for name in ("rank", "alpha")}
    learner = trainable(base.model, way, **shape, gradient_checkpointing=_checkpointing(base, method))
    return {"peak_bytes": step_peak(learner, batch), "foretold_bytes": foretold.peak}


def _longest(
    base: LocalModel, method: str, examples: Sequence[Messages], rows: int
) -> tuple[Batch, Memory]:
    """The longest of some examples as one batch, and what is foretold of a step on it."""
    one_of(method, "method", METHODS)
    longest = sorted(encode(examples, base.tokenizer, base.context), key=lambda each: len(each.ids))[-rows:]
    tensors = padded(longest, base.tokenizer.pad_token_id or 0, base.model.device)
    foretold = training_memory(
        base.model.config,
        method,
        batch=len(longest),
        length=tensors[0].shape[1],
        reply=max(each.reply for each in longest),
        rank=recipes.STYLE["rank"],
        checkpointing=_checkpointing(base, method),
        itemsize=4 if runtime.current().dtype == "float32" else 2,
    )
    return Batch(*tensors, tuple(range(len(longest)))), foretold


def _checkpointing(base: LocalModel, method: str) -> bool:
    """Whether methods.trainable has the activations of this training computed anew."""
    return method == "qlora" and base.model.device.type == "cuda"


def forecast_table(kept: Mapping[str, Any]) -> "pd.DataFrame":
    """What was foretold and what was counted, of a stored run of `gpu-path`: a row a shape and method.

    The columns are `foretold, MB`, `counted, MB` and `off`, how far the count lies above the forecast. Both
    are missing where a row has no count, as in files of an earlier form. Raises DataError for rows in
    another form. Lesson 07.
    """
    import pandas as pd

    whose = kept.get("shape") or kept.get("model")
    rows = []
    try:
        for row in kept["rows"]:
            foretold, counted = row["foretold_bytes"], row.get("counted_bytes")
            off = counted / foretold - 1 if counted else None
            megabytes = foretold / 1e6, counted / 1e6 if counted else None
            rows.append((row.get("shape", whose), row["method"], *megabytes, off))
    except (KeyError, TypeError) as error:
        raise DataError(
            f"The rows of a stored run of gpu-path are malformed: {error!r}.",
            allowed="rows with method and foretold_bytes",
            next_step="measure it again: python -m course_lib gpu-path --help",
        ) from None
    columns = ["shape", "method", "foretold, MB", "counted, MB", "off"]
    numbers = dict.fromkeys(columns[2:], float)
    return pd.DataFrame(rows, columns=columns).astype(numbers).set_index(["shape", "method"])


def told_forecast(kept: Mapping[str, Any]) -> str:
    """A stored run of `gpu-path` to read: its command, what was counted, and forecast_table. Lesson 07."""
    import pandas as pd

    table = forecast_table(kept)
    forms = dict(zip(table.columns, ("{:,.0f}", "{:,.0f}", "{:+.1%}"), strict=True))
    shown = pd.DataFrame({name: table[name].map(form.format) for name, form in forms.items()})
    shown = shown.where(table.notna(), "–").to_string()
    counted = dict.fromkeys(row["counted"] for row in kept["rows"] if row.get("counted"))
    what = f"Counted: {'; '.join(counted)}." if counted else "Its tensors were not counted."
    return f"Stored run, by `{kept.get('command', 'python -m course_lib gpu-path')}`. {what}\n{shown}"


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
