"""Lesson 02, Chunking: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_02.holds_evidence import HOLDS
from course_lib.exercises.lessons.lesson_02.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_02.split_table import TABLE
from course_lib.exercises.lessons.lesson_02.window_spans import WINDOWS
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(2, "Chunking", (WINDOWS, TABLE, HOLDS), PREDICTIONS, QUIZ)
