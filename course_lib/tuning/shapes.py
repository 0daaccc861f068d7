"""The shapes of models that nobody has to download: a few fields of each configuration, in data/configs.

What this module does not do: count (lora.py does, on the meta device, where a tensor has a shape and no
numbers). Lesson 06; claim C08.
"""

from typing import TYPE_CHECKING

from course_lib import files
from course_lib.arguments import one_of
from course_lib.manifest import data_file

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

# From small to large. wren's configuration stands beside its weights; the others hold facts alone.
MODELS = {
    "wren": "models/wren/config.json",
    **{
        name: f"configs/{name}.json"
        for name in ("SmolLM2-135M", "Qwen2.5-0.5B", "Llama-2-7B", "Llama-3-8B", "Llama-3-70B")
    },
}


def shipped_config(name: str) -> "PreTrainedConfig":
    """The transformers configuration of one of MODELS: what decides its shapes, and defaults for the rest.

    Raises CourseError for a name that is not among them, DataError for a missing or altered file. Lesson 06.
    """
    from transformers import AutoConfig

    kept = files.read_json(data_file(MODELS[one_of(name, "model", tuple(MODELS))]))
    settings = dict(kept.get("config", kept))
    return AutoConfig.for_model(settings.pop("model_type"), **settings)
