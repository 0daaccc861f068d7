"""Finding an exercise, a prediction or a quiz by its number; a lesson's files are imported when needed."""

import importlib
import re
from collections.abc import Iterable
from pathlib import Path

from course_lib.exercises.outcomes import Exercise, Lesson, Prediction, QuizQuestion, UnknownId


def lessons() -> tuple[Lesson, ...]:
    """Every lesson that has exercises, in order."""
    return tuple(_module("lesson", number).LESSON for number in _numbers("lesson"))


def find_exercise(id: str | float) -> Exercise:
    """The exercise "1.2"; raises UnknownId, which names those that there are."""
    number, _ = _parts(id, "exercise")
    every = _module("lesson", number).LESSON.exercises if number in _numbers("lesson") else ()
    return _find(id, every, "exercise", (e.id for lesson in lessons() for e in lesson.exercises))


def find_prediction(id: str) -> Prediction:
    """The prediction "1.p1"; raises UnknownId, which names those that there are."""
    number, _ = _parts(id, "prediction")
    every = _module("questions", number).PREDICTIONS if number in _numbers("questions") else ()
    known = (p.id for n in _numbers("questions") for p in _module("questions", n).PREDICTIONS)
    return _find(id, every, "prediction", known)


def find_quiz(number: str | int) -> tuple[QuizQuestion, ...]:
    """The quiz of a lesson, "1" or "01"; raises UnknownId."""
    known = _numbers("questions")
    if not str(number).isdecimal() or int(number) not in known:
        raise UnknownId(f"There is no quiz {number!r}.", allowed=", ".join(map(str, known)))
    return _module("questions", int(number)).QUIZ


def _parts(id: str | float, what: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d+)\.(p?\d+)", str(id))
    if match is None:
        example = '"1.2"' if what == "exercise" else '"1.p1"'
        raise UnknownId(
            f"{id!r} is no number of an exercise or a prediction.",
            allowed=f"the lesson's number, a dot, and its own, such as {example}",
        )
    return int(match[1]), match[2]


def _find(id: str | float, every: Iterable, what: str, known: Iterable[str]):
    number, rest = _parts(id, what)
    for item in every:
        if item.id == f"{number}.{rest}":
            return item
    raise UnknownId(f"There is no {what} {str(id)!r}.", allowed=", ".join(known))


def _numbers(kind: str) -> list[int]:
    return sorted(int(path.stem[-2:]) for path in Path(__file__).parent.glob(f"{kind}_[0-9][0-9].py"))


def _module(kind: str, number: int):
    return importlib.import_module(f"course_lib.exercises.{kind}_{number:02d}")
