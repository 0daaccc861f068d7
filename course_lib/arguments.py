"""What callers hand in, held against one rule each: whole numbers, numbers, texts, lists, dates, paths.

A value comes back as the library wants it, or a CourseError names it. What this module does not do: know what
a value is for; the caller gives its name, its range and the kind of error.
"""

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError

Kind = type[CourseError]
LONGEST = 80  # characters of a value that an error shows


def shown(value: Any) -> str:
    """A value as an error shows it: on one line, and cut off where it is long."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # Python writes out no number of 5,000 digits, and a class of theirs may do anything
        text = f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def whole_number(
    value: Any,
    name: str,
    least: int | None = 1,
    most: int | None = None,
    *,
    why: str = "",
    next_step: str = "",
    error: Kind = CourseError,
) -> int:
    """An integer of any kind (Python's, NumPy's, a tensor's) as Python's own, from `least` to `most`.

    `why` tells what the upper end stands for. Raises `error` for anything else: 2.0, "2", True, None.
    """
    highest = "" if most is None else str(most)
    allowed = f"{least} to {highest}" if highest else f"{least} or more"
    allowed = f"{allowed}, {why}" if why else allowed
    allowed = "a whole number" if least is None else allowed
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise error(f"{name} = {shown(value)} is no whole number.", allowed, next_step)
    if (least is not None and number < least) or (most is not None and number > most):
        raise error(f"{name} = {shown(number)} is out of range.", allowed, next_step)
    return number


def finite_number(
    value: Any,
    name: str,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    error: Kind = CourseError,
) -> float:
    """A finite number from `least`, or above `above`, to `most`; raises `error` otherwise, also for "1e-4".

    YAML takes 1e-4 for a text; it has to be written 1.0e-4 there.
    """
    lower = f"above {above}" if above is not None else "" if least is None else f"{least} or more"
    upper = "" if most is None else f"at most {most}"
    allowed = f"{name} {' and '.join(each for each in (lower, upper) if each) or 'as a finite number'}"
    if isinstance(value, bool) or not isinstance(value, Real):
        next_step = "write it without quotes, in YAML with a point: 1.0e-4" if _reads_as_number(value) else ""
        raise error(f"{name} = {shown(value)} is no number.", allowed, next_step)
    low = (least is not None and value < least) or (above is not None and value <= above)
    if low or (most is not None and value > most) or not -math.inf < value < math.inf:
        raise error(f"{name} = {shown(value)} is out of range.", allowed)
    return int(value) if isinstance(value, Integral) else float(value)


def checked_seed(value: Any, error: Kind = CourseError) -> int:
    """A seed that every generator takes: 0 to 2³² - 1; raises `error` for anything else."""
    return whole_number(value, "seed", 0, 2**32 - 1, error=error)


def checked_text(
    value: Any, name: str, *, blank: bool = False, next_step: str = "", error: Kind = CourseError
) -> str:
    """A text that can be written as UTF-8, with something on it unless `blank`; raises `error` otherwise."""
    if value is not None and not isinstance(value, str):
        raise error(f"{name} is no text: {shown(value)}.", "a text", next_step)
    if value is None or not (blank or value.strip()):
        raise error(f"{name} is empty: {shown(value)}.", "a text with at least one word", next_step)
    if not writable(value):
        raise error(
            f"{name} holds half a surrogate pair: {shown(value)}.",
            "text that can be written as UTF-8",
            next_step or "read it anew as UTF-8; half a character was cut off",
        )
    return value


def writable(value: str) -> bool:
    """Whether a text can be written as UTF-8; half a surrogate pair cannot."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def listed(
    values: Any,
    name: str,
    of: type | None = None,
    *,
    least: int = 0,
    allowed: str = "",
    next_step: str = "",
    error: Kind = CourseError,
) -> list:
    """The things in a list, a tuple, an array or a generator, which is read once, as a list.

    Raises `error` for one text, for a mapping or a set, for fewer than `least`, and for a thing that is not
    `of` that kind (by its number, from 0).
    """
    kind = "text" if of is str else of.__name__ if of else "thing"
    allowed = allowed or f"a list of {kind}s"
    if isinstance(values, (str, bytes, Mapping, Set)) or not isinstance(values, Iterable):
        got = "one text" if isinstance(values, str) else f"{type(values).__name__}: {shown(values)}"
        raise error(f"Expected a list of {name}, and got {got}.", allowed, next_step)
    found = list(values)
    if len(found) < least:
        raise error(f"There are no {name}.", allowed, next_step)
    for place, each in enumerate(found):
        if of is not None and not isinstance(each, of):
            raise error(f"Number {place} of the {name} is no {kind}: {shown(each)}.", allowed, next_step)
    return found


def words(values: Any, name: str, *, error: Kind = CourseError) -> tuple[str, ...]:
    """One word or several as a tuple of texts, None as an empty one; raises `error` for anything else."""
    if values is None:
        return ()
    found = [checked_text(values, name, error=error)] if isinstance(values, str) else values
    if isinstance(found, Set):
        found = sorted(found, key=str)
    return tuple(listed(found, name, str, error=error))


def checked_day(value: Any, name: str, *, error: Kind = CourseError) -> str | None:
    """A date, or a text in the form YYYY-MM-DD, as that text, and None as None; raises `error` otherwise."""
    if value is None:
        return None
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not is_day(value):
        raise error(f"{name} is {shown(value)}, which is no date.", "YYYY-MM-DD, as 2026-01-05, or a date")
    return value


def is_day(value: str) -> bool:
    """Whether a text is a date in the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def checked_path(value: Any, name: str, *, error: Kind = CourseError) -> Path:
    """A path, absolute and without ~; raises `error` for anything but a Path or a text that is not blank."""
    if not isinstance(value, (str, Path)) or not str(value).strip():
        raise error(f"{name} is no path: {shown(value)}.", "the path of a folder, as a text or a Path")
    return Path(value).expanduser().absolute()


def paired(a: Any, b: Any, name: str, other: str, *, error: Kind = CourseError) -> Iterator[tuple]:
    """The pairs of two lists of one length; raises `error`, with both lengths, if they are not."""
    a, b = listed(a, name, error=error), listed(b, other, error=error)
    if len(a) != len(b):
        raise error(f"There are {len(a)} {name} and {len(b)} {other}.", f"as many {other} as {name}")
    return zip(a, b, strict=True)


def one_of(value: Any, name: str, known: Sequence[Any], *, error: Kind = CourseError) -> Any:
    """The value if it is one of those known; raises `error`, naming them, if not."""
    if not any(value is each or (type(value) is type(each) and value == each) for each in known):
        raise error(f"There is no {name} {shown(value)}.", ", ".join(map(str, known)))
    return value


def _reads_as_number(value: Any) -> bool:
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
