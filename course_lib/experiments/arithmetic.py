"""Claims that counting settles: nothing is run, so the ledger always has them. Lessons 06 and 07."""

from collections.abc import Callable
from functools import cache

from course_lib.tuning import ALL_LINEAR, nf4
from course_lib.tuning.shapes import MODELS, shipped_config

WEIGHTS = 70.55e9  # Llama-3-70B
CARDS = (24, 32)  # GB of memory of consumer cards


PERCENT = 1  # "well under 1 %"


@cache
def c08() -> str:
    """LoRA trains well under 1 % of the parameters: rank 16, on two layers of one model and on all of six."""
    from course_lib.tuning import lora

    few = lora.count_parameters(shipped_config("Llama-3-8B"), ("q_proj", "v_proj"), rank=16)
    every = {name: lora.count_parameters(shipped_config(name), ALL_LINEAR, rank=16) for name in MODELS}
    shares = ", ".join(f"{name} {count.share:.2%}" for name, count in reversed(every.items()))
    above = [name for name, count in every.items() if count.share * 100 > PERCENT]
    return (
        f"rank 16 on q and v of Llama-3-8B {few.trainable:,} of {few.base:,} = {few.share:.3%}; on all "
        f"linear layers {shares}: more than {PERCENT} % for {', '.join(above) or 'none'}"
    )


def c10() -> str:
    """QLoRA puts a 70B model on one consumer GPU: the weights alone, in NF4 with double quantisation."""
    bits = nf4.bits_per_weight(double=True)
    gigabytes = WEIGHTS * bits / 8 / 1e9
    fits = "fits into" if gigabytes < max(CARDS) else "does not fit into"
    cards = " or ".join(f"{size} GB" for size in CARDS)
    return f"{WEIGHTS:.4g} weights × {bits:.3f} bits / 8 = {gigabytes:.1f} GB, which {fits} {cards}"


WORKINGS: dict[str, Callable[[], str]] = {"C08": c08, "C10": c10}
