"""Finding an exercise, a prediction or a quiz by its number; a lesson's folder is imported when needed."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path

from course_lib.exercises.outcomes import Exercise, Lesson, Prediction, QuizQuestion, UnknownId


def lessons() -> tuple[Lesson, ...]:
    """Every lesson that has exercises, in order."""
    return tuple(map(_lesson, _numbers()))


def find_exercise(id: str | float) -> Exercise:
    """The exercise "1.2"; raises UnknownId, which names those that there are."""
    return _find(id, "exercise", lambda lesson: lesson.exercises)


def find_prediction(id: str) -> Prediction:
    """The prediction "1.p1"; raises UnknownId, which names those that there are."""
    return _find(id, "prediction", lambda lesson: lesson.predictions)


def find_quiz(number: str | int) -> tuple[QuizQuestion, ...]:
    """The quiz of a lesson, "1" or "01"; raises UnknownId."""
    known = _numbers()
    if not str(number).isdecimal() or int(number) not in known:
        raise UnknownId(f"There is no quiz {number!r}.", allowed=", ".join(map(str, known)))
    return _lesson(int(number)).quiz


def _find(id: str | float, what: str, items: Callable[[Lesson], tuple]):
    match = re.fullmatch(r"(\d+)\.(p?\d+)", str(id))
    if match is None:
        example = '"1.2"' if what == "exercise" else '"1.p1"'
        raise UnknownId(
            f"{id!r} is no number of an exercise or a prediction.",
            allowed=f"the lesson's number, a dot, and its own, such as {example}",
        )
    number = int(match[1])
    for item in items(_lesson(number)) if number in _numbers() else ():
        if item.id == f"{number}.{match[2]}":
            return item
    known = ", ".join(item.id for lesson in lessons() for item in items(lesson))
    raise UnknownId(f"There is no {what} {str(id)!r}.", allowed=known)


def _numbers() -> list[int]:
    folders = Path(__file__).parent.glob("lessons/lesson_[0-9][0-9]/__init__.py")
    return sorted(int(path.parent.name[-2:]) for path in folders)


def _lesson(number: int) -> Lesson:
    return importlib.import_module(f"course_lib.exercises.lessons.lesson_{number:02d}").LESSON
