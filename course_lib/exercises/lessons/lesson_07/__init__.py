"""Lesson 07, Four bits and a fine-tune: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_07.bits_per_weight import BITS
from course_lib.exercises.lessons.lesson_07.complies import COMPLIES
from course_lib.exercises.lessons.lesson_07.loss_labels import LABELS
from course_lib.exercises.lessons.lesson_07.quantise import QUANTISE
from course_lib.exercises.lessons.lesson_07.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_07.training_bytes import TRAINING_BYTES
from course_lib.exercises.outcomes import Lesson

EXERCISES = (QUANTISE, BITS, TRAINING_BYTES, LABELS, COMPLIES)
LESSON = Lesson(7, "Four bits and a fine-tune", EXERCISES, PREDICTIONS, QUIZ)
