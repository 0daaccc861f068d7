"""The school reader: pages written by hand for organisations that do not exist, with blanks for their values.

The worlds of `contexts.py` say a few hundred things in a few thousand sentences; here each fact has a
sentence of its own, as in the company's hand-written documents, of which none is among these.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from course_lib.world import lexicon as lx
from course_lib.world import value_kinds
from course_lib.world.reading.contexts import Ask, Context, Passage, document_id
from course_lib.world.worlds import Fact, Relation

READER = Path(__file__).parent / "school_reader"


@dataclass(frozen=True)
class Blank:
    """A place in a section: `relation` asks for it; it takes a random value of a kind, or one of `values`."""

    name: str
    relation: Relation
    values: tuple[str, ...]

    def fill(self, rng: Random, unlike: set[str]) -> str:
        """A value that is not in `unlike` where there is one."""
        if not self.values:
            return value_kinds.sample(self.relation.value, rng, unlike)
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


HELD_OUT_EVERY = 20
WORD = re.compile(r"[a-z]{4,}")
COMMON = 0.06  # a word in a greater share of the sections keeps its place when words are changed


@cache
def rare_words() -> tuple[str, ...]:
    """The reader's own words, without those that many sections share and without a plural's s."""
    found = Counter(word for page in sections() for s in page for word in _stems(s.title, s.heading, s.text))
    return tuple(word for word, n in sorted(found.items()) if n < COMMON * sum(map(len, sections())))


def _stems(*texts: str) -> set[str]:
    return {word.removesuffix("s") for text in texts for word in WORD.findall(text.lower())}


def with_other_words(chosen: list[Section], rng: Random) -> list[Section]:
    """The sections and their questions after some words that both use were changed for others, everywhere
    alike: who would answer then has to find the words, and cannot know the page by heart.
    """
    rare, asked = set(rare_words()), set()
    for section in chosen:
        relations = [blank.relation for blank in section.blanks]
        asked |= _stems(section.title, *(q for r in relations for q in (r.answer, *r.questions, *r.casual)))
    stated = _stems(*(text for s in chosen for text in (s.title, s.heading, s.text)))
    pool = (*rare_words(), *lx.THING_NOUNS, *lx.THING_ADJECTIVES)
    other = {word: rng.choice(pool) for word in sorted(stated & asked & rare) if rng.random() < 0.6}
    if not other:
        return chosen
    pattern = re.compile(rf"(?<![{{\w])({'|'.join(other)})(?=s?(?![\w}}]))", re.IGNORECASE)

    def change(text: str) -> str:
        return pattern.sub(lambda m: _cased(other[m[1].lower()], m[1]), text)

    def ask(relation: Relation) -> Relation:
        return replace(
            relation,
            answer=change(relation.answer),
            questions=tuple(map(change, relation.questions)),
            casual=tuple(map(change, relation.casual)),
        )

    return [
        Section(
            change(s.title),
            change(s.heading),
            change(s.text),
            tuple(replace(blank, relation=ask(blank.relation)) for blank in s.blanks),
        )
        for s in chosen
    ]


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


@cache
def split_pages() -> tuple[tuple[tuple[Section, ...], ...], tuple[tuple[Section, ...], ...]]:
    """The pages to learn from, and every HELD_OUT_EVERYth, which is kept to measure the loss on."""
    every = sections()
    return tuple(p for i, p in enumerate(every) if i % HELD_OUT_EVERY), every[::HELD_OUT_EVERY]


def draw_reader(
    rng: Random, passages: int, held_out: bool | None = None, changed: float = 0.5
) -> Context:
    """`passages` sections of one to three pages, a share of them `changed` to other words; what their other
    sections state is missing. Of all pages, or of those that are `held_out` or not.
    """
    every = sections() if held_out is None else split_pages()[held_out]
    pages = rng.sample(every, rng.randint(1, min(3, passages)))
    near = [section for page in pages for section in page]
    rng.shuffle(near)
    chosen, rest = near[:passages], near[passages:]
    while len(chosen) < passages:
        other = rng.choice(rng.choice(every))
        chosen += [other] if other not in chosen else []
    away = [s for s in (*rest, rng.choice(rng.choice(every))) if s not in chosen]
    if rng.random() < changed:
        chosen = with_other_words(chosen, rng)
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
    missing = [Fact(s.title, blank.relation, "") for s in away for blank in s.blanks]
    return Context("reader", tuple(shown), tuple(asks), tuple(missing))
