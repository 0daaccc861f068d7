"""How each claim is tested: by an experiment that is stored, by counting, or live by a lesson. Lesson 11.

An experiment is found by its rules: a module of course_lib.experiments with NAME and RULES. What this module
does not do: hold verdicts; claims/gathered.py reads those that are stored.
"""

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from course_lib import experiments
from course_lib.experiments.arithmetic import WORKINGS

LIVE = {  # claims whose rule takes more than one table, so that the lesson itself judges them
    "C18": "04",
    "C20": "02",
    "C21": "04",
    "C22": "04",
    "C23": "04",
    "C24": "04",
    "C25": "05",
    "C26": "05",
}


@dataclass(frozen=True)
class Trial:
    """What tests a claim, and the command that measures it with the profile's model ("" for counting)."""

    what: str
    command: str


@cache
def trials() -> dict[str, tuple[Trial, ...]]:
    """What tests each claim, by id: experiments, a lesson, or counting; what nothing tests is not there."""
    found: dict[str, tuple[Trial, ...]] = {claim: (Trial("counting", ""),) for claim in WORKINGS}
    for claim, number in LIVE.items():
        found[claim] = (Trial(f"lesson {number}", f"python scripts/run_notebooks.py {number}"),)
    for name, (claims, goes_on) in _experiments().items():
        work = f" --work runs/{name}" if goes_on else ""
        trial = Trial(f"the experiment {name}", f"python -m course_lib results {name}{work}")
        for claim in claims:
            found[claim] = (*found.get(claim, ()), trial)
    return found


def _experiments() -> dict[str, tuple[tuple[str, ...], bool]]:
    """The experiments with rules, by name: the claims of these, and whether a run goes on (a sweep)."""
    found = {}
    for each in pkgutil.iter_modules(experiments.__path__):
        module = import_module(f"{experiments.__name__}.{each.name}")
        if hasattr(module, "NAME") and getattr(module, "RULES", None):
            found[module.NAME] = tuple(module.RULES), hasattr(module, "points")
    return found
