"""Lesson 06, LoRA by hand: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_06.effective_rank import RANK
from course_lib.exercises.lessons.lesson_06.lora_forward import FORWARD
from course_lib.exercises.lessons.lesson_06.lora_parameters import PARAMETERS
from course_lib.exercises.lessons.lesson_06.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_06.switch_adapter import SWITCH
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(6, "LoRA by hand", (FORWARD, SWITCH, PARAMETERS, RANK), PREDICTIONS, QUIZ)
