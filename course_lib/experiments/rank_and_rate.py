"""What LoRA needs to learn as well as full tuning: its rate, its rank, its layers; claim C35. Lesson 06.

The arms are trained with the rest of the family (family.py).
"""

from typing import TYPE_CHECKING, Any

from course_lib.evaluation.statistics import Interval
from course_lib.experiments.arm_rates import at, best
from course_lib.experiments.hits import gain
from course_lib.experiments.setting import Parts

if TYPE_CHECKING:
    import pandas as pd

FULL, LORA, FEW_LAYERS = "full", "LoRA", "LoRA on q and v"
# Alpha goes with the rank, so that the scale alpha / rank is 2 in all of them.
ARMS: dict[str, dict[str, Any]] = {
    FULL: {"method": "full"},
    LORA: {"rank": 16, "alpha": 32},
    FEW_LAYERS: {"rank": 16, "alpha": 32, "targets": ("q_proj", "v_proj")},
    "LoRA, rank 1": {"rank": 1, "alpha": 2},
    "LoRA, rank 64": {"rank": 64, "alpha": 128},
}
BATCHES = (1, 32)  # examples in a step, beside the usual number; as many are seen in all
BATCH_ARMS: dict[str, dict[str, Any]] = {
    f"{arm}, batches of {n}": ARMS[arm] | {"batch_size": n} for n in BATCHES for arm in (FULL, LORA)
}
TIMES = 10  # LoRA's rate, by the claim, for each of full tuning's
AS_WELL = 0.05  # nats a token by which LoRA may stay behind: 5 % in perplexity


def by_rank(table: "pd.DataFrame") -> dict[str, Interval]:
    """What another rank than 16 brings, each at its best rate: by how many nats a token the loss of right
    replies falls below that at rank 16, on the fewest examples. Ranks not tried are left out. Lesson 06.
    """
    fewest = int(min(table["examples"]))
    return {
        f"{arm} instead of 16": gain(table, "losses", best(table, LORA, fewest), best(table, arm, fewest))
        for arm in ("LoRA, rank 1", "LoRA, rank 64")
        if arm in set(table["arm"])
    }


def c35(table: "pd.DataFrame") -> Parts:
    """LoRA learns as well as full tuning if its rate is ten times higher and all layers have adapters.

    On the loss of replies that were not trained, for each number of examples: LoRA at its own best rate is
    as good as full tuning at its own, to within AS_WELL; it is so at ten times the best rate of full tuning;
    and at the same rate it is worse. On two layers alone, at its own best rate, it is worse than on all.
    Where small and large batches were tried, it is as good in these too, each way at its best rate. Schulman
    et al., "LoRA Without Regret", 2025.
    """
    parts: Parts = {}
    numbers = sorted(int(each) for each in set(table["examples"]))
    for n in numbers:
        full = best(table, FULL, n)
        ten, same = (at(table, LORA, n, times * full["rate"]) for times in (TIMES, 1))
        on = f"loss, {n} examples:"
        behind = gain(table, "losses", full, ten), -AS_WELL
        own = gain(table, "losses", full, best(table, LORA, n)), -AS_WELL
        parts |= {
            f"{on} full tuning − LoRA, each at its best rate": own,
            f"{on} full tuning at its best rate − LoRA at {TIMES} times it": behind,
            f"{on} LoRA at full tuning's best rate − LoRA at {TIMES} times it": gain(
                table, "losses", same, ten
            ),
        }
    fewest = numbers[0]  # where all ranks and layers were tried
    few, every = best(table, FEW_LAYERS, fewest), best(table, LORA, fewest)
    named = f"loss, {fewest} examples: LoRA on q and v − LoRA on all layers, each at its best rate"
    parts[named] = gain(table, "losses", few, every)
    for n in BATCHES:
        full, lora = (f"{arm}, batches of {n}" for arm in (FULL, LORA))
        if {full, lora} <= set(table["arm"]):
            each = best(table, full, fewest), best(table, lora, fewest)
            behind = gain(table, "losses", *each), -AS_WELL
            parts[f"loss, batches of {n}: full tuning − LoRA, each at its best rate"] = behind
    return parts
