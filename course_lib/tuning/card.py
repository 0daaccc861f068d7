"""An adapter's card: what it was trained on and beside, and what it scored; for people and for a program.

README.md is for people (Mitchell et al., "Model cards", 2019), card.json for whoever scores it again. What
this module does not do: score it (experiments/revalidation.py does).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.arguments import checked_path
from course_lib.errors import CourseError, DataError
from course_lib.generation.adapter import CONFIG, RECORD
from course_lib.generation.types import Messages
from course_lib.tuning.batches import checked_examples

CARD, README = "card.json", "README.md"
REVALIDATE = "python -m course_lib revalidate"


@dataclass(frozen=True)
class Card:
    """What is known of an adapter: its base, its data, the exam it sat, and what each question scored.

    `base` names the base, with its fingerprint and quantisation; `data_sha256` is `data_fingerprint` of its
    `examples` examples; `exam_sha256` tells whether the exam of so many `questions` is still the same;
    `scores` are measure -> question's id -> right or not.
    """

    base: dict[str, Any]
    data_sha256: str
    examples: int
    exam: str
    questions: int
    exam_sha256: str
    scores: dict[str, dict[str, bool]]


def data_fingerprint(examples: Iterable[Messages]) -> str:
    """The SHA-256 of the turns of a set of examples; raises CourseError as checked_examples does."""
    told = json.dumps(checked_examples(examples), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def base_of(adapter: str | Path) -> dict[str, Any]:
    """The base of an adapter that this course trained: its name, quantisation and fingerprint.

    Raises CourseError for a folder that is no adapter, or has no record of its training.
    """
    folder = checked_path(adapter, "adapter")
    if not (folder / CONFIG).is_file() or not (folder / RECORD).is_file():
        missing = CONFIG if not (folder / CONFIG).is_file() else RECORD
        raise CourseError(
            f"The folder {folder} is no adapter of this course: it has no {missing}.",
            allowed="a folder that train_adapter wrote",
            next_step="train one in lesson 07, or check the path",
        )
    record = files.read_json(folder / RECORD)
    try:
        name, quantize = record["config"]["model"], record["config"]["quantize"]
    except (KeyError, TypeError):
        raise DataError(f"The record {folder / RECORD} names no base.", next_step="train it again") from None
    return {"name": name, "quantize": quantize, **_sums(record)}


def _sums(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fingerprint of a base, as model_files.base_fingerprint gives it."""
    return {key: record[key] for key in ("base_sha256", "base_config_sha256") if key in record}


def write_card(adapter: str | Path, card: Card, shown: Mapping[str, str]) -> Path:
    """Put a card into an adapter's folder, `shown` being its scores as people read them; return card.json."""
    folder = checked_path(adapter, "adapter")
    base_of(folder)
    files.write_atomically(folder / README, _readme(folder.name, card, shown))
    return files.write_json(folder / CARD, asdict(card))


def read_card(adapter: str | Path) -> Card:
    """An adapter's card; raises CourseError if it has none, and DataError for one in another form."""
    folder = checked_path(adapter, "adapter")
    base_of(folder)
    path = folder / CARD
    if not path.is_file():
        raise CourseError(
            f"The adapter in {folder} has no card, so nobody knows what it scored.",
            allowed=f"an adapter with a {CARD}",
            next_step=f"write one, now that it is known to be good: {REVALIDATE} {folder} --write",
        )
    try:
        card = Card(**files.read_json(path))
        if not card.scores or not all(card.scores.values()):
            raise ValueError("it has no scores")
    except (TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"The card {path} is malformed: {error}.", next_step=f"write it again: {REVALIDATE} --write"
        ) from None
    return card


def _readme(name: str, card: Card, shown: Mapping[str, str]) -> str:
    base, held = card.base["name"], card.base["quantize"] or "not quantised"
    sums = {"base": next(iter(_sums(card.base).values()), None)}
    sums |= {"training data": card.data_sha256, "exam": card.exam_sha256}
    fingerprints = "\n".join(f"| {what} | `{value}` |" for what, value in sums.items())
    scores = "\n".join(f"| {measure} | {score} |" for measure, score in shown.items())
    return f"""---
base_model: {base}
library_name: peft
---
# {name}

A LoRA adapter, trained beside `{base}` ({held}) on {card.examples} examples. Beside another base it is
useless, and this course refuses to load it there.

| what | SHA-256 |
|---|---|
{fingerprints}

What it scored in the exam *{card.exam}*, with 95 % intervals:

| measure | score |
|---|---|
{scores}

After its base or its data changed, score it again. The command fails if it is worse beyond the interval:

    {REVALIDATE} {name}
"""
