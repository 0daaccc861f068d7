"""Every test keeps its record in a folder of its own and begins with hints that nobody has asked for."""

import pytest

from course_lib.exercises import engine
from course_lib.exercises.catalogue import find_exercise


@pytest.fixture(autouse=True)
def fresh_learner(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    monkeypatch.setattr(engine, "_hints_given", {})


@pytest.fixture
def diagnosed():
    """A function that asserts that a wrong answer to an exercise gets the diagnosis of a mistake's key."""

    def check_diagnosis(id, answer, key):
        check = find_exercise(id).check
        outcome = check(answer)
        if key is None:  # a mistake that nobody listed: told in general terms, and never by a wrong name
            assert outcome.key in {"differs", "wrong-shape", "wrong-type"}
        else:
            assert outcome.key == key
            assert any(outcome.diagnosis.startswith(m.diagnosis) for m in check.mistakes if m.key == key)

    return check_diagnosis
