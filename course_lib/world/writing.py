"""Facts into Markdown: prose, lists, tables. One function a form; the company and the invented worlds are
written by the same hand.
"""

from collections.abc import Sequence
from random import Random

from course_lib.world.worlds import Fact, Relation


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentence(fact: Fact, rng: Random, pronoun: bool = False) -> str:
    """One statement of the fact; with `pronoun`, "It" may stand for the subject where the sentence begins
    with it.
    """
    template = rng.choice(fact.relation.statements)
    if pronoun and template.startswith("The {s} ") and rng.random() < 0.5:
        template = "It " + template.removeprefix("The {s} ")
    return fact.say(template)


def prose(
    facts: Sequence[Fact], fillers: Sequence[str], rng: Random, intro: str | None = None, filling: float = 0.3
) -> str:
    """A paragraph: an opening sentence perhaps, the facts, and harmless sentences between them."""
    sentences = [intro] if intro else []
    for i, fact in enumerate(facts):
        sentences.append(sentence(fact, rng, pronoun=i > 0 and facts[i - 1].subject == fact.subject))
        if rng.random() < filling:
            sentences.append(capital(rng.choice(fillers).replace("{s}", fact.subject)))
    return " ".join(sentences)


def bullets(facts: Sequence[Fact], rng: Random) -> str:
    """A list of "- Weight: 412 g"; with several subjects each line names its own."""
    bold = rng.choice(["", "**"])
    several = len({fact.subject for fact in facts}) > 1
    lines = []
    for fact in facts:
        label = (
            f"{capital(fact.relation.label)} of the {fact.subject}"
            if several
            else capital(fact.relation.label)
        )
        lines.append(f"- {bold}{label}{bold}: {fact.value}")
    return "\n".join(lines)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def detail_table(facts: Sequence[Fact], rng: Random) -> str:
    """Two columns, one row a fact of the same subject."""
    header = rng.choice(
        [
            ("Detail", "Value"),
            ("Item", "What applies"),
            ("What", "Figure"),
            ("Question", "Answer"),
            ("Point", "Rule"),
        ]
    )
    return table(header, [(capital(fact.relation.label), fact.value) for fact in facts])


def comparison_table(
    subjects: Sequence[str], relations: Sequence[Relation], facts: dict[tuple[str, str], Fact], first: str
) -> str:
    """One row a subject, one column a relation; `first` heads the column of names."""
    header = [first, *(capital(relation.label) for relation in relations)]
    rows = [[capital(s), *(facts[s, relation.label].value for relation in relations)] for s in subjects]
    return table(header, rows)
