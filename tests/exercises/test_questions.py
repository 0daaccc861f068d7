"""Predictions that are kept as they were made, and quizzes whose answers stay folded away."""

import pytest

from course_lib import exercises as ex
from course_lib.exercises.catalogue import find_prediction, find_quiz

LESSONS_WITH_QUIZ = ("0", "1", "2", "3", "4", "5", "7", "9")


def said(capsys):
    return capsys.readouterr().out


def test_a_prediction_is_kept_and_shown_beside_the_result(capsys):
    ex.predict("1.p1", "about half")
    assert "You commit to *about half*" in said(capsys)
    ex.reveal("1.p1", measured="0.87 [0.83, 0.91]")
    out = said(capsys)
    assert "You predicted: *about half*" in out
    assert "Measured here: **0.87 [0.83, 0.91]**" in out
    assert find_prediction("1.p1").explanation in out


def test_a_prediction_may_change_until_the_result_is_shown(capsys):
    ex.predict("1.p1", "half")
    ex.predict("1.p1", 0.7)
    ex.predict("1.p1")
    assert "You committed to *0.7*" in said(capsys)
    ex.reveal("1.p1")
    ex.predict("1.p1", "0.87, of course")
    assert "You had committed to *0.7*" in said(capsys)
    ex.reveal("1.p1")
    assert "You predicted: *0.7*" in said(capsys)


@pytest.mark.parametrize("nothing", [None, ..., "", "  "])
def test_to_predict_nothing_is_fine(nothing, capsys):
    ex.predict("1.p1", nothing)
    assert "Nothing is committed" in said(capsys)
    ex.reveal("1.p1", measured=0)
    out = said(capsys)
    assert "You made no prediction" in out
    assert "Measured here: **0**" in out
    ex.predict("1.p1", "a late one")  # nothing was committed, so nothing is locked
    assert "You commit to *a late one*" in said(capsys)


@pytest.mark.parametrize("call", [ex.predict, ex.reveal, ex.quiz])
@pytest.mark.parametrize("id", ["1.p99", "1.1", "x", None])
def test_a_wrong_number_is_told_and_does_not_raise(call, id, capsys):
    call(id)
    assert "There are:" in said(capsys)


@pytest.mark.parametrize("number", LESSONS_WITH_QUIZ)
def test_a_quiz_can_be_answered(number):
    questions = find_quiz(number)
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert 3 <= len(question.options) <= 5
        assert question.answer in "ABCDE"[: len(question.options)]
        assert len(set(question.options)) == len(question.options)
        assert len(question.why.split()) >= 10
    assert len({question.answer for question in questions}) >= 2  # nobody passes by one letter alone


@pytest.mark.parametrize("number", LESSONS_WITH_QUIZ)
def test_each_lesson_asks_for_a_prediction(number):
    assert find_prediction(f"{number}.p1").question.endswith("?")


def test_in_plain_text_the_answers_come_after_all_questions(capsys):
    ex.quiz("1")
    questions, answers = said(capsys).split("Answers, for when you have chosen:")
    for i, question in enumerate(find_quiz(1), start=1):
        assert f"{i}. {question.text}" in questions
        assert question.why not in questions
        assert f"{i}. {question.answer}. {question.why}" in answers
