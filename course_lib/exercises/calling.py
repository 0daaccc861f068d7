"""Calling a learner's function so that nothing it does can harm the lesson.

It gets copies, runs in a thread of its own under a time limit, prints into a small buffer, and may raise
anything. The limit only ends loops that would never end: nobody is graded by the clock.
"""

import contextlib
import contextvars
import copy
import ctypes
import io
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_lib.exercises.comparing import same

TIME_LIMIT = 10.0  # seconds of computing for one call on a small input
KEPT_PRINT = 400  # characters of what the function printed


class TookTooLong(BaseException):
    """Ends a function at the time limit; not an Exception, so that `except Exception` lets it through."""


@dataclass(frozen=True)
class Call:
    """What came of a call: value or exception, what it printed, the position of an argument it changed."""

    returned: Any = None
    error: BaseException | None = None
    printed: str = ""
    changed: int | None = None


class _Buffer(io.StringIO):
    """Keeps the first characters and drops the rest, so that a printing loop cannot flood the notebook."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, KEPT_PRINT - self.tell())])
        return len(text)


def call(function: Callable, args: tuple, time_limit: float | None = None) -> Call:
    """Call a function on copies of `args`, for at most `time_limit` seconds (TIME_LIMIT when None)."""
    given = copy.deepcopy(args)
    buffer = _Buffer()
    result: dict[str, Any] = {}

    def work() -> None:
        with contextlib.suppress(TookTooLong):  # it may strike while the line that stores an error runs
            try:
                result["returned"] = function(*given)
            except BaseException as error:  # even SystemExit is a finding about the answer
                result["error"] = error

    with contextlib.redirect_stdout(buffer), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        try:
            ended = _wait(thread, TIME_LIMIT if time_limit is None else time_limit)
        finally:
            _end(thread)
    if not ended:
        return Call(error=TookTooLong(), printed=buffer.getvalue())
    changed = next((i for i, pair in enumerate(zip(given, args, strict=True)) if not same(*pair, 0.0)), None)
    return Call(result.get("returned"), result.get("error"), buffer.getvalue(), changed)


def faulty_line(error: BaseException, function: Callable) -> str:
    """The last line of the function's own file that an exception passed through; "" if none can be shown."""
    code = getattr(function, "__code__", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return (frames[-1].line or "") if frames else ""


def _wait(thread: threading.Thread, limit: float) -> bool:
    """Whether a thread came to an end within its limit of time spent computing, or six times that in all."""
    # A busy machine may give a good answer little of its time, so the wall clock alone decides little.
    wall, computing = time.monotonic(), time.process_time()
    while thread.is_alive():
        thread.join(min(0.05, limit))
        passed = time.monotonic() - wall
        if passed > 6 * limit or min(passed, time.process_time() - computing) > limit:
            return not thread.is_alive()
    return True


def _end(thread: threading.Thread) -> None:
    # Three strikes, for a loop with a bare `except:`. A thread stuck in C code is left behind, as a daemon.
    for _ in range(3):
        if not thread.is_alive():
            return
        strike = ctypes.py_object(TookTooLong)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), strike)
        thread.join(0.2)
