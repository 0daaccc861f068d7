"""From a resolved name to a model in memory; only safetensors are read."""

import ctypes
import gc
import logging
import sys
from pathlib import Path

from course_lib import gpu_memory, runtime
from course_lib.arguments import one_of
from course_lib.errors import ModelError, ProfileError

QUANTIZE = (None, "nf4")


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
    _give_back()
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
            gpu_memory.require(needed + gpu_memory.WORKSPACE)
        model = AutoModelForCausalLM.from_pretrained(name, dtype=number, use_safetensors=True, **options)
    except ProfileError:
        raise
    except Exception as error:
        raise _cannot_load(name, error) from error
    if quantize and device == "cpu":
        _same_arithmetic_on_every_cpu(model)
    return model.eval()


def _give_back() -> None:
    """Hand the memory of models that are gone back to the system: a lesson loads many, one after another, and
    the allocator of Linux would keep gigabytes that nobody uses.
    """
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def without_weights(name: str):
    """A resolved model's layers on the meta device, where tensors have a shape and no numbers.

    Raises ModelError if its configuration cannot be read.
    """
    from transformers import AutoConfig

    try:
        return on_meta(AutoConfig.from_pretrained(name))
    except Exception as error:
        raise _cannot_load(name, error) from error


def on_meta(config):
    """The causal language model of a configuration on the meta device, which takes no memory."""
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config)


def bytes_needed(config, itemsize: int, quantize: str | None) -> int:
    """Bytes that the weights of a model of this configuration take, counted without loading it."""
    import torch

    model = on_meta(config)
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
