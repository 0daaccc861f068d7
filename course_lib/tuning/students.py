"""A student: a model of fewer layers than its teacher, with random weights or with some of the teacher's.

Sanh et al. 2019 (DistilBERT) begin with every other layer of the teacher. What this module does not do: teach
it; tune(method="full") does, on labels or on the teacher's logits (soft_targets.py). Lesson 08.
"""

from copy import deepcopy

from course_lib.arguments import whole_number
from course_lib.errors import ModelError
from course_lib.generation.language_model import LocalModel


def student(teacher: LocalModel, layers: int, copied: bool = True, seed: int = 0) -> LocalModel:
    """A model like the teacher with fewer layers, in 32 bits: `copied` takes evenly spaced ones of it, and
    its embeddings and last norm; without, all weights are random, as the seed draws them.

    Raises CourseError unless it has at least one layer and fewer than the teacher, ModelError for a teacher
    in four bits, with an adapter beside it, or of another build than Llama's. Claim C32; lesson 08.
    """
    import torch
    from transformers import AutoModelForCausalLM

    theirs = teacher.model
    blocks = getattr(getattr(theirs, "model", None), "layers", None)
    if blocks is None or hasattr(theirs, "peft_config") or getattr(theirs, "is_loaded_in_4bit", False):
        raise ModelError(
            f"No student can be made from {teacher!r}.",
            allowed="a model with model.layers, as Llama and Qwen have, unquantised, its adapter merged",
            next_step="merge the adapter first: model.merge_and_unload()",
        )
    layers = whole_number(layers, "layers", most=len(blocks) - 1, why="fewer than the teacher has")
    config = deepcopy(theirs.config)
    config.num_hidden_layers = layers
    if getattr(config, "layer_types", None):  # of newer configurations: one entry a layer
        config.layer_types = config.layer_types[:layers]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        mine = AutoModelForCausalLM.from_config(config).float()
    if copied:
        kept = spaced(len(blocks), layers)
        for block, place in zip(mine.model.layers, kept, strict=True):
            block.load_state_dict(blocks[place].state_dict())
        mine.model.embed_tokens.load_state_dict(theirs.model.embed_tokens.state_dict())
        mine.model.norm.load_state_dict(theirs.model.norm.state_dict())
        mine.lm_head.load_state_dict(theirs.lm_head.state_dict())  # the embeddings' own, where they are tied
    mine.generation_config = deepcopy(theirs.generation_config)
    name = f"{teacher.name}, {layers} layers"
    return LocalModel(name, mine.to(theirs.device).eval(), teacher.tokenizer)


def spaced(layers: int, kept: int) -> list[int]:
    """Which layers a student takes: evenly spaced, the first and, if there are two or more, the last."""
    return [round(i * (layers - 1) / max(1, kept - 1)) for i in range(kept)]
