"""Exercises that check themselves: `from course_lib import exercises as ex`, then `ex.check("1.2", top_k)`.

The exercises of a lesson stand in lessons/lesson_NN/, with its predictions and its quiz.
"""

from course_lib.exercises.engine import check, evaluate, hint, progress, solution
from course_lib.exercises.questions import predict, quiz, reveal

__all__ = ["check", "evaluate", "hint", "predict", "progress", "quiz", "reveal", "solution"]
