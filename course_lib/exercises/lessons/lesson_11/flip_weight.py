"""Exercise 11.4: the weight at which the advice flips."""

import math
from collections.abc import Mapping

from course_lib.exercises.judging import exercise, like, when


def flip_weight(gaps: Mapping[str, float], weights: Mapping[str, float], name: str) -> float:
    """The weight of the criterion `name` at which two ways are level, if the others keep theirs.

    `gaps` says for each criterion how many points the leading way has more than the other one (below 0: the
    other has more); the lead is the sum of weight × gap. float("inf") if no weight of 0 or more levels them.
    """
    rest = sum(weights[other] * gap for other, gap in gaps.items() if other != name)
    if gaps[name] == 0:
        return float("inf")
    level = -rest / gaps[name]
    return level if level >= 0 else float("inf")


def _others(gaps, weights, name):
    return sum(weights[other] * gap for other, gap in gaps.items() if other != name)


_GAPS = {"failure": 2, "change": 1, "upkeep": -1, "language": 0}
_WEIGHTS = {"failure": 2, "change": 1, "upkeep": 1, "language": 3}
_MORE = {"failure": 3, "change": -2, "volume": -1}
_UNEVEN = {"failure": 0.5, "change": 2.0, "volume": 1.5}

FLIP = exercise(
    "11.4",
    "The weight at which the advice flips",
    flip_weight,
    minutes=12,
    imports="from collections.abc import Mapping",
    cases=(
        (_GAPS, _WEIGHTS, "upkeep"), (_MORE, _UNEVEN, "failure"), (_MORE, _UNEVEN, "change"),
        (_GAPS, _WEIGHTS, "change"), (_GAPS, _WEIGHTS, "language"),
    ),
    mistakes=(
        like(lambda g, w, n: -_others(g, w, n) / g[n] - w[n], "the-change",
             "This is by how much the weight has to *change* (as it is if the criterion itself is among "
             "those that you add). Asked for is the weight."),
        like(lambda g, w, n: -sum(gap for other, gap in g.items() if other != n) / g[n], "unweighted",
             "You add the gaps of the others without their weights."),
        like(lambda g, w, n: _others(g, w, n) / g[n], "sign",
             "The sign is turned round: the criterion has to take away what the others add."),
        like(lambda g, w, n: w[n] - _others(g, w, n), "not-divided",
             "A point more or less of weight moves the lead by the criterion's gap: divide by it."),
        when(lambda run: isinstance(run.call.error, ZeroDivisionError), "speaks-for-neither",
             "A gap of 0 speaks for neither way: no weight of this criterion ever changes the lead."),
        when(lambda run: run.expected == math.inf and run.returned < 0, "below-zero",
             "No weight is below 0. If the lead would only vanish there, it never flips: `float(\"inf\")`."),
    ),
    hints=(
        ("I do not know where to begin",
         "The lead is `rest + w * gap`, where rest is what the other criteria add. For which w is it 0?"),
        ("I get a weight below 0", "Then no weight flips the advice: return `float(\"inf\")`."),
        ("I divide by zero", "A criterion that gives both ways the same points can turn nothing."),
    ),
    why="Advice that would flip at 1.1 times a weight that somebody guessed is no advice. Ask for the "
        "flip weights first: they say which of your answers deserve another look, and which you may leave as "
        "they are.",
)  # fmt: skip
