"""From a folder or a hub name to a model in memory: the folder is checked, and only safetensors are read."""

import hashlib
import logging
from pathlib import Path

from course_lib import runtime
from course_lib.arguments import one_of, shown
from course_lib.errors import DataError, ModelError, ProfileError
from course_lib.files import read_json, sha256
from course_lib.manifest import checksums, verified

QUANTIZE = (None, "nf4")
RESTORE = "restore the course's own copy: git checkout -- data/models"


def resolve_model(name: str | Path) -> str:
    """The folder's absolute path if `name` is a model folder, or the hub name unchanged.

    Raises ModelError for a folder that holds no model or does not exist, and for altered course weights.
    """
    if not isinstance(name, (str, Path)) or not str(name).strip():
        raise ModelError(f"This names no model: {shown(name)}.", "a folder, a hub name, or a base URL")
    if str(name).startswith(("http://", "https://")):
        raise ModelError(
            f"The model at {name} is behind a server, and this needs its weights.",
            allowed="a model folder or a hub name",
        )
    if name in (runtime.PRETRAINED, runtime.READER):
        from course_lib.generation.pretrained import model_folder

        return str(model_folder(str(name)))
    folder = Path(name).expanduser()
    if folder.is_dir():
        check_model_folder(folder)
        verify_weights(folder)
        return str(folder.resolve())
    if isinstance(name, Path) or folder.is_absolute() or len(folder.parts) > 2 or str(name).startswith("."):
        raise ModelError(
            f"There is no model folder at {folder}.",
            allowed="a folder with config.json and *.safetensors, a hub name like "
            "Qwen/Qwen2.5-0.5B-Instruct, or a base URL",
            next_step=RESTORE if runtime.DATA in folder.absolute().parents else "check the path",
        )
    return str(name)


def check_model_folder(folder: Path) -> None:
    """Raise ModelError unless the folder holds a configuration, a tokenizer, and weights as safetensors."""
    missing = [name for name in ("config.json", "tokenizer_config.json") if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")):
        missing.append("*.safetensors")
    if not missing:
        return
    pickled = sorted(path.name for path in folder.glob("*.bin"))
    problem = f"The folder {folder} is not a language model: it has no {', no '.join(missing)}."
    if pickled:
        problem += f" (Its {pickled[0]} is a pickle, which can run code when it is opened.)"
    raise ModelError(
        problem,
        allowed="a folder with config.json, a tokenizer, and weights in safetensors",
        next_step="save a model with save_pretrained, or take another folder",
    )


def verify_weights(folder: Path, data: Path | None = None) -> None:
    """Hold each file of one of the course's models against the data folder's manifest; raises ModelError.

    A folder outside of `data` (the course's own data when None) is a learner's own, and passes.
    """
    data = (data or runtime.DATA).resolve()
    if not folder.resolve().is_relative_to(data):
        return
    inside, listed = folder.resolve().relative_to(data).as_posix(), checksums(data)
    for name in listed:
        if name.startswith(f"{inside}/"):
            try:
                verified(data, name, listed)
            except DataError as error:
                raise ModelError(
                    error.problem,
                    allowed="the file as the course ships it; a changed model belongs in a folder of its own",
                    next_step=RESTORE,
                ) from None


def load_tokenizer(name: str):
    """The tokenizer of a resolved model; raises ModelError if it cannot be read or knows no chat template."""
    from transformers import AutoTokenizer

    runtime.quiet_libraries()
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
    except Exception as error:  # a bad folder fails in as many ways as there are files in it
        raise _cannot_load(name, error) from error
    if not tokenizer.chat_template:
        raise ModelError(
            f"The model {name} has no chat template, so it cannot take messages.",
            allowed="an instruction-tuned model",
            next_step="take the model's -Instruct or -chat variant",
        )
    return tokenizer


def check_quantize(quantize: str | None) -> None:
    """Raise ModelError for a quantisation that there is not."""
    one_of(quantize, "quantisation", QUANTIZE, error=ModelError)


def load_weights(name: str, quantize: str | None, device: str, dtype: str):
    """The causal language model of a resolved name, in evaluation mode, its linear layers in NF4 if asked.

    Raises ModelError if it cannot be read, and ProfileError if the GPU has too little free memory.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, BitsAndBytesConfig
    from transformers.utils import logging as transformers_logging

    check_quantize(quantize)
    runtime.quiet_libraries()
    transformers_logging.set_verbosity_error()  # the environment is too late where transformers was imported
    transformers_logging.disable_progress_bar()
    number = getattr(torch, dtype)
    options: dict = {}
    if quantize:
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=number,
        )
    if quantize or device != "cpu":
        options["device_map"] = {"": device}
    try:
        if device != "cpu":
            config = AutoConfig.from_pretrained(name)
            needed = bytes_needed(config, number.itemsize, quantize)
            runtime.require_gpu_memory(needed + runtime.GPU_WORKSPACE)
        model = AutoModelForCausalLM.from_pretrained(name, dtype=number, use_safetensors=True, **options)
    except ProfileError:
        raise
    except Exception as error:
        raise _cannot_load(name, error) from error
    if quantize and device == "cpu":
        _same_arithmetic_on_every_cpu(model)
    return model.eval()


def base_fingerprint(name: str | Path) -> dict[str, str | None]:
    """What tells one base from another: the SHA-256 of a folder's weights, of a hub name's configuration.

    An adapter's record keeps it. A model of the cache is told by what it was made of: merging adds in another
    order on another processor, so the bytes of its weights are this machine's alone. The value is None for a
    hub model whose configuration is not at hand.
    """
    from transformers.utils import cached_file

    if (record := Path(name) / runtime.WHOLE).is_file():
        return {"base_sha256": read_json(record)["made_of"]}
    if Path(name).is_dir():
        sums = [sha256(path) for path in sorted(Path(name).glob("*.safetensors"))]
        whole = sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode("ascii")).hexdigest()
        return {"base_sha256": whole if sums else None}
    try:
        config = cached_file(str(name), "config.json", local_files_only=True)
    except (OSError, ValueError):
        config = None
    return {"base_config_sha256": sha256(config) if config else None}


def without_weights(name: str):
    """A resolved model's layers on the meta device, where tensors have a shape and no numbers.

    Raises ModelError if its configuration cannot be read.
    """
    from transformers import AutoConfig

    try:
        return _on_meta(AutoConfig.from_pretrained(name))
    except Exception as error:
        raise _cannot_load(name, error) from error


def _on_meta(config):
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config)


def bytes_needed(config, itemsize: int, quantize: str | None) -> int:
    """Bytes that the weights of a model of this configuration take, counted without loading it."""
    import torch

    model = _on_meta(config)
    total = sum(p.numel() for p in model.parameters())
    if not quantize:
        return total * itemsize
    head = model.get_output_embeddings()
    linear = sum(
        m.weight.numel() for m in model.modules() if isinstance(m, torch.nn.Linear) and m is not head
    )
    return int(linear * 4.127 / 8) + (total - linear) * itemsize


def _same_arithmetic_on_every_cpu(model) -> None:
    """Keep 4-bit layers in the number format of the model.

    On processors with AVX-512 bf16, bitsandbytes repacks a layer at its first use outside of training and
    computes in bf16: then a result depends on the machine, and the layer can no longer be trained.
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def _cannot_load(name: str, error: Exception) -> ModelError:
    logging.getLogger(__name__).debug("loading %s failed", name, exc_info=error)
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    if Path(name).is_dir():
        return ModelError(
            f"The model in {name} cannot be read: {first_line}",
            allowed="a causal language model that transformers knows, saved with save_pretrained",
            next_step="save or fetch it again; its files do not fit together",
        )
    return ModelError(
        f"The model {name!r} cannot be loaded from the hub: {first_line}",
        allowed="a folder, a base URL, or a hub name that exists, which needs a network at its first use",
        next_step="check the spelling and the network, or use the laptop profile, which needs neither",
    )
