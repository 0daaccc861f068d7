"""What things cost: `data/prices.yaml`, each price with its day, its page, and how far one may be from it.

A learner edits that file, or changes one price with `changed`. What this module does not do: multiply.
Lesson 11, claim C30.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from course_lib import files, runtime
from course_lib.arguments import checked_day, checked_text, finite_number
from course_lib.errors import CourseError, DataError

NAME = "prices.yaml"
MEND = "mend the file, or put that of a fresh copy of the course in its place"
NEEDED = (
    *("input", "output", "tuned_input", "tuned_output", "training"),  # dollars a million tokens
    *("embedding", "store", "machine", "engineer"),  # a million tokens, a month, an hour, an hour
)


@dataclass(frozen=True)
class Price:
    """Dollars for a unit, as of a day; `low` to `high` is what others pay, `range` says who."""

    name: str
    what: str
    dollars: float
    unit: str
    as_of: str
    low: float
    high: float
    range: str
    check: str
    seen: str


Prices = Mapping[str, Price]


@dataclass(frozen=True)
class Correction:
    """What a source says that something costs, in dollars from `low` to `high`, and what it costs."""

    source: str
    quote: str
    low: float
    high: float
    right: float
    why: str

    @property
    def stands(self) -> bool:
        """Whether what the source says fits the price."""
        return self.low <= self.right <= self.high


def load_prices(path: str | Path | None = None) -> dict[str, Price]:
    """The prices by name, NEEDED among them.

    Raises DataError for a price without one of its fields, for one outside of its own range, and for one that
    is missing or there twice.
    """
    path = Path(path or runtime.DATA / NAME)
    found = [_price(record, path) for record in _read(path)["prices"]]
    names = [price.name for price in found]
    if missing := [name for name in NEEDED if names.count(name) != 1]:
        raise DataError(
            f"{path} needs the price {missing[0]!r} once.",
            allowed=", ".join(NEEDED),
            next_step=MEND,
        )
    return {price.name: price for price in found}


def changed(prices: Prices, **dollars: float) -> dict[str, Price]:
    """The prices with some of them replaced: changed(prices, embedding=0.13); raises CourseError."""
    if unknown := [name for name in dollars if name not in prices]:
        raise CourseError(f"There is no price {unknown[0]!r}.", ", ".join(prices))
    new = {name: finite_number(value, name, least=0) for name, value in dollars.items()}
    return {name: replace(each, dollars=new.get(name, each.dollars)) for name, each in prices.items()}


def corrections(prices: Prices, path: str | Path | None = None) -> list[Correction]:
    """What the sources say of prices, held against ours: a price a million tokens, or that of an index.

    Raises DataError for a record that names no price.
    """
    path = Path(path or runtime.DATA / NAME)
    found = []
    for record in _read(path)["corrections"]:
        try:
            price = prices[record["price"]].dollars
            millions = record.get("documents", 1e6) * record.get("tokens", 1) / 1e6
            low, high = (record.get(f"said_{end}", record.get("said")) for end in ("low", "high"))
            told = (record["source"], record["quote"], float(low), float(high))
            found.append(Correction(*told, millions * price, record["why"]))
        except (KeyError, TypeError) as error:
            raise DataError(f"A correction in {path} is malformed: {error!r}.") from None
    return found


def _price(record: Any, path: Path) -> Price:
    names = [field.name for field in fields(Price)]
    if not isinstance(record, dict) or (missing := [name for name in names if record.get(name) is None]):
        lacking = missing[0] if isinstance(record, dict) else "its fields"
        name = record.get("name", "?") if isinstance(record, dict) else record
        raise DataError(f"The price {name} in {path} lacks {lacking}.", ", ".join(names))
    of = f"{record['name']} in {path.name}"
    dollars = {
        name: finite_number(record[name], f"{name} of {of}", least=0, error=DataError)
        for name in ("low", "dollars", "high")
    }
    if list(dollars.values()) != sorted(dollars.values()):
        raise DataError(f"The price {of} lies outside of its range.", "low <= dollars <= high")
    day = checked_day(record["as_of"], f"as_of of {of}", error=DataError)
    texts = {
        name: checked_text(record[name], f"{name} of {of}", error=DataError)
        for name in ("name", "what", "unit", "range", "check", "seen")
    }
    return Price(**texts, **dollars, as_of=str(day))


def _read(path: Path) -> dict:
    import yaml

    try:
        found = yaml.safe_load(files.read_text(path))
    except yaml.YAMLError as error:
        raise DataError(f"{path} is not YAML: {str(error).splitlines()[0]}.", next_step=MEND) from None
    parts = ("prices", "corrections")
    if not isinstance(found, dict) or not all(isinstance(found.get(part), list) for part in parts):
        raise DataError(
            f"{path} lacks its two parts.", allowed="prices and corrections, a list each", next_step=MEND
        )
    return found
