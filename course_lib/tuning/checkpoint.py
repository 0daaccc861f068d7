"""A training run on disk, from which it goes on: trained weights, the optimiser's moments, how far it came.

What this module does not do: decide when to save. Trainers do (loop.py, and the reader's).
"""

import json
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.errors import CourseError

if TYPE_CHECKING:
    import torch

STATE, WEIGHTS = "state.json", "checkpoint.safetensors"  # whose run it is; and the run


def save(
    folder: Path,
    weights: "Mapping[str, torch.nn.Parameter]",
    optimizer: "torch.optim.Optimizer",
    progress: Mapping[str, Any],
    run: Mapping[str, Any],
) -> None:
    """Write a checkpoint beside the one before, which it then replaces; `run` says whose it is, as JSON.

    Raises CourseError if the disk is full or cannot be written: one that was there before is whole then.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    state = {f"weight.{name}": weight.detach().contiguous() for name, weight in weights.items()}
    for name, weight in weights.items():
        for key, value in optimizer.state.get(weight, {}).items():
            state[f"{key}.{name}"] = value.detach().contiguous()
    beside = files.make_folder(folder) / f"{WEIGHTS}.new"
    try:
        save_file(state, beside, metadata={"progress": json.dumps(progress)})
        beside.replace(folder / WEIGHTS)
        files.write_json(folder / STATE, dict(run))
    except (OSError, SafetensorError) as error:
        beside.unlink(missing_ok=True)
        before = " The one before it is whole." if (folder / STATE).exists() else ""
        raise CourseError(
            f"The checkpoint in {folder} cannot be written: {error}.{before}",
            next_step="make room on the disk, and start the same run again"
            + (": it goes on from there" if before else ""),
        ) from None


def load(
    folder: Path,
    weights: "Mapping[str, torch.nn.Parameter]",
    optimizer: "torch.optim.Optimizer",
    run: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Put a checkpoint's weights and moments in place, and return its progress; None where there is none.

    Raises CourseError if it is of another run, DataError if it is damaged.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    if not (folder / STATE).exists():
        return None
    saved = files.read_json(folder / STATE)
    if saved != json.loads(json.dumps(run)):
        differs = [name for name in {**saved, **run} if saved.get(name) != run.get(name)]
        raise CourseError(
            f"The checkpoint in {folder} is of another run: its {', '.join(sorted(differs))} differ.",
            next_step="choose another folder for this run, or give the settings that it began with",
        )
    try:
        with safe_open(folder / WEIGHTS, "pt") as stored, torch.no_grad():
            there = set(stored.keys())
            for name, weight in weights.items():
                weight.copy_(stored.get_tensor(f"weight.{name}"))
                moments = {key: f"{key}.{name}" for key in ("step", "exp_avg", "exp_avg_sq")}
                optimizer.state[weight] = {
                    key: stored.get_tensor(place).to("cpu" if key == "step" else weight.device)
                    for key, place in moments.items()
                    if place in there
                }
            return json.loads(stored.metadata()["progress"])
    except (SafetensorError, OSError, RuntimeError, TypeError, KeyError) as error:
        raise CourseError(
            f"The checkpoint in {folder} cannot be read: {str(error).splitlines()[0]}",
            next_step="delete that folder, and the run begins anew",
        ) from None


def forget(folder: Path) -> None:
    """Delete the checkpoint in a folder, and the folder if nothing else is in it: its run has ended."""
    for name in (STATE, WEIGHTS):  # without its state no weights are taken for a checkpoint
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


class Interruption:
    """A block in which SIGTERM and Ctrl+C only set `asked`, so that the step in hand is finished and saved.

    Outside of the main thread, where Python allows no handlers, they act as ever.
    """

    def __init__(self):
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Interruption":
        if threading.current_thread() is threading.main_thread():
            for sign in (signal.SIGTERM, signal.SIGINT):
                self._before[sign] = signal.signal(sign, self._ask)
        return self

    def __exit__(self, *_) -> None:
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    def _ask(self, *_) -> None:
        self.asked = True
