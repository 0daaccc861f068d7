"""What to do on Monday: questions, what each answer speaks for and why, and when the advice would flip.

criteria.py holds the questions, advice.py weighs the answers, telling.py says it in words. Lesson 11.
"""

from course_lib.decision.advice import WEIGHTS, Advice, Flip, Reason, recommend
from course_lib.decision.criteria import CRITERIA, Answers, Criterion, Option, Reading
from course_lib.decision.telling import monday, told

__all__ = [
    "CRITERIA",
    "WEIGHTS",
    "Advice",
    "Answers",
    "Criterion",
    "Flip",
    "Option",
    "Reading",
    "Reason",
    "monday",
    "recommend",
    "told",
]
