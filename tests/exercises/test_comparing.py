"""Results are compared by what they say, not by the container they come in."""

import math

import numpy as np
import pytest

from course_lib.exercises.comparing import holds_blank, is_blank, same, same_members, shape, shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1.0000000001, 1),
        (np.float32(0.1), 0.1),
        ((1, 2), [1, 2]),
        (np.array([[1, 2]]), [(1, 2)]),
        (range(3), np.arange(3)),
        (math.nan, math.nan),
        (np.bool_(True), True),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ("x", "x"),
        (None, None),
    ],
)
def test_these_agree(given, expected):
    assert same(given, expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1.001, 1),
        ([1, 2], [2, 1]),
        ([1, 2, 3], [1, 2]),
        (5, [5]),
        ([5], 5),
        (None, 0),
        (math.nan, 0.0),
        (math.inf, 1.0),
        ("1", 1),
        ({"a": 1}, {"b": 1}),
        ("x", "X"),
        ({1, 2}, [1, 2]),
    ],
)
def test_these_do_not(given, expected):
    assert not same(given, expected)


def test_a_tensor_counts_as_its_numbers():
    torch = pytest.importorskip("torch")
    assert same(torch.tensor([1.0, 2.0], requires_grad=True), [1, 2])


def test_members_count_in_any_order_but_as_often():
    assert same_members({3, 1}, [1, 3])
    assert same_members(np.array([12, 3]), [3, 12])
    assert not same_members([1, 1, 3], [1, 3, 3])
    assert not same_members(3, [3])


def test_blanks():
    assert all(is_blank(value) for value in (None, ..., (..., ...), [None]))
    assert not any(is_blank(value) for value in (0, "", [], (1, ...), False, np.zeros(2)))
    assert holds_blank({"role": ..., "content": "x"})
    assert holds_blank([(1, ...)])
    assert not holds_blank([None, 0])


def test_shapes():
    assert shape(3) == ()
    assert shape([[1, 2], [3, 4], [5, 6]]) == (3, 2)
    assert shape(np.zeros((2, 0))) == (2, 0)
    assert shape([[1], [2, 3]]) is None


def test_values_are_shown_short():
    assert shown(1 / 3) == "0.333333"
    assert shown(np.arange(20), most=3) == "[0, 1, 2, …]"
    assert shown(np.zeros((10, 10))) == "<array of shape (10, 10)>"
    assert shown({"a": (1, "b")}) == "{'a': [1, 'b']}"
    assert len(shown("x" * 500)) < 100
