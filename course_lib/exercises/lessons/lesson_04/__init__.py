"""Lesson 04, Hybrid search: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_04.bm25_score import BM25
from course_lib.exercises.lessons.lesson_04.maxsim import MAXSIM
from course_lib.exercises.lessons.lesson_04.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_04.reciprocal_rank_fusion import FUSION
from course_lib.exercises.lessons.lesson_04.search_with_filter import FILTERED
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(4, "Hybrid search", (BM25, FUSION, MAXSIM, FILTERED), PREDICTIONS, QUIZ)
