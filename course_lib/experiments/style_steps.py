"""Are more examples better, or only longer trainings? The house style from few and many, in as many steps.

A sweep beside style_curve.py, whose sizes are all seen as often. Lesson 07.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from course_lib.evaluation.statistics import Interval
from course_lib.experiments import hits, style_runs
from course_lib.experiments.setting import Rule

if TYPE_CHECKING:
    import pandas as pd

NAME = "style_steps"
SIZES = (25, 100, 400)
STEPS = {"tiny": 100, "laptop": 0, "gpu": 100}  # 0: each would take SmolLM2 a quarter of an hour
SEEDS = 3


def points(profile: str) -> list[dict[str, Any]]:
    """Each size with its seeds; none where a training takes too long."""
    steps = STEPS[profile]
    return [
        {"examples": size, "steps": steps, "seed": seed} for size in SIZES for seed in range(SEEDS) if steps
    ]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train for so many steps on so many examples, and ask the held-out questions; see style_runs."""
    done = style_runs.trained(point["examples"], point["seed"], steps=point["steps"])
    return style_runs.asked(done.model, style_runs.questions()) | style_runs.cost(done.run)


def gains(table: "pd.DataFrame") -> dict[str, Interval]:
    """What more examples bring in as many steps: replies in the house style, each size less the one before.
    """
    sizes = sorted(set(table["examples"]))
    return {
        f"{more} − {few} examples": hits.gain(table, "hits", {"examples": more}, {"examples": few})
        for few, more in zip(sizes, sizes[1:], strict=False)
    }


RULES: dict[str, Rule] = {}
