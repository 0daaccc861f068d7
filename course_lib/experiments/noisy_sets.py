"""Training sets with a known share of faulty pairs, and three ways to drop their worst fifth. Lesson 08.

The faults are those of data/style/noisy.jsonl, each with its kind, so that a filter can be held against the
truth. What this module does not do: train on them (curation.py does).
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from course_lib.arguments import finite_number, whole_number
from course_lib.errors import CourseError
from course_lib.evaluation.answers import complies
from course_lib.experiments.short_form import pairs_by_id
from course_lib.generation.citations import abstained
from course_lib.generation.prompts import Message
from course_lib.generation.values import claims_of, states
from course_lib.tuning.examples import style_rows

DROPPED = 0.2  # "the worst 20 %"


def noisy_set(n: int, noise: float, seed: int = 0) -> list[dict]:
    """n style pairs of which the share `noise` is faulty, in an order of the seed's.

    A larger set of the same seed and noise holds the smaller one. A duplicate is one of a sound pair of the
    set. Raises CourseError if there are not so many faulty or sound pairs. Claim C07; lesson 08.
    """
    n = whole_number(n, "n")
    bad = round(finite_number(noise, "noise", least=0, most=1) * n)
    random = Random(f"noise {seed}")
    every = style_rows(noisy=True)
    every = random.sample(every, len(every))
    faulty = [row for row in every if row["noise"]][:bad]
    sound = [row for row in every if not row["noise"]][: n - bad]
    if len(faulty) < bad or len(sound) < n - bad:
        raise CourseError(
            f"There are no {n} pairs of which {bad} are faulty.",
            allowed="about 600 sound pairs and 400 faulty ones",
        )
    faulty = [
        dict(sound[i % len(sound)], noise="duplicate") if row["noise"] == "duplicate" and sound else row
        for i, row in enumerate(faulty)
    ]
    return random.sample(sound + faulty, n)


def drop_worst(rows: Sequence[dict], badness: Sequence[float], seed: int = 0) -> list[dict]:
    """The rows without the fifth of the greatest badness, in their order; equals fall by the seed.

    Raises CourseError unless every row has its badness.
    """
    if len(rows) != len(badness):
        raise CourseError(f"{len(rows)} rows have {len(badness)} values.", allowed="one for each")
    luck = np.random.default_rng(seed).permutation(len(rows))
    worst = sorted(range(len(rows)), key=lambda i: (-badness[i], luck[i]))[: round(DROPPED * len(rows))]
    return [row for i, row in enumerate(rows) if i not in set(worst)]


def by_label(rows: Sequence[dict]) -> list[float]:
    """The truth, which nobody has: 1 for a faulty row."""
    return [float(row["noise"] is not None) for row in rows]


def by_rule(rows: Sequence[dict]) -> list[float]:
    """How many of three stated rules a row breaks: it is not in the house style, it repeats an earlier one,
    it states a value that its passage does not.
    """
    seen: set[tuple[str, str]] = set()
    broken = []
    for row in rows:
        key = row["question"], row["reply"]
        broken.append(float((not complies(row["reply"])[0]) + (key in seen) + _invents(row)))
        seen.add(key)
    return broken


def _invents(row: dict) -> bool:
    """Whether a reply claims a value that does not stand in the pair's passage."""
    if abstained(row["reply"]):
        return False
    passage = pairs_by_id()[row["id"]].sentence.text
    return not all(states(passage, each) for each in claims_of(row["reply"], row["question"]))


def examples(rows: Sequence[dict]) -> list[list[Message]]:
    """Rows as conversations to train on, the passage cut down to one sentence (short_form.py)."""
    pairs = pairs_by_id()
    return [replace(pairs[row["id"]], reply=row["reply"]).example for row in rows]


def found(rows: Sequence[dict], kept: Sequence[dict]) -> float:
    """Of the rows that were dropped, the share that was faulty."""
    left = {id(row) for row in kept}
    dropped = [row["noise"] is not None for row in rows if id(row) not in left]
    return sum(dropped) / len(dropped) if dropped else 0.0
