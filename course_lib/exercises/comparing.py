"""Comparing what a learner's function returned with what was expected, whatever container it came in."""

import math
from inspect import isgenerator
from numbers import Real
from types import EllipsisType
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Arrays, tensors, tuples and ranges as nested lists, NumPy's scalars as Python's; the rest as it is."""
    if hasattr(value, "detach"):  # a torch tensor, recognised without importing torch
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple | range):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def same(given: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    """Whether two values agree: numbers within the tolerance (relative or absolute), the rest exactly."""
    given, expected = plain(given), plain(expected)
    if isinstance(expected, list):
        return isinstance(given, list) and len(given) == len(expected) and all(
            same(one, other, tolerance) for one, other in zip(given, expected, strict=True)
        )
    if isinstance(expected, dict):
        return isinstance(given, dict) and given.keys() == expected.keys() and all(
            same(given[key], expected[key], tolerance) for key in expected
        )
    if isinstance(expected, Real):
        if not isinstance(given, Real):
            return False
        if math.isnan(given) or math.isnan(expected):
            return math.isnan(given) and math.isnan(expected)
        return math.isclose(given, expected, rel_tol=tolerance, abs_tol=tolerance)
    return type(given) is type(expected) and given == expected


def same_members(given: Any, expected: Any) -> bool:
    """Whether two collections hold the same members equally often, in any order."""
    given = sorted(given, key=str) if isinstance(given, set | frozenset) else plain(given)
    if not isinstance(given, list):
        return False
    return same(sorted(given, key=str), sorted(plain(expected), key=str))


def is_blank(value: Any) -> bool:
    """Whether a value is a blank that nobody filled: None, `...`, or a container of nothing but these."""
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(is_blank(item) for item in value)
    return value is None or value is ...


def holds_blank(value: Any) -> bool:
    """Whether a `...` is left somewhere inside a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(holds_blank(item) for item in value)
    return isinstance(value, EllipsisType)


def shape(value: Any) -> tuple[int, ...] | None:
    """The shape of an array or of nested lists; () for a single value, None where the nesting is ragged."""
    value = plain(value)
    if not isinstance(value, list):
        return ()
    inner = {shape(item) for item in value}
    if not inner:
        return (0,)
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *inner.pop())


def all_finite(value: Any) -> bool:
    """Whether no number in a value is NaN or infinite."""
    value = plain(value)
    if isinstance(value, list):
        return all(all_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)


def shown(value: Any, most: int = 16) -> str:
    """A value as short code: numbers to six digits, long lists and strings cut, big arrays by their shape."""
    if isgenerator(value):
        return "<generator>"
    value = plain(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return repr(value if len(value) <= 90 else value[:88] + "…")
    if isinstance(value, list):
        size = shape(value)
        if size is not None and len(size) > 1 and math.prod(size) > 24:
            return f"<array of shape {size}>"
        items = [shown(item, most) for item in value[:most]] + ["…"] * (len(value) > most)
        return "[" + ", ".join(items) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {shown(item, most)}" for key, item in value.items()) + "}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    text = repr(value)
    return text if len(text) <= 90 else text[:88] + "…"
