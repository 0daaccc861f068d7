"""A learner's function may do anything, and the lesson goes on."""

import sys
import threading
import time

import numpy as np
import pytest

from course_lib.exercises.calling import KEPT_PRINT, TookTooLong, call, faulty_line


def endless():
    while True:
        pass


def endless_and_deaf():
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


def endless_print():
    while True:
        print("round and round")


@pytest.mark.parametrize("function", [endless, endless_and_deaf, endless_print])
def test_a_loop_that_never_ends_is_ended(function):
    before = threading.active_count()
    result = call(function, (), time_limit=0.2)
    assert isinstance(result.error, TookTooLong)
    assert threading.active_count() == before


def test_a_function_that_cannot_be_stopped_is_left_behind():
    start = time.perf_counter()
    result = call(lambda: time.sleep(3), (), time_limit=0.1)  # one call into C, deaf to exceptions
    assert isinstance(result.error, TookTooLong)
    assert time.perf_counter() - start < 2.5


def test_it_works_on_copies_and_tells_which_argument_it_changed():
    scores, names = np.array([3.0, 1.0]), ["a"]

    def sorts_in_place(names, scores):
        scores.sort()
        return scores

    result = call(sorts_in_place, (names, scores))
    assert result.returned.tolist() == [1.0, 3.0]
    assert scores.tolist() == [3.0, 1.0]
    assert result.changed == 1
    assert call(lambda names, scores: scores, (names, scores)).changed is None


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, RecursionError])
def test_whatever_it_raises_is_handed_back(error):
    def raises():
        raise error("so be it")

    assert isinstance(call(raises, ()).error, error)


def test_deep_recursion_is_an_error_and_no_crash():
    def down(n):
        return down(n + 1)

    assert isinstance(call(down, (0,)).error, RecursionError)


def test_what_it_prints_is_kept_and_cut(capsys):
    result = call(lambda: print("x" * 10_000), ())
    assert result.printed == "x" * KEPT_PRINT
    assert capsys.readouterr().out == ""
    assert sys.stdout.write("") == 0  # the cell's own output is back in place


def test_numpy_warnings_stay_out_of_the_lesson(recwarn):
    call(lambda x: x / 0, (np.ones(2),))
    assert not recwarn.list


def test_the_faulty_line_is_the_learners_own():
    def picks(scores):
        return np.take(scores, 99)

    assert faulty_line(call(picks, (np.ones(2),)).error, picks) == "return np.take(scores, 99)"
