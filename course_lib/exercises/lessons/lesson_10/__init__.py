"""Lesson 10, Evaluate like you ship: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_10.bertscore_f1 import BERTSCORE
from course_lib.exercises.lessons.lesson_10.cohens_kappa import KAPPA
from course_lib.exercises.lessons.lesson_10.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_10.rectified_rate import RECTIFIED
from course_lib.exercises.lessons.lesson_10.sample_size import SAMPLE_SIZE
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(
    10, "Evaluate like you ship", (BERTSCORE, KAPPA, RECTIFIED, SAMPLE_SIZE), PREDICTIONS, QUIZ
)
