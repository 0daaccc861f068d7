"""A claim of the ledger in full: who says it, what was measured of it, what would measure the rest."""

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from course_lib import runtime
from course_lib.claims import measuring
from course_lib.claims.gathered import Standing
from course_lib.claims.ledger import Claim
from course_lib.claims.verdicts import Finding
from course_lib.evaluation.statistics import Interval

UNKNOWN = "not measured yet"
WIDTH = 100
INDENT = " " * 5


def in_full(claim: Claim, stored: Iterable[Standing] = (), own: Finding | None = None) -> Iterator[str]:
    """The lines of a claim, with the verdicts that are stored and the learner's own. Lesson 11."""
    yield f"{claim.id}  lesson {claim.lesson}  {claim.claim}"
    yield from _wrapped(f"said by {', '.join(claim.sources)}; published: {claim.published}")
    yield from _wrapped(f"tested by: {claim.experiment}")
    counted = own is not None and own.working
    if counted:
        yield from _wrapped(f"{own.verdict}: {own.working}")
    for each in (stored := tuple(stored)):
        yield from _wrapped(f"{each.model}: {each.finding.verdict} ({each.file}, by `{each.command}`)")
        yield from _parts(each.finding)
    if counted:
        return
    if own is not None:
        yield from _wrapped(f"this machine: {own.verdict} ({own.machine})")
        yield from _parts(own)
    there = {each.model for each in stored}
    commands = [trial.command for trial in measuring.trials().get(claim.id, ())]
    for profile, model in _models().items():
        if model not in there:
            how = " or ".join(f"COURSE_PROFILE={profile} {command}" for command in commands)
            yield from _wrapped(f"{model}: {UNKNOWN}; {how or 'no experiment tests it'}")


def _models() -> dict[str, str]:
    """The models that the course measures, by the profile that runs them."""
    return {name: Path(runtime.LANGUAGE_MODELS[name]).name for name in ("tiny", "laptop")}


def _parts(finding: Finding) -> Iterator[str]:
    for part in finding.parts:
        shown = Interval(part.mean, part.low, part.high)
        yield from _wrapped(f"{part.what}: {shown}, must lie above {part.above:g}", INDENT + "    ")


def _wrapped(text: str, indent: str = INDENT) -> list[str]:
    whole = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", **whole)
