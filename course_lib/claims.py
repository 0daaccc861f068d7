"""The ledger of claims, and how a measurement becomes a verdict: from an interval, never a constant.

Lessons 09 and 11.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from course_lib import files
from course_lib.errors import CourseError, DataError
from course_lib.evaluation.statistics import Interval
from course_lib.runtime import DATA


class Verdict(StrEnum):
    CONFIRMED = "confirmed here"
    NOT_CONFIRMED = "not confirmed here"
    REFUTED = "refuted here"
    ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class Claim:
    """What is said, by whom, and the experiment of this course that tests it."""

    id: str
    claim: str
    said_by: tuple[str, ...]
    lesson: str
    experiment: str
    published: str


def load_claims(path: Path | None = None) -> dict[str, Claim]:
    """The 32 claims of data/claims.yaml by id; raises DataError for a record without one of its fields."""
    import yaml

    path = path or DATA / "claims.yaml"
    records = yaml.safe_load(files.read_text(path))["claims"]
    names = list(Claim.__dataclass_fields__)
    claims = {}
    for record in records:
        missing = [name for name in names if name not in record]
        if missing:
            raise DataError(f"A claim of {path.name} lacks {', '.join(missing)}.", allowed=", ".join(names))
        claims[record["id"]] = Claim(**record | {"said_by": tuple(record["said_by"])})
    return claims


def verdict(effect: Interval, at_least: float = 0.0) -> Verdict:
    """Confirmed if the whole interval lies above `at_least`, refuted if it lies below, else not confirmed."""
    if effect.low > at_least:
        return Verdict.CONFIRMED
    return Verdict.REFUTED if effect.high < at_least else Verdict.NOT_CONFIRMED


def together(*verdicts: Verdict) -> Verdict:
    """A claim of several parts: confirmed if all are, refuted if one is, else not confirmed."""
    if not verdicts:
        raise CourseError("A claim needs at least one verdict.")
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    return Verdict.CONFIRMED if set(verdicts) == {Verdict.CONFIRMED} else Verdict.NOT_CONFIRMED
