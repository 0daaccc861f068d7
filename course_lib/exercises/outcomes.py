"""What an exercise is, and the three things that a check can say about an answer to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from course_lib.errors import CourseError


class UnknownId(CourseError):
    """No lesson has an exercise, a prediction or a quiz of this number."""


class NotSolved(CourseError):
    """An exercise is not solved, in a run that allows nothing else (COURSE_STRICT=1)."""


@dataclass(frozen=True)
class Correct:
    """The answer is right."""


@dataclass(frozen=True)
class NotYet:
    """The answer is not right yet: a diagnosis in Markdown, and the key by which tests know the mistake."""

    diagnosis: str
    key: str = "differs"


@dataclass(frozen=True)
class NotAttempted:
    """Nothing was filled in yet."""


Outcome = Correct | NotYet | NotAttempted


@dataclass(frozen=True)
class Exercise:
    """One exercise: what a learner is given, how the answer is judged, and what helps.

    `name` is the function that a learner writes, `starter` the cell with its blank, `hints` pairs of symptom
    and hint, `solution` a cell that runs by itself, `why` its reason in Markdown; `check` judges an answer.
    """

    id: str
    title: str
    weight: Literal["core", "stretch"]
    minutes: int
    name: str
    starter: str
    check: Callable[[Any], Outcome]
    hints: tuple[tuple[str, str], ...]
    solution: str
    why: str


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before running: its id ("1.p1"), its text, and what explains the result."""

    id: str
    question: str
    explanation: str


@dataclass(frozen=True)
class QuizQuestion:
    """A multiple-choice question; `answer` is the letter of the right option ("A" is the first)."""

    text: str
    options: tuple[str, ...]
    answer: str
    why: str


@dataclass(frozen=True)
class Lesson:
    """A lesson's number, its title, its exercises in order, its predictions and its quiz."""

    number: int
    title: str
    exercises: tuple[Exercise, ...]
    predictions: tuple[Prediction, ...]
    quiz: tuple[QuizQuestion, ...]
