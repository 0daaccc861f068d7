"""Lesson 00, Start here: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_00.accuracy_with_interval import INTERVAL
from course_lib.exercises.lessons.lesson_00.few_shot_messages import FEW_SHOT
from course_lib.exercises.lessons.lesson_00.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_00.value_in_reply import VALUE
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(0, "Start here", (FEW_SHOT, VALUE, INTERVAL), PREDICTIONS, QUIZ)
