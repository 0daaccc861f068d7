"""Lesson 08: what to predict, and the quiz."""


PREDICTIONS = ()

QUIZ = ()
