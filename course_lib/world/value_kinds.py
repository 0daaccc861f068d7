"""What a fact can say: one sampler for each kind of value, all written as the company writes them ("412
g", "30 days").
"""

from collections.abc import Callable
from random import Random

from course_lib.world import lexicon as lx


def _amount(rng: Random, *ranges: tuple[int, int, int]) -> int:
    low, high, step = rng.choice(ranges)
    return rng.randrange(low, high + 1, step)


def _decimal(rng: Random, low: int, high: int) -> str:
    return f"{rng.randint(low, high)}.{rng.randint(1, 9)}"


def _count_of(unit: str, low: int, high: int):
    def sample(rng: Random) -> str:
        top = high if rng.random() < 0.5 else min(high, low + 12)
        return f"{rng.randint(low, top)} {unit}"

    return sample


def mass(rng: Random) -> str:
    if rng.random() < 0.6:
        return f"{_amount(rng, (40, 990, 1), (100, 950, 10))} g"
    return f"{_decimal(rng, 1, 39)} kg" if rng.random() < 0.7 else f"{rng.randint(1, 60)} kg"


def price(rng: Random) -> str:
    if rng.random() < 0.25:
        return f"{rng.randint(1, 99)}.{rng.choice(['50', '90', '20', '75', '95'])} EUR"
    return f"{_amount(rng, (2, 99, 1), (5, 990, 5), (100, 999, 1))} EUR"


def date(rng: Random) -> str:
    day = f"{rng.randint(1, 28)} {rng.choice(lx.MONTHS)}"
    return day if rng.random() < 0.4 else f"{day} {rng.randint(2018, 2032)}"


def time(rng: Random) -> str:
    hour = rng.randint(0, 23)
    return f"{hour:02d}:{rng.choice(['00', '15', '30', '45', '00', '30', '10', '20', '40', '50', '05'])}"


def town(rng: Random) -> str:
    return rng.choice(lx.TOWN_HEADS) + rng.choice(lx.TOWN_TAILS)


def person(rng: Random) -> str:
    return f"{rng.choice(lx.FIRST_NAMES)} {rng.choice(lx.LAST_NAMES)}"


def team(rng: Random) -> str:
    return f"{rng.choice(lx.TEAM_WORDS)} {rng.choice(lx.TEAM_TAILS)}"


def role(rng: Random) -> str:
    return f"{rng.choice(lx.ROLE_HEADS)} {rng.choice(lx.ROLE_TAILS)}"


def code(rng: Random) -> str:
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    return f"{letters}-{rng.randint(10, 9999)}"


def version(rng: Random) -> str:
    return f"{rng.randint(1, 14)}.{rng.randint(0, 20)}" + (
        f".{rng.randint(0, 12)}" if rng.random() < 0.4 else ""
    )


def host(rng: Random) -> str:
    return f"{rng.choice(lx.NAME_WORDS).lower()}-{rng.randint(1, 24):02d}"


def length(rng: Random) -> str:
    return f"{_amount(rng, (2, 99, 1), (10, 400, 5))} {rng.choice(['mm', 'cm', 'cm', 'm'])}"


def power(rng: Random) -> str:
    return f"{_amount(rng, (3, 95, 1), (100, 2400, 50))} watts"


def volume(rng: Random) -> str:
    return (
        f"{_decimal(rng, 0, 9)} litres"
        if rng.random() < 0.5
        else f"{_amount(rng, (1, 90, 1), (100, 900, 50))} {rng.choice(['litres', 'ml'])}"
    )


def channel(rng: Random) -> str:
    word = rng.choice(lx.NAME_WORDS).lower()
    return f"#{word}-{rng.choice(['alerts', 'help', 'desk', 'news', 'ops', 'status', 'room'])}"


def document(rng: Random) -> str:
    colour = rng.choice([c for c in lx.COLOURS if "-" not in c])
    return f"the {colour} {rng.choice(lx.FORM_KINDS)}"


SAMPLERS = {
    "mass": mass,
    "price": price,
    "days": _count_of("days", 2, 120),
    "weeks": _count_of("weeks", 2, 52),
    "months": _count_of("months", 2, 60),
    "years": _count_of("years", 2, 30),
    "hours": _count_of("hours", 2, 96),
    "minutes": _count_of("minutes", 2, 240),
    "seconds": _count_of("seconds", 2, 300),
    "percent": _count_of("percent", 2, 95),
    "count": lambda rng: str(_amount(rng, (2, 30, 1), (10, 500, 5), (100, 999, 1))),
    "colour": lambda rng: rng.choice(lx.COLOURS),
    "material": lambda rng: rng.choice(lx.MATERIALS),
    "town": town,
    "weekday": lambda rng: rng.choice(lx.WEEKDAYS),
    "month": lambda rng: rng.choice(lx.MONTHS),
    "date": date,
    "time": time,
    "team": team,
    "role": lambda rng: f"the {role(rng)}",
    "person": person,
    "port": lambda rng: f"port {rng.randint(1024, 9999)}",
    "version": version,
    "code": code,
    "extension": lambda rng: str(rng.randint(1000, 9999)),
    "temperature": lambda rng: f"{_amount(rng, (2, 95, 1), (100, 1300, 10))} °C",
    "length": length,
    "power": power,
    "volume": volume,
    "host": host,
    "frequency": lambda rng: rng.choice(lx.FREQUENCIES),
    "channel": channel,
    "document": document,
}


def distinct(sampler: Callable[[Random], str], rng: Random, unlike: frozenset[str] | set[str]) -> str:
    """A value of a sampler that is not in `unlike` (so that distractors never agree by chance)."""
    for _ in range(50):
        value = sampler(rng)
        if value not in unlike:
            return value
    return value


def sample(kind: str, rng: Random, unlike: frozenset[str] | set[str] = frozenset()) -> str:
    """A random value of `kind`, one of SAMPLERS, that is not in `unlike`."""
    return distinct(SAMPLERS[kind], rng, unlike)
