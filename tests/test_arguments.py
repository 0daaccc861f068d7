"""The rules for what callers hand in: the right kinds come back as Python's own, all others are named."""

from datetime import date, datetime
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from course_lib import arguments
from course_lib.errors import CourseError, RetrievalError

fast = settings(max_examples=100, deadline=None, derandomize=True, database=None)
anything = (
    some.none() | some.booleans() | some.floats() | some.text() | some.binary() | some.lists(some.integers())
)


@fast
@given(some.integers(-(2**31), 2**31 - 1), some.sampled_from([int, np.int32, np.int64, np.array]))
def test_whole_numbers_of_any_kind_are_taken(value, kind):
    found = arguments.whole_number(kind(value), "k", least=None)
    assert found == value and type(found) is int


@fast
@given(anything)
def test_anything_else_is_no_whole_number(value):
    with pytest.raises(RetrievalError, match="k = .* is no whole number") as caught:
        arguments.whole_number(value, "k", error=RetrievalError)
    assert caught.value.allowed == "1 or more"


@fast
@given(anything | some.sets(some.integers()) | some.dictionaries(some.text(), some.integers()))
def test_a_list_of_texts_or_an_error(value):
    try:
        found = arguments.words(value, "domains")
    except CourseError as error:
        assert error.problem and error.allowed
    else:
        assert all(isinstance(each, str) for each in found)


def test_the_range_and_its_reason_are_named():
    for value, said in [(0, "0"), (11, "11"), (np.uint8(11), "11"), (10**5000, "a int that cannot be shown")]:
        with pytest.raises(CourseError, match=f"k = {said} is out of range") as caught:
            arguments.whole_number(value, "k", most=10, why="the number of vectors", next_step="add more")
        assert (caught.value.allowed, caught.value.next_step) == (
            "1 to 10, the number of vectors",
            "add more",
        )


@pytest.mark.parametrize("value", [3, 0.5, np.float32(0.5), np.int64(2), Fraction(1, 2)])
def test_numbers_of_any_kind_are_taken(value):
    found = arguments.finite_number(value, "rate", above=0)
    assert found == value and type(found) in (int, float)


@pytest.mark.parametrize(
    "value", ["1e-4", None, True, float("nan"), float("-inf"), 0, -1, 3.5, 1j, [1.0], 10**400]
)
def test_what_is_no_number_in_the_range_is_named(value):
    with pytest.raises(CourseError, match="rate = ") as caught:
        arguments.finite_number(value, "rate", above=0, most=3)
    assert caught.value.allowed == "rate above 0 and at most 3"
    assert ("1.0e-4" in caught.value.next_step) == (value == "1e-4")


def test_texts_are_those_that_can_be_written():
    assert (
        arguments.checked_text("Ω", "name") == "Ω" and arguments.checked_text(" ", "name", blank=True) == " "
    )
    for value in ["", " \n", None, 3, b"a", "\ud800", "a\udfff"]:
        with pytest.raises(CourseError, match="^name "):
            arguments.checked_text(value, "name")


def test_lists_are_read_once_and_their_things_looked_at():
    assert arguments.listed((n for n in [1, 2]), "numbers", int) == [1, 2]
    assert arguments.listed(np.array(["a"]), "words", str) == ["a"] and arguments.listed([], "words") == []
    for value in ["ab", b"ab", {"a": 1}, {"a"}, 3, None, ["a", 3], []]:
        with pytest.raises(CourseError, match="words") as caught:
            arguments.listed(value, "words", str, least=1)
        assert caught.value.allowed == "a list of texts"


def test_days_are_dates_or_texts_in_one_form():
    for value in ["2026-01-05", date(2026, 1, 5), datetime(2026, 1, 5, 23, 59)]:
        assert arguments.checked_day(value, "since") == "2026-01-05"
    assert arguments.checked_day(None, "since") is None
    for value in [
        "2026-1-5",
        "20260105",
        "2026-02-30",
        "",
        2026,
        0,
        "5 January",
        np.datetime64("2026-01-05"),
    ]:
        with pytest.raises(CourseError, match="since is .*which is no date"):
            arguments.checked_day(value, "since")


def test_pairs_have_one_length():
    assert list(arguments.paired([1, 2], ["ab"] * 2, "numbers", "words")) == [(1, "ab"), (2, "ab")]
    with pytest.raises(CourseError, match="2 numbers and 1 words"):
        arguments.paired([1, 2], ["a"], "numbers", "words")


def test_a_class_that_cannot_show_itself_is_no_trap():
    class Shy:
        def __repr__(self):
            raise ValueError

    assert arguments.shown(Shy()) == "a Shy that cannot be shown"
    assert len(arguments.shown("x" * 500)) == arguments.LONGEST
