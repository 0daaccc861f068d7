"""Adapters as folders: written whole or not at all, and merged into their base."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.generation.language_model import LocalModel, load_adapter
from course_lib.generation.loading import load_tokenizer, load_weights, resolve_model

MARKER = "adapter_config.json"  # every adapter folder has it


def check_replaceable(folder: Path, marker: str) -> None:
    """Raise CourseError if a folder holds something, but not the file `marker`: it is somebody's other work.
    """
    ours = folder.is_dir() and ((folder / marker).is_file() or not any(folder.iterdir()))
    if folder.exists() and not ours:
        raise CourseError(
            f"{folder} exists and is something else (it has no {marker}), so it will not be replaced.",
            allowed="a new folder, an empty one, or one that an earlier run wrote",
            next_step="choose another folder",
        )


@contextmanager
def written_whole(folder: Path, marker: str) -> Iterator[Path]:
    """A new folder to write into, which takes the name `folder` when the block ends without an exception.

    What was there before stays until then, and stays for good if the block fails. Raises CourseError as
    `check_replaceable` does, before anything is written.
    """
    folder = Path(folder).expanduser().absolute()
    check_replaceable(folder, marker)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        yield new
        old = Path(temporary) / "old"  # goes with the temporary folder
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:  # on Windows, another program may be reading what was just written
            if old.exists():
                old.rename(folder)
            raise


def save_adapter(model, folder: Path, extra: dict[str, str] | None = None) -> None:
    """Save a PEFT model's adapter as safetensors, with `extra` files (name to text) beside it, whole or not
    at all.
    """
    with written_whole(folder, MARKER) as new:
        # Without this PEFT asks the hub whether the base's vocabulary has grown.
        model.save_pretrained(new, safe_serialization=True, save_embedding_layers=False)
        for name, text in (extra or {}).items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")


def merge_adapter(
    adapter: str | Path,
    model_name: str | Path | None = None,
    *,
    quantize: str | None = "nf4",
    output: str | Path | None = None,
) -> LocalModel:
    """Add an adapter's change to its base's weights: a plain model, saved to `output` if one is given.

    With `quantize="nf4"` the base is quantised as it was in training and then written out in full, so that
    the merged model computes what the adapter learned beside; with None the change is added to the original
    weights. Raises ModelError if either is unreadable or they do not fit. Hu et al. 2021, section 4.1; lesson
    07.
    """
    import torch

    if output is not None:
        check_replaceable(Path(output).expanduser().absolute(), "config.json")
    run = runtime.current()
    name = resolve_model(model_name or run.language_model)
    model = load_weights(name, quantize, run.device, run.dtype)
    if quantize:
        model = model.dequantize()
    model = load_adapter(model.float(), adapter).merge_and_unload()
    model = model.to(getattr(torch, run.dtype)).eval()
    tokenizer = load_tokenizer(name)
    if output is None:
        return LocalModel(f"{name} + {Path(adapter).name}", model, tokenizer)
    with written_whole(Path(output), marker="config.json") as new:
        model.save_pretrained(new, safe_serialization=True)
        tokenizer.save_pretrained(new)
    return LocalModel(str(Path(output).resolve()), model, tokenizer)
