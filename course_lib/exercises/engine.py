"""What a lesson calls on its exercises: check an answer, give a hint, show a solution, draw the progress."""

import functools
import os
from collections.abc import Callable
from typing import Any

from course_lib.exercises import record
from course_lib.exercises.catalogue import find_exercise, lessons
from course_lib.exercises.display import show, show_card
from course_lib.exercises.outcomes import (
    Correct,
    Exercise,
    Lesson,
    NotAttempted,
    NotSolved,
    NotYet,
    Outcome,
    UnknownId,
)

_hints_given: dict[str, int] = {}  # in this kernel only: a lesson run from its top shows the same again


def evaluate(id: str, answer: Any) -> Outcome:
    """Judge an answer, showing and storing nothing; raises UnknownId, and nothing else."""
    exercise = find_exercise(id)
    try:
        return exercise.check(answer)
    except Exception as error:
        return NotYet(
            f"The check could not read the answer (`{type(error).__name__}: {error}`). "
            "Compare the type and the shape of what you return with the description of the exercise.",
            "unreadable",
        )


def tells_of_a_wrong_number(call: Callable) -> Callable:
    """Make a call tell of a number that no lesson has, as a message; in a strict run it raises UnknownId."""

    @functools.wraps(call)
    def told(*args: Any, **kwargs: Any) -> None:
        try:
            call(*args, **kwargs)
        except UnknownId as error:
            if _strict():
                raise
            show_card("note", error.problem, f"There are: {error.allowed}")

    return told


@tells_of_a_wrong_number
def check(id: str, answer: Any = None) -> None:
    """Say that an answer is correct, or what is wrong with it, or that it is not attempted; note the result.

    Never raises; but with COURSE_STRICT=1 anything except a correct answer raises NotSolved (or UnknownId).
    """
    exercise = find_exercise(id)
    outcome = evaluate(id, answer)
    _show_outcome(exercise, outcome)
    if not isinstance(outcome, NotAttempted):
        record.mark(exercise.id, "done" if isinstance(outcome, Correct) else "tried")
    if _strict() and not isinstance(outcome, Correct):
        reason = "not attempted"
        if isinstance(outcome, NotYet):
            reason = f"not solved yet ({outcome.key}): {outcome.diagnosis}"
        raise NotSolved(f"Exercise {exercise.id} is {reason}", next_step="solve it, or unset COURSE_STRICT")


@tells_of_a_wrong_number
def hint(id: str) -> None:
    """Show the next hint of an exercise, titled by a symptom; after the last one they begin again."""
    exercise = find_exercise(id)
    given = _hints_given.get(exercise.id, 0) % len(exercise.hints)
    _hints_given[exercise.id] = given + 1
    symptom, text = exercise.hints[given]
    last = given + 1 == len(exercise.hints)
    after = f'That was the last hint. `ex.solution("{exercise.id}")` shows one way to do it.'
    show_card(
        "note",
        f"Exercise {exercise.id}, hint {given + 1} of {len(exercise.hints)}: {symptom}",
        f"{text}\n\n{after}" if last else text,
    )


@tells_of_a_wrong_number
def solution(id: str) -> None:
    """Show a solution of an exercise and the reason for it; nothing is noted."""
    exercise = find_exercise(id)
    heading = f"Exercise {exercise.id} · {exercise.title}: a solution"
    body = f"```python\n{exercise.solution.rstrip()}\n```\n\n**Why:** {exercise.why}"
    show(f"**{heading}**\n\n{body}", f"{heading}\n\n{exercise.solution.rstrip()}\n\nWhy: {exercise.why}")


def progress() -> None:
    """Draw which exercises are done, tried and open, lesson by lesson, from the record on this machine."""
    states = record.load().exercises
    every = lessons()
    done = sum(states.get(e.id) == "done" for lesson in every for e in lesson.exercises)
    total = sum(len(lesson.exercises) for lesson in every)
    title = f"Your progress: {done} of {total} exercises done"
    legend = "✓ done · ▲ tried · ○ open; (s) marks a stretch exercise."
    rows = [(f"{x.number:02d} {x.title}", _marks(x, states), _bar(x, states)) for x in every]
    width = max(len(name) for name, _, _ in rows)
    table = "\n".join(f"| {name} | {marks} | {bar} |" for name, marks, bar in rows)
    show(
        f"**{title}**\n\n| Lesson | Exercises | Done |\n|:--|:--|:--|\n{table}\n\n{legend}",
        "\n".join([title, *(f"{name:<{width}}  {bar}  {marks}" for name, marks, bar in rows), legend]),
    )


def _marks(lesson: Lesson, states: dict[str, record.State]) -> str:
    signs = {"done": "✓", "tried": "▲", None: "○"}
    weights = {"core": "", "stretch": " (s)"}
    return "  ".join(f"{signs[states.get(e.id)]} {e.id}{weights[e.weight]}" for e in lesson.exercises)


def _bar(lesson: Lesson, states: dict[str, record.State]) -> str:
    done = sum(states.get(e.id) == "done" for e in lesson.exercises)
    total = len(lesson.exercises)
    return "■" * done + "□" * (total - done) + f" {done} of {total}"


def _show_outcome(exercise: Exercise, outcome: Outcome) -> None:
    heading = f"Exercise {exercise.id} · {exercise.title}"
    match outcome:
        case Correct():
            show_card("correct", heading)
        case NotYet(diagnosis=diagnosis):
            show_card("not yet", heading, f'{diagnosis}\n\nStuck? `ex.hint("{exercise.id}")`')
        case NotAttempted():
            show_card(
                "not attempted",
                heading,
                f"Fill in the blank of `{exercise.name}`, end it with `return`, and run this cell again.",
            )


def _strict() -> bool:
    return os.environ.get("COURSE_STRICT") == "1"
