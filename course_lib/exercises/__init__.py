"""Exercises that check themselves: `from course_lib import exercises as ex`, then `ex.check("1.2", top_k)`.

Each lesson's exercises stand in lesson_NN.py, its predictions and quiz in questions_NN.py.
"""

from course_lib.exercises.engine import check, evaluate, hint, progress, solution
from course_lib.exercises.questions import predict, quiz, reveal

__all__ = ["check", "evaluate", "hint", "predict", "progress", "quiz", "reveal", "solution"]
