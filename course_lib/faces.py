"""The face of a package: the names that a lesson takes from it, each imported when it is first used.

So `from course_lib.retrieval import ExactIndex` needs no file's name, and `import course_lib.retrieval` is
instant (PEP 562).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def face(
    package: str, names: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package, from its modules and what each shows of itself.

    A name that is also a module's would be the one or the other by the order of imports, so there is none.
    """
    home = {name: module for module, shown in names.items() for name in shown}

    def __getattr__(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__, lambda: sorted({*vars(sys.modules[package]), *home}), sorted(home)
