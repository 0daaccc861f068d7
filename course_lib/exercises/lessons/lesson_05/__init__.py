"""Lesson 05, Grounded answers: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_05.cache_threshold import CACHE
from course_lib.exercises.lessons.lesson_05.check_citations import CITATIONS
from course_lib.exercises.lessons.lesson_05.context_precision import PRECISION
from course_lib.exercises.lessons.lesson_05.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_05.within_budget import BUDGET
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(5, "Grounded answers", (BUDGET, CITATIONS, PRECISION, CACHE), PREDICTIONS, QUIZ)
