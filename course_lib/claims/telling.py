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

UNKNOWN, NEVER = "not measured yet", "no experiment of this course tests it with this model"
COUNTED_IN = "course_lib/experiments/arithmetic.py"
WIDTH = 100
INDENT = " " * 5


def in_full(claim: Claim, stored: Iterable[Standing] = (), own: Finding | None = None) -> Iterator[str]:
    """The lines of a claim, with the verdicts that are stored and the learner's own. Lesson 11."""
    yield f"{claim.id}  lesson {claim.lesson}  {claim.claim}"
    yield from _wrapped(f"said by {', '.join(claim.sources)}; published: {claim.published}")
    yield from _wrapped(f"tested by: {claim.experiment}")
    counted = own is not None and own.working
    if counted:
        by = f"{COUNTED_IN}, by `python -m course_lib claims {claim.id}`"
        yield from _wrapped(f"{own.verdict}: {own.working} ({by})")
    for each in (stored := tuple(stored)):
        at = f", at {each.commit}" if each.commit else ""
        yield from _wrapped(f"{each.model}: {each.finding.verdict} ({each.file}, by `{each.command}`{at})")
        yield from _parts(each.finding)
    if counted:
        return
    if own is not None:
        yield from _wrapped(f"this machine: {own.verdict} ({own.machine})")
        yield from _parts(own)
    there = {each.model for each in stored}
    trials = measuring.trials().get(claim.id, ())
    for profile in measuring.MEASURED:
        model = Path(runtime.LANGUAGE_MODELS[profile]).name
        if model not in there:
            commands = [trial.command for trial in trials if profile in trial.profiles]
            how = " or ".join(f"COURSE_PROFILE={profile} {command}" for command in commands)
            yield from _wrapped(f"{model}: {UNKNOWN}; {how}" if how else f"{model}: {NEVER}")


def _parts(finding: Finding) -> Iterator[str]:
    for part in finding.parts:
        shown = Interval(part.mean, part.low, part.high)
        yield from _wrapped(f"{part.what}: {shown}, must lie above {part.above:g}", INDENT + "    ")


def _wrapped(text: str, indent: str = INDENT) -> list[str]:
    whole = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", **whole)
