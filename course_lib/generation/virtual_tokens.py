"""Virtual tokens: what prefix tuning and prompt tuning put before every prompt, as a cache to go on from."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import DynamicCache


def virtual_tokens(model, rows: int) -> "tuple[DynamicCache | None, int]":
    """The keys and values of a model's virtual tokens for so many rows, and how many tokens they are.

    Prefix tuning learns them themselves (Li and Liang 2021, section 4); prompt tuning learns embeddings,
    which are read here (Lester et al. 2021, section 2). A model without virtual tokens gives None and 0.
    Gradients flow through what is returned. Lesson 06.
    """
    if not has_virtual_tokens(model):
        return None, 0
    from peft import PeftType
    from transformers import DynamicCache

    learned, count = model.get_prompt(rows), model.active_peft_config.num_virtual_tokens
    if model.active_peft_config.peft_type == PeftType.PREFIX_TUNING:
        return learned, count
    base = model.get_base_model()
    cache = DynamicCache(config=base.config)
    base(inputs_embeds=learned.to(base.dtype), past_key_values=cache, use_cache=True, logits_to_keep=1)
    return cache, count


def has_virtual_tokens(model) -> bool:
    """Whether a model was tuned by prefix tuning or prompt tuning."""
    return bool(getattr(getattr(model, "active_peft_config", None), "is_prompt_learning", False))
