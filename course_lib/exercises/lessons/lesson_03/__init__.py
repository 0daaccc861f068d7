"""Lesson 03, FAISS: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_03.index_bytes import BYTES
from course_lib.exercises.lessons.lesson_03.probe import PROBE
from course_lib.exercises.lessons.lesson_03.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_03.recall_at_10 import RECALL_AT_10
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(3, "FAISS", (RECALL_AT_10, PROBE, BYTES), PREDICTIONS, QUIZ)
