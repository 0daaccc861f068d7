"""Lesson 01, Cosine by hand: its exercises in order, its predictions and its quiz."""

from course_lib.exercises.lessons.lesson_01.cosine_similarity import COSINE
from course_lib.exercises.lessons.lesson_01.ndcg_at_k import NDCG
from course_lib.exercises.lessons.lesson_01.questions import PREDICTIONS, QUIZ
from course_lib.exercises.lessons.lesson_01.recall_and_reciprocal_rank import RECALL
from course_lib.exercises.lessons.lesson_01.top_k import TOP_K
from course_lib.exercises.outcomes import Lesson

LESSON = Lesson(1, "Cosine by hand", (COSINE, TOP_K, RECALL, NDCG), PREDICTIONS, QUIZ)
