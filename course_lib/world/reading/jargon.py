"""A glossary, and a page with the plain words where the question has the others: two steps of reading."""

from random import Random

from course_lib.world import everyday, writing
from course_lib.world.reading.contexts import Ask, Context, Passage, document_id, draw_context, sections
from course_lib.world.worlds import Fact, Relation, draw_facts, relation_pool, subject_name


def draw_aliases(rng: Random) -> Context:
    """A glossary and a page that uses the plain words: the question uses the other ones (two steps of
    reading).
    """
    domain = "everyday"
    pool = relation_pool(domain, rng, 4)
    taken: set[str] = set()
    used: dict[str, set[str]] = {}
    things = [subject_name(domain, rng, taken) for _ in range(rng.randint(2, 4))]
    words = [subject_name(domain, rng, taken).split()[-1] for _ in things]
    if len(set(words)) < len(words) or set(words) & set(things):
        return draw_context(rng, 2, 2)
    facts = [f for t in things for f in draw_facts(t, rng.sample(pool, 1), rng, used)]
    if rng.random() < 0.5:
        glossary = writing.table(
            ("Word", "Meaning"), [(w, f"the {t}") for w, t in zip(words, things, strict=True)]
        )
    else:
        glossary = " ".join(f'We say "{w}" and mean the {t}.' for w, t in zip(words, things, strict=True))
    pages = [
        Passage(document_id(rng), "2024", "How we talk", "Words", glossary),
        Passage(
            document_id(rng),
            "2024",
            rng.choice(everyday.TITLES),
            rng.choice(everyday.HEADINGS),
            sections(facts, "prose", domain, rng, False),
        ),
    ]
    swap = rng.random() < 0.5
    alias = dict(zip(things, words, strict=True))
    asks = tuple(
        Ask(
            Fact(f.subject, _asked_as(f.relation, f.subject, alias[f.subject]), f.value),
            1 if swap else 2,
            "alias",
        )
        for f in facts
    )
    return Context(domain, tuple(reversed(pages)) if swap else tuple(pages), asks, ())


def _asked_as(relation: Relation, thing: str, word: str) -> Relation:
    """The relation whose questions name the thing by its other word."""
    return Relation(
        relation.id,
        relation.label,
        relation.value,
        relation.statements,
        relation.answer,
        tuple(q.replace("{s}", word) for q in relation.questions),
    )
