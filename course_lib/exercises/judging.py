"""The small language of checks: a right program, cases to run it on, and programs with a known mistake.

An exercise is stated by its solution, an ordinary function. A typical mistake is stated by a wrong program
(`like`), by a sign in what came back (`when`), or by the case that it fails (`misses`). A learner's function
runs beside the solution on every case; the mistake that explains its failures best gives the diagnosis.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from course_lib.exercises.calling import Call, TookTooLong, call, faulty_line
from course_lib.exercises.comparing import is_blank, plain, same, shown
from course_lib.exercises.diagnosis import code, general_diagnosis
from course_lib.exercises.outcomes import Correct, Exercise, NotAttempted, NotYet, Outcome


@dataclass(frozen=True)
class Run:
    """One case: the arguments, what the solution returns for them, and what came of the learner's call."""

    args: tuple
    expected: Any
    call: Call
    right: bool

    @property
    def returned(self) -> Any:
        """What the learner's function returned (None if it raised)."""
        return self.call.returned


@dataclass(frozen=True)
class Mistake:
    """A typical mistake, known by a program that makes it or by a sign in the first failed run."""

    key: str
    diagnosis: str
    wrong: Callable | None = None
    sign: Callable[[Run], Any] | None = None


def like(wrong: Callable, key: str, diagnosis: str) -> Mistake:
    """The mistake of a wrong program: it explains a first failure that is exactly that program's."""
    return Mistake(key, diagnosis, wrong=wrong)


def when(sign: Callable[[Run], Any], key: str, diagnosis: str) -> Mistake:
    """The mistake that shows a sign in the first failed run; a sign that cannot be read is none."""
    return Mistake(key, diagnosis, sign=sign)


def misses(args: tuple, key: str, diagnosis: str) -> Mistake:
    """The mistake of failing one particular case, and none before it."""
    return when(lambda run: same(run.args, args, 0.0), key, diagnosis)


@dataclass(frozen=True)
class Judge:
    """A check: runs a learner's function on every case and names the mistake; `equal(returned, expected)`."""

    solution: Callable
    cases: tuple[tuple, ...]
    mistakes: tuple[Mistake, ...]
    equal: Callable[[Any, Any], bool] = same

    def __call__(self, answer: Any) -> Outcome:
        if is_blank(answer):
            return NotAttempted()
        if (problem := self._cannot_be_called(answer)) is not None:
            return problem
        runs = []
        for args in self.cases:
            runs.append(self._run(answer, args))
            if isinstance(runs[-1].call.error, TookTooLong):
                text = "Your function does not come to an end on a small input: does a loop never stop?"
                return self._not_yet("never-ends", text, runs[-1], answer)
        if all(_nothing_done(run.call) for run in runs):
            if not runs[0].call.printed:
                return NotAttempted()
            text = "Your function prints, and returns nothing. End it with `return` and the result."
            return self._not_yet("printed-not-returned", text, runs[0], answer)
        if not all(run.right for run in runs):
            return self._diagnose(runs, answer)
        if changed := [run for run in runs if run.call.changed is not None]:
            name = list(inspect.signature(self.solution).parameters)[changed[0].call.changed]
            return NotYet(
                f"What it returns is right, but it changes `{name}` in place, and its caller still needs it. "
                "Work on a copy, or write the result into something new.",
                "changes-input",
            )
        return Correct()

    def _run(self, answer: Callable, args: tuple) -> Run:
        expected = self.solution(*copy.deepcopy(args))
        outcome = call(answer, args)
        right = outcome.error is None and _agree(self.equal, outcome.returned, expected)
        return Run(args, expected, outcome, right)

    def _cannot_be_called(self, answer: Any) -> NotYet | None:
        wanted = f"{self.solution.__name__}({', '.join(inspect.signature(self.solution).parameters)})"
        if not callable(answer):
            return NotYet(
                f"The check calls your function itself, as `{wanted}`. Hand it over without brackets, "
                f"as `{self.solution.__name__}`; it got `{shown(answer)}`.",
                "not-a-function",
            )
        try:
            signature = inspect.signature(answer)
        except (TypeError, ValueError):  # some built-in functions have none to read
            return None
        try:
            signature.bind(*self.cases[0])
        except TypeError:
            return NotYet(
                f"The check calls `{wanted}`, and your function takes `{signature}`. Keep the arguments.",
                "wrong-arguments",
            )
        return None

    def _diagnose(self, runs: list[Run], answer: Callable) -> NotYet:
        first = next(run for run in runs if not run.right)
        fits = [(fit, mistake) for mistake in self.mistakes if (fit := self._fit(mistake, first, runs))]
        if fits:
            _, mistake = max(fits, key=lambda pair: pair[0])  # of equals the first in the list
            return self._not_yet(mistake.key, mistake.diagnosis, first, answer)
        key, text = general_diagnosis(first.call, first.expected)
        return self._not_yet(key, text, first, answer)

    def _fit(self, mistake: Mistake, first: Run, runs: list[Run]) -> int:
        """In how many runs the function behaves as the mistake does; 0 if the first speaks against it."""
        if mistake.wrong is None:
            return len(runs) if _holds(mistake.sign, first) else 0
        if not self._alike(first.call, call(mistake.wrong, first.args)):
            return 0
        fit = sum(self._alike(run.call, call(mistake.wrong, run.args)) for run in runs)
        # One yes or no agrees too easily with another: there a program must agree in every run.
        few_answers = isinstance(plain(first.expected), bool | str)
        return fit if fit == len(runs) or not few_answers else 0

    def _alike(self, one: Call, other: Call) -> bool:
        if one.error is not None or other.error is not None:
            return type(one.error) is type(other.error)
        return _agree(self.equal, one.returned, other.returned)

    def _not_yet(self, key: str, diagnosis: str, run: Run, answer: Callable) -> NotYet:
        called = code(f"{self.solution.__name__}({', '.join(shown(value) for value in run.args)})")
        error = run.call.error
        if isinstance(error, TookTooLong):
            got = "it was still running"
        elif error is not None:
            line = faulty_line(error, answer)
            at = f" in the line {code(line)}" if line else ""
            got = f"it raised {code(f'{type(error).__name__}: {error}'[:200])}{at}"
        else:
            got = f"it returned {code(shown(run.returned))}"
        parts = [diagnosis, f"For {called} {got}; right is {code(shown(run.expected))}."]
        if run.call.printed.strip():
            parts.append(f"It printed:\n\n~~~text\n{run.call.printed.strip()}\n~~~")
        return NotYet("\n\n".join(parts), key)


def exercise(
    id: str,
    title: str,
    solution: Callable,
    *,
    cases: tuple[tuple, ...],
    mistakes: tuple[Mistake, ...],
    hints: tuple[tuple[str, str], ...],
    why: str,
    minutes: int = 10,
    weight: Literal["core", "stretch"] = "core",
    imports: str = "",
    equal: Callable[[Any, Any], bool] = same,
) -> Exercise:
    """An exercise stated by its solution: the starter keeps its signature and docstring and blanks the rest.

    `imports` are the lines that both cells need at their top.
    """
    source = textwrap.dedent(inspect.getsource(solution)).rstrip()
    docstring = ast.parse(source).body[0].body[0]
    blanked = "\n".join([*source.splitlines()[: docstring.end_lineno], "    ..."])
    head = f"{imports}\n\n\n" if imports else ""
    return Exercise(
        id=id,
        title=title,
        weight=weight,
        minutes=minutes,
        name=solution.__name__,
        starter=f"{head}{blanked}\n",
        check=Judge(solution, cases, mistakes, equal),
        hints=hints,
        solution=f"{head}{source}\n",
        why=why,
    )


def _nothing_done(outcome: Call) -> bool:
    if isinstance(outcome.error, TypeError | AttributeError):  # a `...` was left in the middle and then used
        return "ellipsis" in str(outcome.error).lower()
    if outcome.error is not None:
        return isinstance(outcome.error, NotImplementedError)
    return is_blank(outcome.returned)


def _agree(equal: Callable[[Any, Any], bool], given: Any, expected: Any) -> bool:
    try:
        return bool(equal(given, expected))
    except Exception:  # a comparison that cannot be made is no agreement
        return False


def _holds(sign: Callable[[Run], Any], run: Run) -> bool:
    try:
        return bool(sign(run))
    except Exception:
        return False
