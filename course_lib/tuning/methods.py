"""The ways to make a model trainable: all of its weights, or few numbers beside them. Lesson 06."""

from collections.abc import Sequence
from typing import Any

from course_lib.arguments import one_of
from course_lib.errors import CourseError, ModelError
from course_lib.tuning import ALL_LINEAR

# What each kind of LoRA changes in PEFT's configuration.
LORA: dict[str, dict[str, Any]] = {
    "lora": {},
    "rslora": {"use_rslora": True},  # scaled by alpha / √rank: Kalajdzievski 2023
    "dora": {"use_dora": True},  # length and direction apart: Liu et al. 2024
    "pissa": {"init_lora_weights": "pissa"},  # from the largest singular values: Meng et al. 2024
}
VIRTUAL = ("prefix", "prompt")
METHODS = ("full", *LORA, *VIRTUAL, "ia3")


def trainable(
    base,
    method: str = "lora",
    *,
    rank: int = 16,
    alpha: float = 32,
    targets: Sequence[str] = ALL_LINEAR,
    virtual_tokens: int = 16,
    gradient_checkpointing: bool = False,
):
    """A transformers model made ready to be trained by one of METHODS, in training mode, in place.

    `rank`, `alpha` and `targets` are the LoRA family's, `virtual_tokens` those of prefix and prompt tuning;
    IA³ scales keys, values and the MLP's inner activations (Liu et al. 2022, section 3.3). Weights that are
    trained are in 32 bits. Raises CourseError for an unknown method and for a full tuning in four bits,
    ModelError for layers that cannot be adapted. Lesson 06.
    """
    one_of(method, "method", METHODS)
    quantised = getattr(base, "is_loaded_in_4bit", False)
    if method == "full":
        if quantised:
            raise CourseError(
                "Weights in four bits cannot be trained: a small step would not change any of them.",
                allowed="a base that is not quantised, or a method that trains beside it",
                next_step='load it with quantize=None, or take method="lora"',
            )
        return base.float().requires_grad_(True).train()
    if quantised:
        from peft import prepare_model_for_kbit_training

        base = prepare_model_for_kbit_training(
            base,
            use_gradient_checkpointing=gradient_checkpointing,
            gradient_checkpointing_kwargs={"use_reentrant": False},
        )
    configuration = _configuration(method, rank, alpha, targets, virtual_tokens)
    return _adapted(base, method, configuration).train()


def _configuration(method: str, rank: int, alpha: float, targets: Sequence[str], virtual_tokens: int):
    from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig

    task = {"task_type": "CAUSAL_LM"}
    if method in LORA:
        return LoraConfig(r=rank, lora_alpha=alpha, target_modules=list(targets), **LORA[method], **task)
    if method == "ia3":
        return IA3Config(
            target_modules=["k_proj", "v_proj", "down_proj"], feedforward_modules=["down_proj"], **task
        )
    kind = PrefixTuningConfig if method == "prefix" else PromptTuningConfig
    return kind(num_virtual_tokens=virtual_tokens, **task)


def _adapted(base, method: str, configuration):
    from peft import get_peft_model

    try:
        return get_peft_model(base, configuration)
    except ValueError as error:
        raise ModelError(
            f"The layers of this model cannot all be adapted by {method}: {str(error).splitlines()[0]}",
            allowed=f"names of its linear layers, for instance {', '.join(ALL_LINEAR)}",
        ) from error
