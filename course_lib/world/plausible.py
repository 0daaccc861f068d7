"""What may be true of Marram & Finch: its people and places, and for each relation a believable range.

The invented worlds of wren's education draw any value of a kind (value_kinds.py); a company that people are
to believe in sells no kettle with a cord of 150 m. The written forms are the same in both.
"""

from collections.abc import Callable
from random import Random

from course_lib.world import lexicon as lx
from course_lib.world import value_kinds

Sampler = Callable[[Random], str]


def _of(form: str, low: int, high: int, step: int = 1) -> Sampler:
    return lambda rng: form.format(rng.randrange(low, high + 1, step))


def _decimal(form: str, low: int, high: int) -> Sampler:
    return lambda rng: form.format(f"{rng.randint(low, high)}.{rng.randint(1, 9)}")


def _one_of(*choices: str) -> Sampler:
    return lambda rng: rng.choice(choices)


def _clock(first: int, last: int) -> Sampler:
    minutes = ("00", "10", "15", "20", "30", "40", "45", "50")
    return lambda rng: f"{rng.randint(first, last):02d}:{rng.choice(minutes)}"


def _date(first: int, last: int) -> Sampler:
    return lambda rng: f"{rng.randint(1, 28)} {rng.choice(lx.MONTHS)} {rng.randint(first, last)}"


TOWNS = _one_of(
    "Saltmere", "Thornwick", "Ellerby", "Quillhaven", "Marlstead", "Fenbridge", "Stourholm", "Aldermoor",
    "Kelsham", "Hallowby", "Withycombe", "Dunmere",
)  # fmt: skip
PEOPLE = _one_of(
    "Tilda Osgood", "Benedikt Rowe", "Priya Lanyon", "Marcus Thole", "Wren Castellane", "Ines Farrow",
    "Oskar Bly", "Joss Finch", "Ada Marram", "Hanna Drake", "Nils Barlow", "Greta Tilney",
    "Samir Hollis", "Cora Whitlock",
)  # fmt: skip
OFFICES = _one_of(
    "Customer Care", "People Team", "Platform Team", "Store Crew", "Finance Desk", "Quality Room",
    "Repair Bench", "Reception Desk", "Training Room", "Design Studio", "Packing Crew", "Payroll Desk",
)  # fmt: skip
BENCHES = _one_of(
    "Repair Bench", "Quality Room", "Winding Bench", "Element Bench", "Enamel Shop", "Switch Bench",
    "Seal Bench", "Casting Room", "Wiring Bench", "Polishing Room", "Parts Desk",
)  # fmt: skip
SYSTEMS = _one_of(
    "Platform Team", "Network Desk", "Data Desk", "Web Shop Crew", "Night Desk", "Access Desk",
    "Print Room", "Till Crew", "Archive Team", "Warehouse Systems", "Mail Desk",
)  # fmt: skip
BODIES = _one_of(
    "stainless steel", "enamelled steel", "copper", "brass", "cast iron", "aluminium", "ceramic",
    "stoneware", "porcelain", "tempered glass", "tin", "recycled plastic",
)  # fmt: skip
OF_KIND = {"town": TOWNS, "person": PEOPLE, "team": OFFICES}
OF_RELATION: dict[str, Sampler] = {
    # products
    "weight": _decimal("{} kg", 1, 9),
    "price": _of("{} EUR", 29, 449),
    "guarantee": _of("{} years", 2, 15),
    "cord_length": _of("{} cm", 70, 250, 5),
    "height": _of("{} cm", 14, 90),
    "capacity": _decimal("{} litres", 1, 9),
    "power": _of("{} watts", 400, 2400, 50),
    "body_material": BODIES,
    "launch_date": _date(2009, 2024),
    "heating_time": _of("{} minutes", 2, 25),
    "top_temperature": _of("{} °C", 60, 230, 5),
    "recycled_share": _of("{} percent", 10, 95),
    "delivery_time": _of("{} days", 2, 21),
    "service_interval": _one_of(
        "once a month", "every six weeks", "every quarter", "every three months", "three times a year",
        "twice a year", "once a year", "every two years", "every five years", "twice a month",
        "once a week", "every fortnight",
    ),
    "repair_team": BENCHES,
    "part_count": _of("{}", 12, 180),
    # policies
    "fee": _of("{} EUR", 3, 45),
    "minimum_order": _of("{} EUR", 15, 160, 5),
    "discount": _of("{} percent", 3, 40),
    "validity": _of("{} months", 2, 36),
    "withdrawal_period": _of("{} days", 7, 60),
    "reply_time": _of("{} hours", 2, 72),
    "refund_time": _of("{} weeks", 2, 12),
    "start_date": _date(2016, 2024),
    "cut_off": _clock(11, 18),
    "claim_limit": _of("{}", 2, 20),
    "record_keeping": _of("{} years", 2, 15),
    # handbook
    "notice": _of("{} days", 3, 60),
    "service": _of("{} months", 2, 36),
    "company_share": _of("{} percent", 10, 90),
    "closing_date": lambda rng: f"{rng.randint(1, 28)} {rng.choice(lx.MONTHS)}",
    "desk_time": _clock(7, 10),
    "trial": _of("{} weeks", 2, 16),
    "places": _of("{}", 6, 60),
    "paid_time": _of("{} hours", 2, 40),
    "records": _of("{} years", 2, 15),
    # runbooks
    "timeout": _of("{} seconds", 3, 120),
    "restart": _of("{} minutes", 2, 30),
    "backup": _clock(0, 5),
    "logs": _of("{} days", 14, 120),
    "owner": SYSTEMS,
    "retries": _of("{}", 2, 15),
    "disk": _of("{} percent", 65, 95),
    "certificate": _date(2026, 2028),
    "recovery": _of("{} hours", 2, 48),
}  # fmt: skip


def value(relation: str, kind: str, rng: Random, unlike: set[str]) -> str:
    """A value of `kind` for the relation of that id, in the company's world, that is not in `unlike`."""
    sampler = OF_RELATION.get(relation) or OF_KIND.get(kind) or value_kinds.SAMPLERS[kind]
    return value_kinds.distinct(sampler, rng, unlike)
