"""What made a result: command, commit, seed, versions, machine, seconds; in one form for all that is stored.

Begin it before the work, since the files that are there then are those that made the result:
`run = provenance.begin("python -m course_lib results")`, and at the end `run.written()`.
"""

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

from course_lib.runtime import ROOT

LIBRARIES = ("numpy", "torch", "transformers", "peft", "bitsandbytes", "accelerate", "sentence-transformers")


@dataclass(frozen=True)
class Run:
    """A command that has begun: the commit that it runs from, and whether the tree was that commit's."""

    command: str
    seed: int | None
    commit: str | None
    clean: bool | None
    started: float

    def written(self, libraries: Sequence[str] = LIBRARIES) -> dict[str, Any]:
        """The record as it is stored; the seconds are those since the run began.

        commit and clean are None outside of a Git clone, seed where nothing is drawn.
        """
        return {
            "command": self.command,
            "commit": self.commit,
            "clean": self.clean,
            "seed": self.seed,
            "versions": versions(libraries),
            "machine": machine(),
            "seconds": round(perf_counter() - self.started),
        }


def begin(command: str, arguments: Sequence[str] = (), seed: int | None = None) -> Run:
    """Note what is about to run; folders in `arguments` are told without those of this machine above them."""
    told = [Path(each).name if Path(each).is_absolute() else each for each in arguments]
    commit = _git("rev-parse", "HEAD")
    clean = None if commit is None else _git("status", "--porcelain") == ""
    return Run(" ".join([command, *map(shlex.quote, told)]), seed, commit, clean, perf_counter())


def versions(libraries: Sequence[str] = LIBRARIES) -> dict[str, str]:
    """Python's version and those of the libraries that are installed, without a build's name (+cpu)."""
    found = {"python": platform.python_version()}
    for name in libraries:
        try:
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """Processor, system, cores and, where this process sees one, the graphics card."""
    here = f"{platform.machine()}, {platform.system()}, {os.cpu_count()} cores"
    torch = sys.modules.get("torch")  # who has not imported it has not used a card
    return f"{here}, {torch.cuda.get_device_name()}" if torch and torch.cuda.is_available() else here


def device_name(device: str) -> str:
    """What computes a training: the card by its name, or the CPU with its threads."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"CPU, threads: {torch.get_num_threads()}"


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def commit_of(record: Mapping[str, Any]) -> str:
    """From which commit a stored result was made: seven digits, a + where files had changed since; "" outside
    of a clone.
    """
    commit = record.get("commit") or ""
    return commit[:7] + ("+" if commit and not record.get("clean") else "")
