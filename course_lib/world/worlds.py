"""Invented worlds: relations with their wordings, subjects with a name, and the facts that hold of them.

The same code draws the company (one world, kept) and the thousands of worlds on which wren learns to read
(drawn once, thrown away). It makes facts only; `writing.py` puts them into documents.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from course_lib.world import everyday, value_kinds
from course_lib.world import lexicon as lx

PHRASEBOOK = Path(__file__).parent / "phrasebook"
DOMAINS = ("products", "policies", "handbook", "runbooks")


@dataclass(frozen=True)
class Relation:
    """One thing that can be said of a subject, and the ways to say it and to ask for it."""

    id: str
    label: str
    value: str
    statements: tuple[str, ...]
    answer: str
    questions: tuple[str, ...]
    casual: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    test_casual: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phrases:
    """A domain's page of the phrasebook."""

    domain: str
    subject_nouns: tuple[str, ...]
    relations: tuple[Relation, ...]
    fillers: tuple[str, ...]
    intros: tuple[str, ...]
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """`relation` of `subject` is `value`."""

    subject: str
    relation: Relation
    value: str

    def say(self, template: str) -> str:
        """A template with this fact's subject and value in it, its first letter large."""
        text = template.replace("{s}", self.subject).replace("{v}", self.value)
        return text[:1].upper() + text[1:]

    @property
    def answer(self) -> str:
        return self.say(self.relation.answer)


@cache
def phrases(domain: str, wide: bool = False) -> Phrases:
    """The phrasebook's page for `domain`, one of DOMAINS or "everyday"; `wide` adds the further wordings
    of its second file.
    """
    import yaml

    if domain == "everyday":
        relations = tuple(
            Relation(label.replace(" ", "-"), label, kind, tuple(says), answer, tuple(asks))
            for label, kind, says, asks, answer in everyday.ROWS
        )
        fillers, headings = tuple(everyday.FILLERS), tuple(everyday.HEADINGS)
        return Phrases(domain, (), relations, fillers, fillers, headings)
    page = yaml.safe_load((PHRASEBOOK / f"{domain}.yaml").read_text(encoding="utf-8"))
    more = yaml.safe_load((PHRASEBOOK / f"{domain}_more.yaml").read_text(encoding="utf-8")) if wide else {}
    lists = ("statements", "questions", "casual", "test", "test_casual")
    relations = []
    for r in page["relations"]:
        kept = {text.lower() for key in ("test", "test_casual") for text in r[key]}
        wordings = {key: (*r[key], *more.get(r["id"], {}).get(key, ())) for key in lists}
        wordings |= {
            key: tuple(t for t in wordings[key] if t.lower() not in kept) for key in ("questions", "casual")
        }
        relations.append(Relation(r["id"], r["label"], r["value"], answer=r["answer"], **wordings))
    relations = tuple(relations)
    rest = {key: tuple(page[key]) for key in ("subject_nouns", "fillers", "intros", "headings")}
    return Phrases(domain, relations=relations, **rest)


def made_up_relation(rng: Random) -> Relation:
    """A relation that nobody has seen: any label with any kind of value."""
    head = rng.choice(lx.THING_NOUNS if rng.random() < 0.6 else lx.THING_ADJECTIVES)
    label = f"{head} {rng.choice(lx.LABEL_TAILS)}"
    fill = lambda forms: tuple(form.replace("{l}", label) for form in forms)  # noqa: E731
    return Relation(
        f"made-up-{label.replace(' ', '-')}",
        label,
        rng.choice(list(value_kinds.SAMPLERS)),
        fill(everyday.LABEL_STATEMENTS),
        everyday.LABEL_ANSWER.replace("{l}", label),
        fill(everyday.LABEL_QUESTIONS),
    )


def thing(rng: Random) -> str:
    """A thing without a name: "lower tool cupboard", now and then "Thornwick canteen"."""
    noun = rng.choice(lx.THING_NOUNS)
    roll = rng.random()
    if roll < 0.15:
        return f"{value_kinds.town(rng)} {noun}"
    if roll < 0.3:
        return noun
    if roll < 0.65:
        return f"{rng.choice(lx.THING_ADJECTIVES)} {noun}"
    first = rng.choice(lx.THING_NOUNS)
    return f"{first} {noun}" if roll < 0.85 else f"{rng.choice(lx.THING_ADJECTIVES)} {first} {noun}"


def syllable_word(rng: Random) -> str:
    """A word of made-up syllables: what the tokenizer must spell."""
    return "".join(rng.choice(lx.SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def name(nouns: tuple[str, ...], rng: Random) -> str:
    """A name of whole words ("Harbour Kettle"); one in ten has a syllable word ("Corvel Kettle")."""
    roll = rng.random()
    word = syllable_word(rng) if roll < 0.1 else rng.choice(lx.NAME_WORDS)
    if roll > 0.93:
        word = f"{word} {rng.choice(lx.NAME_WORDS)}"
    return f"{word} {rng.choice(nouns)}"


def subject_name(domain: str, rng: Random, taken: set[str], near: str | None = None) -> str:
    """A name of `domain` that is not in `taken` (and is then added); `near` asks for one that shares a
    word with it.
    """
    page = phrases(domain)
    for _ in range(100):
        if domain == "everyday":
            new = thing(rng)
        elif near and rng.random() < 0.7:
            head, _, tail = near.partition(" ")
            new = (
                f"{head} {rng.choice(page.subject_nouns)}"
                if rng.random() < 0.5
                else f"{rng.choice(lx.NAME_WORDS)} {tail}"
            )
        else:
            new = name(page.subject_nouns, rng)
        if new not in taken and new.partition(" ")[2] not in taken:  # "Silver Autumn Kettle" is too near
            break
    taken.add(new)
    return new


def relation_pool(domain: str, rng: Random, size: int, wide: bool = False) -> list[Relation]:
    """`size` relations with different labels, some of them made up, to share between the subjects of one
    world.
    """
    page = phrases(domain, wide)
    pool = rng.sample(page.relations, min(size, len(page.relations)))
    if rng.random() < 0.4:
        pool = [made_up_relation(rng) if rng.random() < 0.5 else relation for relation in pool]
    return list({relation.label: relation for relation in pool}.values())


def draw_facts(subject: str, relations: list[Relation], rng: Random, used: dict[str, set[str]]) -> list[Fact]:
    """One fact for each relation; within `used` (relation label -> values) no value comes twice."""
    facts = []
    for relation in relations:
        seen = used.setdefault(relation.label, set())
        value = value_kinds.sample(relation.value, rng, seen)
        seen.add(value)
        facts.append(Fact(subject, relation, value))
    return facts
