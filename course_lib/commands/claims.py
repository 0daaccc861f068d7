"""`python -m course_lib claims`: the ledger, with the verdicts that are stored and those of this machine.

Each claim with who says it, what tests it and what others published; then, model by model, the verdict, the
measured numbers with their intervals, and the file and command that they can be traced to. What was not
measured says so, and which command would.
"""

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.errors import CourseError

if TYPE_CHECKING:
    from course_lib.claims import Claim, Finding, Standing

UNKNOWN = "not measured yet"
WIDTH = 100
INDENT = " " * 5


def add(parser: argparse.ArgumentParser) -> None:
    """Which claims: all, or those named."""
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="C01 to C36 (default: all)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the claims that are asked for; raises CourseError for one that is not in the ledger."""
    from course_lib import claims

    ledger, own, stored = claims.load_claims(), claims.recorded(), claims.stored_findings()
    wanted = [name.upper() for name in options.claims] or list(ledger)
    if unknown := [name for name in wanted if name not in ledger]:
        raise CourseError(f"The ledger has no claim {unknown[0]!r}.", allowed=", ".join(ledger))
    for name in wanted:
        print("\n".join(told(ledger[name], stored.get(name, ()), own.get(name))), end="\n\n")


def told(claim: "Claim", stored: "Iterable[Standing]", own: "Finding | None") -> Iterator[str]:
    """A claim of the ledger, line by line."""
    from course_lib.claims import trials

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
    commands = [trial.command for trial in trials().get(claim.id, ())]
    for profile, model in _models().items():
        if model not in there:
            how = " or ".join(f"COURSE_PROFILE={profile} {command}" for command in commands)
            yield from _wrapped(f"{model}: {UNKNOWN}; {how or 'no experiment tests it'}")


def _models() -> dict[str, str]:
    """The models that the course measures, by the profile that runs them."""
    from course_lib import runtime

    return {name: Path(runtime.LANGUAGE_MODELS[name]).name for name in ("tiny", "laptop")}


def _parts(finding: "Finding") -> Iterator[str]:
    from course_lib.evaluation.statistics import Interval

    for part in finding.parts:
        shown = Interval(part.mean, part.low, part.high)
        yield from _wrapped(f"{part.what}: {shown}, must lie above {part.above:g}", INDENT + "    ")


def _wrapped(text: str, indent: str = INDENT) -> list[str]:
    whole = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", **whole)
