"""What four bits save and what they cost: the house style trained beside NF4 and beside the weights as they
were; claim C09.

A sweep. It asks for weights that were never rounded before. SmolLM2's came here rounded to 4 bits (Q4_1), so
that NF4 rounds them twice, and a small difference would prove nothing. Lesson 07.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import runtime
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import gpu_path, hits, style_runs
from course_lib.experiments.setting import Parts, Rule
from course_lib.generation.types import Messages
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.memory import memory_bytes
from course_lib.tuning.train import fresh_model

if TYPE_CHECKING:
    import pandas as pd

NAME = "four_bits"
NF4, WHOLE = "nf4", "none"
SEEDS, EXAMPLES, ROWS = 3, 200, 8
TIMES = 3.8  # smaller, at least, the weights of the linear layers against 16 bits: "about a quarter"
SHARE = 0.05  # of the replies that may be lost and still be "almost no loss"
NATS = 0.05  # by which the loss of a right reply may rise: 5 % in perplexity
ROUNDED = (runtime.PRETRAINED, runtime.READER)  # models whose weights were rounded to 4 bits before


def rounded_before() -> bool:
    """Whether the weights of the model in use came here rounded to four bits."""
    return Path(runtime.current().language_model).name in ROUNDED


def told_of_weights() -> str:
    """A sentence on what the model in use can say about the quality of four bits. Lesson 07."""
    name = Path(runtime.current().language_model).name
    if rounded_before():
        return (
            f"The weights of {name} were rounded to 4 bits (Q4_1) before they came here: NF4 rounds them a "
            "second time, and what four bits cost in quality cannot be told from this model."
        )
    return f"The weights of {name} were never rounded to 4 bits before: what NF4 costs shows."


def points(profile: str) -> list[dict[str, Any]]:
    """Three seeds in four bits, and three in the weights' own format.

    None in the profile laptop, whose model's weights were rounded before.
    """
    if profile == "laptop":
        return []
    return [{"quantize": kind, "seed": seed} for seed in range(SEEDS) for kind in (NF4, WHOLE)]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train beside the base in one format, ask the held-out questions, and weigh it all.

    `losses` are nats a token of each held-out right reply; `linear_bytes` what the linear layers' codes and
    scales take; `base_bytes` the whole base; `peak_bytes` the tensors of one step of the longest examples.
    """
    quantize, seed = NF4 if point["quantize"] == NF4 else None, point["seed"]
    done = style_runs.trained(EXAMPLES, seed, quantize)
    pairs = style_runs.held_out_pairs(seed)
    found = style_runs.asked(done.model, style_runs.questions())
    losses = [round(float(each), 4) for each in example_losses(done.model, pairs)]
    told = {"losses": losses, "loss": round(sum(losses) / len(losses), 4)}
    return found | told | sizes(quantize, pairs) | style_runs.cost(done.run)


def sizes(quantize: str | None, examples: Sequence[Messages], rows: int = ROWS) -> dict[str, int]:
    """What a base takes in a format, its linear layers, and a training step on the longest of some examples.

    The keys are `weights` (numbers in the linear layers), `linear_bytes`, `base_bytes`, `peak_bytes` (the
    tensors of the step, counted) and `foretold_bytes` (by memory_model). Lesson 07.
    """
    base = fresh_model(quantize=quantize)
    numbers, size = linear_bytes(base.model)
    found = {"weights": numbers, "linear_bytes": size, "base_bytes": memory_bytes(base.model)}
    return found | gpu_path.step_bytes(base, "qlora" if quantize else "lora", examples, rows)


def linear_weights(model_name: str | Path | None = None) -> np.ndarray:
    """The weights of the linear layers of all blocks of a model, the one in use by default, one after the
    other, float32 (n,); rows of 64 in it are the blocks of quantisation where layers are multiples of 64.

    Raises as fresh_model does. Lesson 07.
    """
    model = fresh_model(model_name).model
    return np.concatenate([layer.weight.detach().float().cpu().numpy().ravel() for layer in _linear(model)])


def linear_bytes(model) -> tuple[int, int]:
    """How many weights the linear layers of all blocks have, and the bytes that these take.

    Of a layer in four bits: codes, scales and their second scales, without the two tables of levels that
    bitsandbytes keeps beside each layer, which do not grow with it.
    """
    numbers = size = 0
    for layer in _linear(model):
        weight, state = layer.weight, getattr(layer.weight, "quant_state", None)
        numbers += layer.in_features * layer.out_features
        size += weight.numel() * weight.element_size()
        while state is not None:
            size += state.absmax.numel() * state.absmax.element_size()
            size += 0 if state.offset is None else state.offset.element_size()
            state = state.state2
    return numbers, size


def _linear(model) -> list:
    """The linear layers of a model's blocks, which are what is quantised: all but the head."""
    import torch

    head = model.get_output_embeddings()
    return [each for each in model.modules() if isinstance(each, torch.nn.Linear) and each is not head]


def c09(table: "pd.DataFrame") -> Parts:
    """QLoRA needs about a quarter of the memory at almost no loss.

    The weights that are quantised are TIMES smaller than in 16 bits, as they lie in memory, and so is what a
    training step holds against a step beside the whole weights; and the tuned model loses at most SHARE of
    its right values and of its house style, and at most NATS on right replies. Seeds are averaged, questions
    and replies are paired. Raises CourseError if the table lacks one of the two arms. Lesson 07.
    """
    ours, whole = ({"quantize": kind} for kind in (NF4, WHOLE))
    small, large = (table[hits.matching(table, which)] for which in (ours, whole))
    measured = float((2 * small["weights"] / small["linear_bytes"]).mean())
    step = float(large["peak_bytes"].mean() / small["peak_bytes"].mean())
    return {
        "quantised weights, 16 bits / NF4": (_exactly(measured), TIMES),
        "peak memory of a training step: not quantised / NF4": (_exactly(step), TIMES),
        "right value: NF4 − not quantised": (hits.gain(table, "right", ours, whole), -SHARE),
        "house style: NF4 − not quantised": (hits.gain(table, "hits", ours, whole), -SHARE),
        "loss of right replies: not quantised − NF4": (hits.gain(table, "losses", whole, ours), -NATS),
    }


def compared(table: "pd.DataFrame") -> "pd.DataFrame":
    """Both arms side by side, means over the seeds: shares, loss, and megabytes. Lesson 07."""
    share = {name: table[name].map(lambda one: one.count("1") / len(one)) for name in ("right", "hits")}
    megabytes = {name: table[f"{name}_bytes"] / 1e6 for name in ("linear", "base", "peak")}
    names = {"right": "right value", "hits": "house style", "loss": "loss of right replies"}
    names |= {name: f"{name}, MB" for name in megabytes}
    wide = table.assign(**share, **megabytes).groupby("quantize", sort=False)[list(names)].mean()
    return wide.rename(columns=names).rename(index={WHOLE: "not quantised"}).T.round(3)


def _exactly(value: float) -> Interval:
    return Interval(value, value, value)


RULES: dict[str, Rule] = {"C09": c09}
