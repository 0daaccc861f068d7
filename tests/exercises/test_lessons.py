"""Every exercise of every lesson: its blank, its solution, its mistakes by the programs that state them."""

import pytest

from course_lib.exercises import calling
from course_lib.exercises.catalogue import lessons
from course_lib.exercises.outcomes import Correct, NotAttempted

EXERCISES = [exercise for lesson in lessons() for exercise in lesson.exercises]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
WRONG = [(e, mistake) for e in EXERCISES for mistake in e.check.mistakes if mistake.wrong is not None]


def run_cell(code, name):
    cell = {}
    exec(code, cell)
    return cell[name]


def test_the_lessons_with_exercises_are_these():
    # Exercises of other lessons join when they are written; these must not get lost.
    assert {"0.1", "0.2", "0.3", "1.1", "1.2", "1.3", "1.4", "3.1", "3.2", "3.3"} <= {e.id for e in EXERCISES}
    assert {"2.1", "2.2", "2.3", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3"} <= {e.id for e in EXERCISES}
    assert {"6.1", "6.2", "6.3", "6.4", "7.1", "7.2", "7.3", "7.4", "7.5"} <= {e.id for e in EXERCISES}
    assert {"8.1", "8.2", "8.3", "8.4"} <= {e.id for e in EXERCISES}
    assert {"9.1", "9.2", "9.3"} <= {e.id for e in EXERCISES}


def test_the_numbers_run_through():
    for lesson in lessons():
        assert [e.id for e in lesson.exercises] == [
            f"{lesson.number}.{i}" for i in range(1, len(lesson.exercises) + 1)
        ]
        assert 2 <= len(lesson.exercises) <= 5


@every_exercise
def test_the_starter_is_not_attempted(exercise):
    assert exercise.starter.rstrip().endswith("...")
    blank = run_cell(exercise.starter, exercise.name)
    assert exercise.check(blank) == NotAttempted()
    assert blank.__doc__


@every_exercise
def test_the_solution_is_correct(exercise):
    assert exercise.check(run_cell(exercise.solution, exercise.name)) == Correct()


@every_exercise
def test_it_has_what_a_learner_needs(exercise):
    assert exercise.weight in {"core", "stretch"}
    assert 1 <= exercise.minutes <= 30
    assert 2 <= len(exercise.hints) <= 4
    assert all(symptom and hint for symptom, hint in exercise.hints)
    assert len(exercise.why.split()) >= 20
    assert len({mistake.key for mistake in exercise.check.mistakes}) >= 5


@pytest.mark.parametrize(("exercise", "mistake"), WRONG, ids=[f"{e.id}-{m.key}" for e, m in WRONG])
def test_each_wrong_program_gets_its_own_diagnosis(exercise, mistake):
    outcome = exercise.check(mistake.wrong)
    assert outcome.key == mistake.key
    assert outcome.diagnosis.startswith(mistake.diagnosis)


@every_exercise
def test_a_loop_without_end_is_told(exercise, monkeypatch):
    monkeypatch.setattr(calling, "TIME_LIMIT", 0.1)

    def endless(*args):
        while True:
            pass

    assert exercise.check(endless).key == "never-ends"


@every_exercise
def test_an_answer_that_spoils_its_inputs_harms_nobody(exercise):
    solution = run_cell(exercise.solution, exercise.name)

    def spoils(*args):
        result = solution(*args)
        for value in args:
            if hasattr(value, "fill"):
                value.fill(0)
            elif isinstance(value, list | dict | set):
                value.clear()
        return result

    exercise.check(spoils)
    assert exercise.check(solution) == Correct()
