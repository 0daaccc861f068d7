"""How many examples the house style takes: trainings of the lesson's kind, by size and seed; claim C06.

A sweep. Every size is seen as often, so that more examples are more steps too: style_steps.py tells the two
apart. Lesson 07 trains one size live, and shows what is stored for its model beside it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import hits, style_runs
from course_lib.experiments.setting import Parts, Rule

if TYPE_CHECKING:
    import pandas as pd

NAME = "style_curve"
SIZES = {  # examples -> seeds; none is the model before
    "tiny": {0: 1, 25: 3, 50: 3, 100: 3, 200: 3, 400: 3, 800: 3},
    "laptop": {0: 1, 25: 3, 100: 3, 200: 3, 400: 1},  # SmolLM2 trains on 400 for eleven minutes
    "gpu": {0: 1, 25: 3, 50: 3, 100: 3, 200: 3, 400: 3, 800: 3},
}
CLAIMED = (200, 500)  # examples that are said to be enough
MENDED = 0.9  # of replies in the house style


def points(profile: str) -> list[dict[str, Any]]:
    """Each size with its seeds."""
    return [
        {"examples": examples, "seed": seed}
        for examples, seeds in SIZES[profile].items()
        for seed in range(seeds)
    ]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train on so many examples, and ask the held-out questions; style_runs says what is kept."""
    done = style_runs.trained(point["examples"], point["seed"])
    return style_runs.asked(done.model, style_runs.questions()) | style_runs.cost(done.run)


def shares(table: "pd.DataFrame") -> dict[int, list[float]]:
    """Examples -> the share of replies in the house style that each seed reached. Lesson 07."""
    found: dict[int, list[float]] = {}
    for examples, right in zip(table["examples"], table["hits"], strict=True):
        found.setdefault(int(examples), []).append(right.count("1") / len(right))
    return dict(sorted(found.items()))


def share(table: "pd.DataFrame", examples: int) -> Interval:
    """The share at one size, the mean over its seeds, with the interval over questions.

    Raises CourseError if no training of the table had that size.
    """
    return hits.share(table, "hits", {"examples": examples})


def c06(table: "pd.DataFrame") -> Parts:
    """200 to 500 good examples mend a format: nine replies in ten keep it, at the least and at the most of
    the sizes in that range.

    The smallest and the largest size of the table within the range count; there may be one. Lesson 07.
    """
    sizes = sorted({int(size) for size in table["examples"] if CLAIMED[0] <= size <= CLAIMED[1]})
    if not sizes:
        raise CourseError(
            f"The table has no size of {CLAIMED[0]} to {CLAIMED[1]} examples.", "a training in that range"
        )
    return {
        f"house style after {size} examples": (share(table, size), MENDED)
        for size in dict.fromkeys((sizes[0], sizes[-1]))
    }


RULES: dict[str, Rule] = {"C06": c06}
