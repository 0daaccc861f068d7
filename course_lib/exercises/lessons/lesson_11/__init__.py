"""Lesson 11, decide: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_11.break_even import BREAK_EVEN
from course_lib.exercises.lessons.lesson_11.cost_per_thousand import COST
from course_lib.exercises.lessons.lesson_11.flip_weight import FLIP
from course_lib.exercises.lessons.lesson_11.most_moving_first import MOVING
from course_lib.exercises.lessons.lesson_11.questions import PREDICTIONS, QUIZ
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(11, "Decide", (COST, BREAK_EVEN, MOVING, FLIP), PREDICTIONS, QUIZ)
