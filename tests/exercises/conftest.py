"""Every test keeps its record in a folder of its own and begins with hints that nobody has asked for."""

import pytest

from course_lib.exercises import engine


@pytest.fixture(autouse=True)
def fresh_learner(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    monkeypatch.setattr(engine, "_hints_given", {})
