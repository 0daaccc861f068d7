"""The school reader: pages written by hand for organisations that do not exist, with blanks for their values.

The worlds of `reading.py` say a few hundred things in a few thousand sentences; here each fact has a sentence
of its own, as in the company's hand-written documents, of which none is among these.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from course_lib.world import values
from course_lib.world.reading import Ask, Context, Passage, document_id
from course_lib.world.worlds import Fact, Relation

READER = Path(__file__).parent / "reader"


@dataclass(frozen=True)
class Blank:
    """A place in a section: `relation` asks for it; it takes a random value of a kind, or one of `values`."""

    name: str
    relation: Relation
    values: tuple[str, ...]

    def fill(self, rng: Random, unlike: set[str]) -> str:
        """A value that is not in `unlike` where there is one."""
        if not self.values:
            return values.sample(self.relation.value, rng, unlike)
        return rng.choice([v for v in self.values if v not in unlike] or self.values)


@dataclass(frozen=True)
class Section:
    title: str
    heading: str
    text: str
    blanks: tuple[Blank, ...]


@cache
def sections() -> tuple[tuple[Section, ...], ...]:
    """All pages, each as its sections."""
    import yaml

    pages = []
    for path in sorted(READER.glob("*.yaml")):
        for page in yaml.safe_load(path.read_text(encoding="utf-8")):
            title = page["title"]
            pages.append(tuple(_section(title, each) for each in page["sections"]))
    return tuple(pages)


def _section(title: str, written: dict) -> Section:
    blanks = []
    for name, slot in written["slots"].items():
        relation = Relation(
            id=f"reader-{title}-{written['heading']}-{name}",
            label=name,
            value=slot.get("kind", ""),
            statements=(),
            answer=slot["answer"],
            questions=tuple(slot["questions"][:3]),
            casual=tuple(slot["questions"][3:]),
        )
        blanks.append(Blank(name, relation, tuple(slot.get("values", ()))))
    return Section(title, written["heading"], _unwrapped(written["text"]), tuple(blanks))


def _unwrapped(text: str) -> str:
    """A paragraph a line; lists and tables keep their lines."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        own = not line.strip() or re.match(r"\||[-*] |\d+\. ", line)
        if lines and lines[-1] and not own and not lines[-1].startswith("|"):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return "\n".join(lines)


def draw_reader(rng: Random, passages: int) -> Context:
    """`passages` sections of one to three pages; what their other sections state is missing."""
    pages = rng.sample(sections(), rng.randint(1, min(3, passages)))
    near = [section for page in pages for section in page]
    rng.shuffle(near)
    chosen, rest = near[:passages], near[passages:]
    while len(chosen) < passages:
        other = rng.choice(rng.choice(sections()))
        chosen += [other] if other not in chosen else []
    ident = {section.title: document_id(rng) for section in (*chosen, *rest)}
    year, used = str(rng.randint(2016, 2033)), set()
    shown, asks = [], []
    for number, section in enumerate(chosen, start=1):
        text = section.text
        for blank in section.blanks:
            value = blank.fill(rng, used)
            used.add(value)
            place = text.index("{" + blank.name + "}")
            begins = re.search(r"(^|[.!?] |\n)$", text[:place])
            text = text.replace("{" + blank.name + "}", value[:1].upper() + value[1:] if begins else value)
            asks.append(Ask(Fact(section.title, blank.relation, value), number, "reader"))
        shown.append(Passage(ident[section.title], year, section.title, section.heading, text))
    away = [s for s in (*rest, rng.choice(rng.choice(sections()))) if s not in chosen]
    missing = [Fact(s.title, blank.relation, "") for s in away for blank in s.blanks]
    return Context("reader", tuple(shown), tuple(asks), tuple(missing))
