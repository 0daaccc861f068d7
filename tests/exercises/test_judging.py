"""The small language of checks, on an exercise so simple that only the language can be at fault."""

import numpy as np
import pytest

from course_lib.exercises import calling
from course_lib.exercises.judging import Judge, exercise, like, misses, when
from course_lib.exercises.outcomes import Correct, NotAttempted


def double_all(numbers, factor=2):
    """Each of the numbers times the factor."""
    return [number * factor for number in numbers]


JUDGE = Judge(
    double_all,
    cases=(([1, 2],), ([3.0, -1.0],), ([],), ([1, 5], 3)),
    mistakes=(
        like(lambda numbers, factor=2: [n + factor for n in numbers], "adds", "You add."),
        like(lambda numbers, factor=2: [n * 2 for n in numbers], "ignores-factor", "You always double."),
        when(lambda run: isinstance(run.returned, str), "text", "Text."),
        misses(([],), "empty", "It fails without numbers."),
    ),
)


def key(answer):
    return JUDGE(answer).key


@pytest.mark.parametrize("answer", [None, ..., (..., ...), lambda numbers, factor=2: None])
def test_blank(answer):
    assert JUDGE(answer) == NotAttempted()


def test_blank_functions_in_every_form():
    def raises(numbers, factor=2):
        raise NotImplementedError

    def blank_in_the_middle(numbers, factor=2):
        result = ...
        return result + [factor]

    def blank_iterated(numbers, factor=2):
        return sum(n for n in ...)

    def blank_method(numbers, factor=2):
        total = ...
        return total.tolist()

    def blank_in_numpy(numbers, factor=2):
        return np.sqrt(...)

    for answer in (raises, blank_in_the_middle, blank_iterated, blank_method, blank_in_numpy):
        assert JUDGE(answer) == NotAttempted(), answer.__name__


def test_right_answers_in_other_containers():
    assert JUDGE(double_all) == Correct()
    assert JUDGE(lambda n, factor=2: np.array(n) * factor) == Correct()
    assert JUDGE(lambda *args: tuple(double_all(*args))) == Correct()


def test_a_wrong_program_is_recognised_in_other_words():
    assert key(lambda numbers, factor=2: np.asarray(numbers) + factor) == "adds"
    assert key(lambda numbers, factor=2: [n + n for n in numbers]) == "ignores-factor"


def test_a_sign_and_a_missed_case():
    assert key(lambda numbers, factor=2: "2 4") == "text"
    assert key(lambda numbers, factor=2: double_all(numbers, factor) or 0) == "empty"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ([2, 4], "not-a-function"),
        (lambda: [2, 4], "wrong-arguments"),
        (lambda numbers, factor=2: [n / 0 for n in numbers], "raises"),
        (lambda numbers, factor=2: double_all(numbers) if numbers != [1, 2] else None, "returns-nothing"),
        (lambda numbers, factor=2: [..., *double_all(numbers)], "left-blank"),
        (lambda numbers, factor=2: (n for n in numbers), "generator"),
        (lambda numbers, factor=2: print(numbers), "printed-not-returned"),
        (lambda numbers, factor=2: 7, "wrong-type"),
        (lambda numbers, factor=2: [0, *double_all(numbers)], "wrong-shape"),
        (lambda numbers, factor=2: [n * float("nan") for n in numbers], "not-finite"),
        (lambda numbers, factor=2: [n * 7 for n in numbers], "differs"),
    ],
)
def test_general_diagnoses(answer, expected):
    assert key(answer) == expected


def test_an_input_changed_in_place_is_found_though_the_result_is_right():
    def in_place(numbers, factor=2):
        for i in range(len(numbers)):
            numbers[i] *= factor
        return numbers

    assert key(in_place) == "changes-input"
    assert JUDGE(double_all) == Correct()  # the next answer meets the cases unharmed


def test_a_loop_without_end(monkeypatch):
    monkeypatch.setattr(calling, "TIME_LIMIT", 0.2)

    def endless(numbers, factor=2):
        while True:
            pass

    assert key(endless) == "never-ends"


def test_a_diagnosis_shows_the_case_the_error_its_line_and_what_was_printed():
    def stumbles(numbers, factor=2):
        print("numbers are", numbers)
        return numbers[5]

    text = JUDGE(stumbles).diagnosis
    for part in ("double_all([1, 2])", "IndexError", "return numbers[5]", "`[2, 4]`", "numbers are [1, 2]"):
        assert part in text


def test_the_best_explanation_wins_over_the_first():
    # Where the factor is 2 both wrong programs fail alike; only the second is right in the last case.
    judge = Judge(
        double_all,
        cases=(([1],), ([4], 3)),
        mistakes=(
            like(lambda numbers, factor=2: [0 for _ in numbers], "always-0", "Always 0."),
            like(lambda numbers, factor=2: [n * (factor % 2) * factor for n in numbers], "two", "Two."),
        ),
    )
    assert judge(lambda numbers, factor=2: [n * factor * (factor != 2) for n in numbers]).key == "two"


def test_an_exercise_is_stated_by_its_solution():
    parts = {"cases": JUDGE.cases, "mistakes": (), "hints": (), "why": "", "imports": "import math"}
    stated = exercise("9.9", "Doubling", double_all, **parts)
    head = 'import math\n\n\ndef double_all(numbers, factor=2):\n'
    head += '    """Each of the numbers times the factor."""\n'
    assert stated.name == "double_all"
    assert stated.starter == f"{head}    ...\n"
    assert stated.solution == f"{head}    return [number * factor for number in numbers]\n"
