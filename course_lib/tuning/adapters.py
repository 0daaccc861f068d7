"""Adapters as folders: written whole or not at all, and merged into their base."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib import runtime
from course_lib.arguments import checked_path
from course_lib.errors import CourseError
from course_lib.files import check_replaceable, written_whole
from course_lib.generation.adapter import load_adapter, merged
from course_lib.generation.language_model import LocalModel
from course_lib.generation.loading import check_quantize, load_tokenizer, load_weights
from course_lib.generation.model_names import resolve_model

MARKER = "adapter_config.json"  # every adapter folder has it


def save_adapter(
    model, folder: Path, base: str, extra: Mapping[str, str] | None = None, **options: Any
) -> None:
    """Save a PEFT model's adapter as safetensors, with `extra` files (name to text) beside it, whole or not
    at all.

    `base` is the base's name as other machines know it, so that no path of this one goes with it; `options`
    are those of PEFT's save_pretrained. Raises CourseError if the disk is full or cannot be written.
    """
    from safetensors import SafetensorError

    model.peft_config["default"].base_model_name_or_path = base
    try:
        with written_whole(folder, MARKER) as new:
            # Without this PEFT asks the hub whether the base's vocabulary has grown.
            model.save_pretrained(new, safe_serialization=True, save_embedding_layers=False, **options)
            for name, text in (extra or {}).items():
                (new / name).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, SafetensorError) as error:
        raise CourseError(
            f"The adapter cannot be written to {folder}: {error}.",
            next_step="make room there, and run the same again; with a checkpoint nothing is trained twice",
        ) from None


def merge_adapter(
    adapter: str | Path | None,
    model_name: str | Path | None = None,
    *,
    quantize: str | None = "nf4",
    output: str | Path | None = None,
) -> LocalModel:
    """Add an adapter's change to its base's weights: a plain model, saved to `output` if one is given.

    With `quantize="nf4"` the base is quantised as it was in training and then written out in full, so that
    the merged model computes what the adapter learned beside; with None the change is added to the original
    weights. Without an adapter it is that base alone, which is what a tuned model is compared with. Raises
    ModelError if either is unreadable, if they do not fit, and if an adapted layer shares its weights with
    another. Hu et al. 2021, section 4.1; lesson 07.
    """
    import torch

    if output is not None:
        output = checked_path(output, "output")
        check_replaceable(output, "config.json")
    check_quantize(quantize)
    run = runtime.current()
    name = resolve_model(model_name or run.language_model)
    model = load_weights(name, quantize, run.device, run.dtype)
    if quantize:
        model = model.dequantize()
    if adapter is not None:
        model = merged(load_adapter(model.float(), adapter))
    model = model.to(getattr(torch, run.dtype)).eval()
    tokenizer = load_tokenizer(name)
    if output is None:
        return LocalModel(f"{name} + {Path(adapter).name}" if adapter else name, model, tokenizer)
    with written_whole(output, marker="config.json") as new:
        model.save_pretrained(new, safe_serialization=True)
        tokenizer.save_pretrained(new)
    return LocalModel(str(output.resolve()), model, tokenizer)
