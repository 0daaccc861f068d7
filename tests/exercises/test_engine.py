"""What a learner sees of an exercise: the outcome, the hints, the solution, the progress."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import exercises as ex
from course_lib.exercises.catalogue import find_exercise, lessons
from course_lib.exercises.engine import evaluate
from course_lib.exercises.outcomes import Correct, NotSolved, NotYet, UnknownId


def dot_product(query, rows):
    return rows @ query


def solved(id):
    """The function that an exercise's solution defines."""
    cell = {}
    exercise = find_exercise(id)
    exec(exercise.solution, cell)
    return cell[exercise.name]


def in_a_new_process(code, encoding="utf-8"):
    """What a program prints in a Python of its own, with the same record."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding=encoding,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    return ran.stdout


def test_the_three_outcomes_say_so_in_words(capsys):
    ex.check("1.1", solved("1.1"))
    assert "✓ Correct · Exercise 1.1 · Cosine similarity" in capsys.readouterr().out
    ex.check("1.1", dot_product)
    out = capsys.readouterr().out
    assert "▲ Not yet · Exercise 1.1" in out
    assert "These are dot products" in out
    assert 'ex.hint("1.1")' in out
    for blank in (None, ..., lambda query, rows: None):
        ex.check("1.1", blank)
        out = capsys.readouterr().out
        assert "○ Not attempted · Exercise 1.1" in out
        assert "Fill in the blank of `cosine_similarity`" in out


def test_without_an_answer_it_is_not_attempted(capsys):
    ex.check("1.1")
    assert "○ Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [0, "text", [1], {"a": 1}, object(), print, len, int, lambda: 1])
def test_no_answer_makes_it_raise(answer):
    for lesson in lessons():
        for exercise in lesson.exercises:
            ex.check(exercise.id, answer)
            assert isinstance(evaluate(exercise.id, answer), NotYet)


def test_an_answer_that_defends_itself_ends_no_lesson():
    class Hostile:
        def __call__(self, *args):
            return self

        def __eq__(self, other):
            raise RuntimeError("do not compare me")

        def __repr__(self):
            raise RuntimeError("do not show me")

        __hash__ = None

    ex.check("1.1", Hostile())
    # Up to Python 3.12 inspect compares an answer to read its signature; from 3.13 on it does not.
    assert evaluate("1.1", Hostile()).key == ("unreadable" if sys.version_info < (3, 13) else "wrong-type")


def test_strict_mode_takes_nothing_but_correct(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_STRICT", "1")
    ex.check("1.1", solved("1.1"))
    with pytest.raises(NotSolved, match="not attempted"):
        ex.check("1.1", ...)
    with pytest.raises(NotSolved, match=r"not solved yet \(not-normalised\)"):
        ex.check("1.1", dot_product)
    with pytest.raises(UnknownId):
        ex.check("1.99", dot_product)
    assert "▲ Not yet" in capsys.readouterr().out  # it is shown all the same


@pytest.mark.parametrize("value", ["", "0"])
def test_strict_mode_is_off_otherwise(monkeypatch, value):
    monkeypatch.setenv("COURSE_STRICT", value)
    ex.check("1.1", ...)


@pytest.mark.parametrize("id", ["1.99", "77.1", "one", "1.p1", None, ""])
def test_a_wrong_number_is_told_and_does_not_raise(id, capsys):
    for call in (ex.check, ex.hint, ex.solution):
        call(id)
        out = capsys.readouterr().out
        assert "no exercise" in out or "no number" in out
        assert "1.2" in out


def test_an_id_may_be_written_as_a_number():
    assert find_exercise(1.2) is find_exercise("1.2") is find_exercise("01.2")


def test_hints_come_one_by_one_each_with_its_symptom_and_begin_again(capsys):
    hints = find_exercise("1.1").hints
    for i, (symptom, text) in enumerate([*hints, hints[0]]):
        ex.hint("1.1")
        out = capsys.readouterr().out
        assert out.startswith(f"Exercise 1.1, hint {i % len(hints) + 1} of {len(hints)}: {symptom}\n{text}")
        assert ("last hint" in out) == (i == len(hints) - 1)
    ex.hint("1.2")
    assert "hint 1 of" in capsys.readouterr().out  # each exercise counts its own


def test_the_solution_comes_with_its_reason(capsys):
    ex.solution("1.2")
    out = capsys.readouterr().out
    assert find_exercise("1.2").solution.rstrip() in out
    assert f"Why: {find_exercise('1.2').why}" in out


def test_progress_shows_done_tried_and_open(capsys):
    ex.check("1.1", solved("1.1"))
    ex.check("1.2", lambda scores, k: scores)
    ex.check("1.3", ...)
    capsys.readouterr()
    ex.progress()
    out = capsys.readouterr().out
    assert "✓ 1.1  ▲ 1.2  ○ 1.3  ○ 1.4 (s)" in out
    assert "■□□□ 1 of 4" in out
    total = sum(len(lesson.exercises) for lesson in lessons())
    assert f"1 of {total} exercises done" in out


def test_what_is_done_stays_done(capsys):
    ex.check("1.1", solved("1.1"))
    ex.check("1.1", dot_product)
    ex.check("1.1", ...)
    capsys.readouterr()
    ex.progress()
    assert "✓ 1.1" in capsys.readouterr().out


def test_progress_survives_a_restart(tmp_path):
    ex.check("1.1", solved("1.1"))
    kept = json.loads((tmp_path / "cache" / "progress.json").read_text(encoding="utf-8"))
    assert kept == {"exercises": {"1.1": "done"}, "predictions": {}}
    assert "✓ 1.1" in in_a_new_process("from course_lib import exercises as ex; ex.progress()")


def test_a_console_without_the_signs_still_gets_the_words():
    said = in_a_new_process("from course_lib import exercises as ex; ex.check('1.1')", "ascii")
    assert "? Not attempted" in said


def test_importing_the_exercises_loads_no_heavy_library():
    heavy = "{'torch', 'transformers', 'faiss', 'pandas', 'matplotlib', 'sentence_transformers', 'IPython'}"
    code = f"import sys; from course_lib import exercises; print({heavy} & set(sys.modules))"
    assert in_a_new_process(code).strip() == "set()"


def test_evaluate_shows_and_stores_nothing(tmp_path, capsys):
    assert evaluate("1.1", solved("1.1")) == Correct()
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "cache" / "progress.json").exists()
