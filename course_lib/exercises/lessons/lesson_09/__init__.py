"""Lesson 09, RAG, tuning or both: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_09.interaction import INTERACTION
from course_lib.exercises.lessons.lesson_09.paired_interval import INTERVAL
from course_lib.exercises.lessons.lesson_09.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_09.verdict import VERDICT
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(9, "RAG, tuning or both", (INTERVAL, VERDICT, INTERACTION), PREDICTIONS, QUIZ)
