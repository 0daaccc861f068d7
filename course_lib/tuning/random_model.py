"""A model of a given shape with random weights: what it takes to train one, where no hub can be reached.

Memory and speed depend on the shape alone. What this module does not do, and nobody can: say anything about
quality. Lesson 07.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.generation.loading import load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


def save_random_model(config: "PreTrainedConfig", folder: str | Path, seed: int = 0) -> Path:
    """Save a model of this configuration as safetensors, with random weights and wren's tokenizer.

    The weights are in the format that the runtime computes in. Raises CourseError for a vocabulary that is
    smaller than the tokenizer's. Lesson 07.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    tokenizer = load_tokenizer(runtime.LANGUAGE_MODELS["tiny"])
    if config.vocab_size < len(tokenizer):
        raise CourseError(
            f"A vocabulary of {config.vocab_size} is too small for the tokenizer with its {len(tokenizer)}.",
            allowed=f"a configuration with a vocab_size of {len(tokenizer)} or more",
        )
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    settings = config.to_dict() | ends | {"bos_token_id": None}
    config = AutoConfig.for_model(settings.pop("model_type"), **settings)
    dtype = getattr(torch, runtime.current().dtype)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(config, dtype=dtype)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return Path(folder)
