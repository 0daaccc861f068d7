"""How a measurement becomes a verdict on a claim: from an interval, never from a constant. Lessons 09 and 11.

What this module does not do: say what a claim asks for. Its rule stands beside its experiment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from course_lib import runtime
from course_lib.claims.ledger import load_claims
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import form_and_facts

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Rule


class Verdict(StrEnum):
    """What a run may say about a claim."""

    CONFIRMED = "confirmed here"
    NOT_CONFIRMED = "not confirmed here"
    REFUTED = "refuted here"
    ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class Part:
    """One thing that a claim asks for: a measured interval, what it must lie above, and the verdict."""

    what: str
    mean: float
    low: float
    high: float
    above: float
    verdict: Verdict


@dataclass(frozen=True)
class Finding:
    """What a run found about a claim: its verdict, the parts it rests on, and where it was measured."""

    claim: str
    verdict: Verdict
    parts: tuple[Part, ...]
    working: str  # of an arithmetic verdict: the figures; else empty
    machine: str  # "any" of an arithmetic verdict


def verdict(found: Interval, above: float = 0.0) -> Verdict:
    """Confirmed if the whole interval lies above the threshold, refuted if below, else not confirmed.

    Lesson 09 builds it (exercise 9.2).
    """
    if found.low > above:
        return Verdict.CONFIRMED
    return Verdict.REFUTED if found.high < above else Verdict.NOT_CONFIRMED


def judge(claim: str, measured: Mapping[str, Interval | tuple[Interval, float]]) -> Finding:
    """The verdict on a claim from everything it asks for: what -> interval, or (interval, threshold).

    The parts come to it as `whole` says. Raises CourseError for an unknown claim and for no parts.
    """
    _check(claim)
    if not measured:
        raise CourseError(f"Nothing was measured for {claim}.", allowed="one interval or more")
    parts = []
    for what, given in measured.items():
        found, above = given if isinstance(given, tuple) else (given, 0.0)
        parts.append(Part(what, found.mean, found.low, found.high, above, verdict(found, above)))
    return Finding(claim, whole(parts), tuple(parts), "", repr(runtime.current()))


def whole(parts: Iterable[Part]) -> Verdict:
    """The verdict that parts come to: confirmed if all are, refuted if one is, else not confirmed."""
    said = {part.verdict for part in parts}
    if Verdict.REFUTED in said:
        return Verdict.REFUTED
    return Verdict.CONFIRMED if said == {Verdict.CONFIRMED} else Verdict.NOT_CONFIRMED


def arithmetic(claim: str, working: str) -> Finding:
    """A claim that counting settles, with its figures; raises CourseError for an unknown claim or none."""
    _check(claim)
    if not working.strip():
        raise CourseError(f"An arithmetic verdict on {claim} needs its figures.")
    return Finding(claim, Verdict.ARITHMETIC, (), working, "any")  # counting is the same everywhere


def _check(claim: str) -> None:
    if claim not in (known := load_claims()):
        raise CourseError(f"The ledger has no claim {claim!r}.", allowed=", ".join(known))


def weigh(table: "pd.DataFrame", rules: Mapping[str, "Rule"] = form_and_facts.RULES) -> list[Finding]:
    """The findings of an experiment's rules on its table, by default those of lesson 09's comparison.

    A rule whose arms are not in the table raises CourseError.
    """
    return [judge(claim, rule(table)) for claim, rule in rules.items()]
