"""How each claim is tested: by an experiment that is stored, by counting, or live by a lesson. Lesson 11.

An experiment is found by its rules: a module of course_lib.experiments with NAME and RULES. What this module
does not do: hold verdicts; claims/gathered.py reads those that are stored.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

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


MEASURED = ("tiny", "laptop")  # the profiles whose models the ledger holds


@dataclass(frozen=True)
class Trial:
    """What tests a claim, the command that measures it with the profile's model ("" for counting), and the
    profiles in which it does: a sweep that would take a model too long has no points there.
    """

    what: str
    command: str
    profiles: tuple[str, ...] = MEASURED


@cache
def trials() -> dict[str, tuple[Trial, ...]]:
    """What tests each claim, by id: experiments, a lesson, or counting; what nothing tests is not there."""
    found: dict[str, tuple[Trial, ...]] = {claim: (Trial("counting", ""),) for claim in WORKINGS}
    for claim, number in LIVE.items():
        found[claim] = (Trial(f"lesson {number}", f"python scripts/run_notebooks.py --verdicts {number}"),)
    for module in _experiments():
        sweep = hasattr(module, "points")
        work = f" --work runs/{module.NAME}" if sweep else ""
        command = f"python -m course_lib results {module.NAME}{work}"
        with_points = tuple(p for p in MEASURED if not sweep or module.points(p))
        for claim in module.RULES:
            profiles = ("laptop",) if claim in getattr(module, "OF_SMOLLM2", ()) else with_points
            trial = Trial(f"the experiment {module.NAME}", command, profiles)
            found[claim] = (*found.get(claim, ()), trial)
    return found


def _experiments() -> Iterator[ModuleType]:
    """The experiments with rules."""
    for each in pkgutil.iter_modules(experiments.__path__):
        module = import_module(f"{experiments.__name__}.{each.name}")
        if hasattr(module, "NAME") and getattr(module, "RULES", None):
            yield module
