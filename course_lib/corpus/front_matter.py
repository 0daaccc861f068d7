"""Front matter: the names and values above a Markdown text, YAML between lines of --- or TOML between +++.

A value stays as it is written: the edition 3.10 is no number, `no` no falsehood, 12:30 no count of seconds.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.errors import DataError

if TYPE_CHECKING:
    import yaml

YAML = re.compile(r"---[ \t]*\n(?=[ \t]*\S)(?P<front>.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TOML = re.compile(r"\+\+\+[ \t]*\n(?P<front>.*?\n)??\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")  # what a value without quotes may mean


def front_matter(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """The values of the front matter at the very beginning, and the text below it.

    A first line of --- with a blank line under it is a rule, no front matter. Raises DataError, naming the
    path, for front matter that has no end, is not what it should be or has no names.
    """
    toml = re.match(r"\+\+\+[ \t]*(?:\n|\Z)", text)
    if not toml and not re.match(r"---[ \t]*\n[ \t]*\S", text):
        return {}, text
    found = (TOML if toml else YAML).match(text)
    next_step = (
        "close it with a line of +++" if toml else
        "close it with a line of ---; if the first line is meant as a rule, leave the next one blank"
    )  # fmt: skip
    if not found:
        raise DataError(f"The front matter of {path} has no end.", next_step=next_step)
    values = (read_toml if toml else read_yaml)(found["front"] or "", path, next_step) or {}
    if not isinstance(values, dict):
        raise DataError(f"The front matter of {path} has no names.", 'lines as "title: Kettle"', next_step)
    return values, text[found.end() :]


def read_yaml(front: str, path: str | Path, next_step: str) -> Any:
    """The value of a file's front matter; raises DataError, naming the path, if it is not YAML."""
    import yaml

    # Of values with a type that they do not fit ("!!int ''") PyYAML lets Python's own errors through.
    malformed = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
    try:
        return yaml.load(front, _as_written())
    except malformed as error:
        problem = " ".join(str(error).split())
        raise DataError(f"The front matter of {path} is not YAML: {problem}.", next_step=next_step) from None


@cache
def _as_written() -> "type[yaml.SafeLoader]":
    import yaml

    class AsWritten(yaml.SafeLoader):
        """Takes no value without quotes for a number, a date or a truth."""

        yaml_implicit_resolvers = {
            first: [each for each in resolvers if each[0] in KEPT]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return AsWritten


def read_toml(front: str, path: str | Path, next_step: str) -> Any:
    """The same of TOML."""
    try:
        return tomllib.loads(front, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise DataError(f"The front matter of {path} is not TOML: {error}.", next_step=next_step) from None


def stated(values: dict[str, Any], names: Iterable[str], path: str | Path) -> dict[str, str]:
    """The texts that front matter gives to these names, for those that have one.

    Raises DataError for a list, for a table, and for half of a character ("\\ud83c" without its other half).
    """
    return {name: _as_text(values[name], name, path) for name in names if values.get(name) is not None}


def _as_text(value: Any, name: str, path: str | Path) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, date | time):
        value = value.isoformat()
    if not isinstance(value, str | int | float):
        raise DataError(
            f"The field {name!r} in the front matter of {path} is a {type(value).__name__}.",
            allowed="a text",
            next_step="put it into quotes if it is meant as one",
        )
    return whole(str(value), f"The field {name!r} in the front matter of {path}")


def day(value: str, path: str | Path) -> str:
    """A date of front matter as YYYY-MM-DD, empty where it is; raises DataError for anything else."""
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat() if value.strip() else ""
    except ValueError:
        raise DataError(
            f"The date {value!r} in the front matter of {path} cannot be read.",
            allowed="YYYY-MM-DD",
            next_step="write year, month and day so, or leave the line out",
        ) from None


def whole(text: str, where: str) -> str:
    """The text with the two halves of each character joined, as \\u escapes may leave them apart.

    Raises DataError, which begins with `where`, for a half without the other: no file could hold it.
    """
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        half = next(letter for letter in text if "\ud800" <= letter <= "\udfff")
        raise DataError(
            f"{where} holds half a character, \\u{ord(half):04x}.",
            next_step="write the character itself, or both halves of its escape",
        ) from None
