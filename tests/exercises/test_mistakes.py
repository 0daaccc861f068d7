"""Wrong answers as learners write them, lesson by lesson in mistakes/, each with its diagnosis.

The programs in the exercises' own lists are tested in test_lessons.py. Here stand other ways to the same
mistakes, every mistake that is known by a sign, and right answers in other words.
"""

import runpy
from pathlib import Path

import pytest

from course_lib.exercises.catalogue import find_exercise, lessons
from course_lib.exercises.outcomes import Correct

FILES = sorted((Path(__file__).parent / "mistakes").glob("lesson_*.py"))
LESSONS = [runpy.run_path(str(path)) for path in FILES]
WRITTEN = [row for lesson in LESSONS for row in lesson["WRITTEN"]]
RIGHT = [row for lesson in LESSONS for row in lesson.get("RIGHT", ())]


@pytest.mark.parametrize(("id", "answer", "key"), WRITTEN)
def test_a_wrong_answer_gets_its_own_diagnosis(id, answer, key):
    check = find_exercise(id).check
    outcome = check(answer)
    if key is None:  # a mistake that nobody listed: told in general terms, and never by a wrong name
        assert outcome.key in {"differs", "wrong-shape", "wrong-type"}
    else:
        assert outcome.key == key
        assert any(outcome.diagnosis.startswith(m.diagnosis) for m in check.mistakes if m.key == key)


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_a_right_answer_in_other_words_is_correct(id, answer):
    assert find_exercise(id).check(answer) == Correct()


def test_every_sign_has_been_seen():
    every = [(e.id, m) for lesson in lessons() for e in lesson.exercises for m in e.check.mistakes]
    signs = {(id, mistake.key) for id, mistake in every if mistake.wrong is None}
    assert signs <= {(id, key) for id, _, key in WRITTEN}
