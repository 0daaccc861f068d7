"""Claims that counting settles: nothing is run, so the ledger always has them. Lesson 07."""

from collections.abc import Callable

from course_lib.tuning import nf4

WEIGHTS = 70.55e9  # Llama-3-70B
CARDS = (24, 32)  # GB of memory of consumer cards


def c10() -> str:
    """QLoRA puts a 70B model on one consumer GPU: the weights alone, in NF4 with double quantisation."""
    bits = nf4.bits_per_weight(double=True)
    gigabytes = WEIGHTS * bits / 8 / 1e9
    fits = "fits into" if gigabytes < max(CARDS) else "does not fit into"
    cards = " or ".join(f"{size} GB" for size in CARDS)
    return f"{WEIGHTS:.4g} weights × {bits:.3f} bits / 8 = {gigabytes:.1f} GB, which {fits} {cards}"


WORKINGS: dict[str, Callable[[], str]] = {"C10": c10}
