"""What decides the reader's rate, step and rank: short runs of each, `python -m course_lib reader --sweep`.

A sweep, as `experiments/sweep.py` says, whose points are settings of the recipe; without rehearsal, since it
is the lessons that teach to read. Short runs want a higher rate than long ones (Schulman et al. 2025).
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from course_lib import runtime
from course_lib.world.reading.recipe import Recipe
from course_lib.world.reading.teach import Teaching

NAME = "reader_settings"
RULES: dict = {}  # it decides a recipe, no claim
RESULT = runtime.DATA / "results" / f"{NAME}.json"
TOKENS, WARMUP, HELD_OUT = 30_000, 5, 20  # of a run; its steps of warm-up; rows that no lesson uses
RATES, STEPS, RANKS = (5e-4, 1.5e-3, 5e-3), (400, 1000, 2500), (4, 64)


def points(profile: str) -> list[dict[str, Any]]:
    """Every rate with every size of a step; the recipe's own with other ranks, and with a second seed.

    The same in every profile: it is always SmolLM2 that is taught.
    """
    middle = Recipe()
    of = {"learning_rate": middle.learning_rate, "step_tokens": middle.step_tokens, "rank": middle.rank}
    grid = [of | {"learning_rate": rate, "step_tokens": step} for step in STEPS for rate in RATES]
    ranks = [of | {"rank": rank} for rank in RANKS]
    first = [point | {"seed": 0} for point in [*grid, *ranks]]
    return [*first, of | {"seed": 1}]


def measure(
    point: Mapping[str, Any], tokens: int = TOKENS, base: str = runtime.PRETRAINED
) -> dict[str, Any]:
    """Teach so many tokens from nothing, and read pages and worlds that no lesson uses.

    Returns the loss on their replies in nats a token, and what the run took. alpha is twice the rank, as in
    the recipe. Raises TrainingDiverged where the loss was no number.
    """
    recipe = replace(
        Recipe(), tokens=tokens, alpha=2 * point["rank"], warmup=WARMUP, rehearsal=0, **point
    )
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        teaching = Teaching(recipe, Path(folder), base)
        while teaching.tokens < tokens:
            teaching.learn()
        loss = teaching.held_out_loss(HELD_OUT)
    took = {"steps": teaching.step, "tokens": teaching.tokens, "replies": teaching.replies}
    return {"held_out": round(loss, 4), **took, "seconds": round(perf_counter() - started)}
