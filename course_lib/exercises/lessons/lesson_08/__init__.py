"""Lesson 08, what training breaks: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_08.canary_exposure import CANARY
from course_lib.exercises.lessons.lesson_08.frontier import FRONTIER
from course_lib.exercises.lessons.lesson_08.kl_divergence import KL
from course_lib.exercises.lessons.lesson_08.mixed import MIXED
from course_lib.exercises.lessons.lesson_08.questions import PREDICTIONS, QUIZ
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(8, "What training breaks", (KL, FRONTIER, MIXED, CANARY), PREDICTIONS, QUIZ)
