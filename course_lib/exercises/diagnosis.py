"""What can be said of any wrong result: an error, nothing at all, the wrong kind, the wrong value."""

import inspect
from typing import Any

from course_lib.exercises.calling import Call
from course_lib.exercises.comparing import all_finite, holds_blank, plain, shape


def general_diagnosis(call: Call, expected: Any) -> tuple[str, str]:
    """The key and the text for a result that no mistake on an exercise's list explains."""
    returned = call.returned
    if call.error is not None:
        return "raises", "Your function stops with an error."
    if returned is None:
        return "returns-nothing", "One path through your function has no `return`, so it gives back `None`."
    if holds_blank(returned):
        return "left-blank", "A `...` is still in what your function returns: fill in every blank."
    if inspect.isgenerator(returned):
        return "generator", "Your function uses `yield`: collect the items and `return` them instead."
    given_shape, wanted_shape = shape(returned), shape(expected)
    if type(plain(returned)) is not type(plain(expected)) and not _both_numbers(returned, expected):
        wanted, given = (type(plain(value)).__name__ for value in (expected, returned))
        return "wrong-type", f"Your function returns a `{given}` where a `{wanted}` is wanted."
    if given_shape != wanted_shape:
        return "wrong-shape", f"The result has the shape `{given_shape}`; wanted is `{wanted_shape}`."
    if not all_finite(returned) and all_finite(expected):
        return "not-finite", "There is a `nan` or `inf` in the result: was something divided by zero?"
    return "differs", "The result is of the right kind, but not the right value."


def _both_numbers(one: Any, other: Any) -> bool:
    return all(isinstance(plain(value), int | float) for value in (one, other))


def code(text: str) -> str:
    """Text as inline code in Markdown, even with backticks or line breaks in it."""
    text = text.replace("\n", " ")
    return f"`` {text} ``" if "`" in text else f"`{text}`"
