"""Lesson 04, Hybrid search: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_04.bm25_score import BM25, FUSION
from course_lib.exercises.lessons.lesson_04.maxsim import FILTERED, MAXSIM
from course_lib.exercises.lessons.lesson_04.questions import PREDICTIONS, QUIZ
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(4, "Hybrid search", (BM25, FUSION, MAXSIM, FILTERED), PREDICTIONS, QUIZ)
