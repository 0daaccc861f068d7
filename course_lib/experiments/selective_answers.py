"""Answering only where the evidence suffices, on more questions than a lesson asks: what each confidence is
worth over answering everything, with intervals.

A sweep of one point, which asks once and keeps each answer's signals and its label. The confidences are made
when it is read: the weights of the signals are fitted by cross-fitting, so that no question is judged by
weights that saw its fact. Lesson 10.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.evaluation.answers import score
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.selective import (
    SIGNALS,
    answered_curve,
    area_difference,
    cross_fitted,
    signals,
)
from course_lib.evaluation.statistics import Interval
from course_lib.experiments.hits import hits
from course_lib.experiments.sampling import held_out
from course_lib.experiments.setting import passages
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex

if TYPE_CHECKING:
    import pandas as pd

NAME = "selective_answers"
QUESTIONS = {"tiny": 240, "laptop": 120, "gpu": 240}
ALL, SIMILARITY = "all signals", "similarity alone"
SILENCE = "the reply gives a value"  # the model's own way to keep silent
ORACLE = "if one knew what the passages state"
CHANCE = "chance"
DIGITS = 6  # of a signal that is kept


def points(profile: str) -> list[dict[str, Any]]:
    """One point: questions on different facts, one in six of which nothing answers."""
    return [{"asked": QUESTIONS[profile], "seed": 0}]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What plain retrieval answers: the signals of each reply, and a digit a question for two labels.

    `hits` is 1 where the reply gives the right value, which none does where nothing answers; `found` where
    one of the passages states it. Facts are those of the questions, in their order.
    """
    questions = held_out(point["asked"], point["seed"])
    index = ExactIndex(passages("2026"), load_embedder())
    answers = RagPipeline(index, load_language_model()).answers([q.text for q in questions])
    pairs = list(zip(questions, answers, strict=True))
    told = [signals(a, q.text) for q, a in pairs]
    return {
        "questions": len(questions),
        "facts": [q.fact for q in questions],
        "signals": {name: [round(float(each[name]), DIGITS) for each in told] for name in SIGNALS},
        "found": hits(bool(q.value) and stated(q.value or "", [h.chunk for h in a.hits]) for q, a in pairs),
        "hits": hits(score(a.text, q, a.hits).correct and not abstained(a.text) for q, a in pairs),
    }


def confidences(row: Mapping[str, Any], seed: int = 0) -> dict[str, list[float]]:
    """Each confidence of a stored row, question by question; the last one cheats. Lesson 10.

    The weights of ALL are fitted by cross-fitting, facts apart.
    """
    columns = [row["signals"][name] for name in SIGNALS]
    told = [dict(zip(SIGNALS, each, strict=True)) for each in zip(*columns, strict=True)]
    return {
        ALL: cross_fitted(told, right(row), row["facts"], seed=seed),
        SIMILARITY: list(row["signals"]["similarity"]),
        SILENCE: list(row["signals"]["answers"]),
        ORACLE: [float(digit) for digit in row["found"]],
    }


def right(row: Mapping[str, Any]) -> list[bool]:
    """The labels of a stored row: whether each reply gives the right value."""
    return [digit == "1" for digit in row["hits"]]


def curves(row: Mapping[str, Any]) -> "dict[str, pd.DataFrame]":
    """The curve of each confidence of a stored row (evaluation.selective.answered_curve). Lesson 10."""
    return {name: answered_curve(each, right(row)) for name, each in confidences(row).items()}


def gains(row: Mapping[str, Any]) -> dict[str, Interval]:
    """What a confidence adds to the mean accuracy over all shares answered: the differences of areas, paired,
    facts drawn. Chance answers at random, so its curve is flat at the share right. Lesson 10.
    """
    sure = confidences(row) | {CHANCE: [0.0] * len(row["hits"])}
    pairs = ((ALL, CHANCE), (SIMILARITY, CHANCE), (SILENCE, CHANCE), (ALL, SILENCE), (ALL, SIMILARITY))
    return {
        f"{one} − {other}": area_difference(sure[one], sure[other], right(row), row["facts"])
        for one, other in pairs
    }


def share_right(row: Mapping[str, Any]) -> float:
    """The share right where everything is answered: chance's line."""
    return float(np.mean(right(row)))


RULES: dict = {}
