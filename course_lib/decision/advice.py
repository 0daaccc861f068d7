"""What the answers come to: the ways weighed against each other, why, and the weight at which it would flip.

A pure function of the answers, the weights and the verdicts. A reason counts as far as measurement bears it
out: fully where its claims stand or it rests on none, half where nobody has measured or it is open, not at
all where one fell.
Lesson 11.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from course_lib.arguments import finite_number
from course_lib.claims.verdicts import Verdict
from course_lib.decision.criteria import (
    CRITERIA,
    ENOUGH,
    NONE,
    UNKNOWN,
    UNTRIED,
    WAYS,
    Answers,
    Option,
    Reading,
)
from course_lib.errors import CourseError

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {name: 2.0 if name == "failure" else 1.0 for name in CRITERIA}
)
BORNE_OUT, OPEN, FALLEN = 1.0, 0.5, 0.0  # how far a claim carries a reason
NOBODY: Mapping[str, Verdict] = MappingProxyType({})


@dataclass(frozen=True)
class Reason:
    """What one answer weighs: its reading, the learner's weight, and how far each of its claims is borne out.

    `standing` maps a claim to 1 (borne out), ½ (open, or not measured) or 0 (contradicted).
    """

    criterion: str
    answer: str
    reading: Reading
    weight: float
    standing: Mapping[str, float]

    @property
    def trust(self) -> float:
        """How far the reason counts: as far as the weakest of its claims; in full where it rests on none."""
        return min(self.standing.values(), default=BORNE_OUT)

    def __getitem__(self, way: Option) -> float:
        return self.weight * self.trust * self.reading[way]


@dataclass(frozen=True)
class Flip:
    """The weight of one criterion beyond which another way leads: above it if `up`, else below it."""

    criterion: str
    weight: float
    up: bool
    to: Option


@dataclass(frozen=True)
class Advice:
    """What to do now (`do`), the way that leads when it is done (`lead`), and all that speaks for it.

    `scores` are the ways that no answer rules out, the best first; `gap` is what each criterion adds to the
    lead of the first over the second (empty where there is no second); `excluded` says which answer ruled a
    way out; `flips` are sorted, the nearest first.
    """

    do: Option
    lead: Option
    scores: Mapping[Option, float]
    reasons: tuple[Reason, ...]
    gap: Mapping[str, float]
    excluded: Mapping[Option, str]
    flips: tuple[Flip, ...]


def recommend(
    answers: Answers, weights: Mapping[str, float] = WEIGHTS, evidence: Mapping[str, Verdict] = NOBODY
) -> Advice:
    """The advice for some answers: with a weight for each criterion (0 or more), and verdicts by claim.

    Criteria that `weights` leaves out have their usual weight; without evidence every reason stands on the
    sources' word. Raises CourseError for a weight below 0 or of no criterion. Lesson 11.
    """
    chosen = _weights(weights)
    reasons = tuple(
        Reason(name, getattr(answers, name), reading, chosen[name], _standing(reading, evidence))
        for name, reading in answers.readings.items()
    )
    excluded = {
        each.reading.excludes: each.criterion for each in reasons if each.reading.excludes and each.trust
    }
    open_to = [way for way in WAYS if way not in excluded]
    sums = {way: math.fsum(each[way] for each in reasons) for way in open_to}
    ranked = sorted(sums, key=lambda way: -sums[way])  # stable: a tie goes to the simpler way
    lead = ranked[0]
    gap = {each.criterion: each[lead] - each[ranked[1]] for each in reasons} if len(ranked) > 1 else {}
    return Advice(
        do=_first(answers, lead),
        lead=lead,
        scores=MappingProxyType({way: sums[way] for way in ranked}),
        reasons=reasons,
        gap=MappingProxyType(gap),
        excluded=MappingProxyType(excluded),
        flips=_flips(reasons, ranked, sums),
    )


def _weights(given: Mapping[str, float]) -> dict[str, float]:
    if unknown := [name for name in given if name not in CRITERIA]:
        raise CourseError(f"There is no criterion {unknown[0]!r}.", ", ".join(CRITERIA))
    return {
        name: finite_number(given.get(name, usual), f"weight of {name}", least=0)
        for name, usual in WEIGHTS.items()
    }


def _standing(reading: Reading, evidence: Mapping[str, Verdict]) -> Mapping[str, float]:
    found = {claim: _borne_out(evidence.get(claim), wanted) for claim, wanted in reading.claims.items()}
    return MappingProxyType(found)


def _borne_out(found: Verdict | None, wanted: Verdict) -> float:
    if found in (None, Verdict.NOT_CONFIRMED, Verdict.ARITHMETIC):
        return OPEN
    return BORNE_OUT if found == wanted else FALLEN


def _first(answers: Answers, lead: Option) -> Option:
    """What comes before the way that leads: to count failures, keep prompts that do or fix those that do not,
    collect examples; or itself.
    """
    if answers.failure == UNKNOWN:
        return Option.COLLECT
    if answers.prompts == ENOUGH:
        return Option.KEEP
    if answers.prompts == UNTRIED:
        return Option.PROMPTS
    return Option.COLLECT if lead != Option.RAG and answers.examples == NONE else lead


def _flips(
    reasons: Sequence[Reason], ranked: Sequence[Option], sums: Mapping[Option, float]
) -> tuple[Flip, ...]:
    """For each criterion and direction the nearest weight beyond which another than the first leads."""
    lead, found = ranked[0], []
    for each in reasons:
        nearest: dict[bool, Flip] = {}
        for other in ranked[1:]:
            slope = each.trust * (each.reading[lead] - each.reading[other])
            if slope == 0:
                continue
            weight, up = each.weight - (sums[lead] - sums[other]) / slope, slope < 0
            simpler = WAYS.index(other) < WAYS.index(lead)  # and leads where the two are equal
            if weight < 0 or (weight == 0 and not up and not simpler):  # no weight is smaller than none
                continue
            flip, known = Flip(each.criterion, weight, up, other), nearest.get(up)
            if known is None or abs(weight - each.weight) < abs(known.weight - each.weight):
                nearest[up] = flip
        found += nearest.values()
    start = {each.criterion: each.weight for each in reasons}
    return tuple(sorted(found, key=lambda flip: abs(flip.weight - start[flip.criterion])))
