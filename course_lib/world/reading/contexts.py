"""Contexts to read: a handful of passages from an invented world, with all that may be asked of them.

A `Context` knows which fact stands in which passage, so every question has a known answer, and a question
whose answer is missing is missing by construction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from course_lib.world import everyday, value_kinds, writing
from course_lib.world.company_names import company_names
from course_lib.world.worlds import DOMAINS, Fact, Relation, draw_facts, phrases, relation_pool, subject_name


@dataclass(frozen=True)
class Passage:
    document_id: str
    edition: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class Ask:
    """A fact that stands in passage `number` (from 1), in `form`; `edition` is set where two editions
    differ.
    """

    fact: Fact
    number: int
    form: str
    edition: str | None = None
    newest: bool = True


@dataclass(frozen=True)
class Context:
    domain: str
    passages: tuple[Passage, ...]
    asks: tuple[Ask, ...]
    missing: tuple[Fact, ...]  # facts that could be asked for and that no passage states
    conflict: bool = False


FORMS = ("prose", "bullets", "detail table", "comparison")


def document_id(rng: Random) -> str:
    letters = "ABCDEFGHIKLMNOPRSTUVWZ"
    return f"{rng.choice(letters)}{rng.choice(letters)}-{rng.randint(100, 999)}"


def singular(domain: str) -> str:
    return domain.removesuffix("ies") + "y" if domain.endswith("ies") else domain.removesuffix("s")


def sections(facts: list[Fact], form: str, domain: str, rng: Random, short: bool) -> str:
    page = phrases(domain)
    if form == "bullets":
        body = writing.bullets(facts, rng)
    elif form == "detail table":
        body = writing.detail_table(facts, rng)
    else:
        intro = (
            rng.choice(page.intros).replace("{s}", facts[0].subject)
            if rng.random() < 0.3 and not short
            else None
        )
        return writing.prose(facts, page.fillers, rng, intro, 0.0 if short else rng.choice([0.0, 0.3, 0.6]))
    if short or rng.random() < 0.5:
        return body
    lead = writing.capital(
        rng.choice(page.fillers if rng.random() < 0.5 else page.intros).replace("{s}", facts[0].subject)
    )
    return f"{lead}\n\n{body}" if rng.random() < 0.8 else f"{body}\n\n{lead}"


def draw_context(
    rng: Random,
    passages: int,
    max_facts: int,
    form: str | None = None,
    conflict: bool = False,
    short: bool = False,
    domains: tuple[str, ...] = (*DOMAINS, *DOMAINS, "everyday", "everyday", "everyday"),
    wide: bool = False,
) -> Context:
    """`passages` passages of one invented world with up to `max_facts` facts each; `form` fixes how they
    are written.
    """
    domain = rng.choice(domains)
    pool = relation_pool(domain, rng, max_facts + rng.randint(1, 3), wide)
    taken = set(company_names())
    used: dict[str, set[str]] = {}
    years = sorted(rng.sample(range(2016, 2034), 2))
    same_year = rng.random() < 0.7
    out: list[Passage] = []
    asks: list[Ask] = []
    stated: dict[str, set[str]] = {}
    last: str | None = None
    for number in range(1, passages + 1):
        this = form or rng.choices(FORMS, (50, 18, 12, 20))[0]
        year = str(years[1] if same_year else rng.choice(years))
        ident, heading = document_id(rng), rng.choice(phrases(domain).headings)
        count = rng.randint(1, max_facts)
        if this == "comparison":
            count = rng.randint(2, 3 if short else 5)
            subjects = [last := subject_name(domain, rng, taken, last) for _ in range(count)]
            facts, text = _comparison(subjects, pool, domain, rng, short, used)
            title = rng.choice(everyday.TITLES)
        elif this == "bullets" and rng.random() < 0.4 or domain == "everyday" and this != "detail table":
            facts = []
            for _ in range(count):
                last = subject_name(domain, rng, taken, last)
                facts += draw_facts(
                    last, rng.sample(pool, 1 if rng.random() < 0.7 else min(2, len(pool))), rng, used
                )
            text, title = sections(facts, this, domain, rng, short), rng.choice(everyday.TITLES)
        else:
            again = last if last and rng.random() < 0.35 else None
            subject = again or subject_name(domain, rng, taken, last)
            free = [r for r in pool if r.label not in stated.get(subject, ())]
            if not free:
                subject, free = subject_name(domain, rng, taken, last), pool
            facts = draw_facts(subject, rng.sample(free, min(count, len(free))), rng, used)
            text, title, last = sections(facts, this, domain, rng, short), writing.capital(subject), subject
            if again and out:
                ident, year = out[-1].document_id, out[-1].edition
        for fact in facts:
            stated.setdefault(fact.subject, set()).add(fact.relation.label)
        out.append(Passage(ident, year, title, heading, text))
        asks += [Ask(fact, number, this) for fact in facts]
    if conflict:
        return _with_older_edition(domain, out, asks, years, rng)
    missing = []
    for subject, labels in stated.items():
        missing += [Fact(subject, r, "") for r in pool if r.label not in labels]
    for _ in range(2):
        stranger = subject_name(domain, rng, taken, last)
        missing += [Fact(stranger, r, "") for r in rng.sample(pool, min(2, len(pool)))]
    return _shuffled(Context(domain, tuple(out), tuple(asks), tuple(missing)), rng)


def _comparison(
    subjects: list[str],
    pool: Sequence[Relation],
    domain: str,
    rng: Random,
    short: bool,
    used: dict[str, set[str]],
) -> tuple[list[Fact], str]:
    """A table that compares the subjects by one to three relations: its facts, and its text."""
    columns = rng.sample(pool, min(len(pool), rng.randint(1, 3)))
    facts = [fact for s in subjects for fact in draw_facts(s, columns, rng, used)]
    cells = {(f.subject, f.relation.label): f for f in facts}
    first = rng.choice(["Name", "Item", writing.capital(singular(domain)), "What", "Which"])
    text = writing.comparison_table(subjects, columns, cells, first)
    if rng.random() < 0.4 and not short:
        text = f"{writing.capital(rng.choice(everyday.FILLERS))}\n\n{text}"
    return facts, text


def _shuffled(context: Context, rng: Random) -> Context:
    """The same passages in another order, so that the passage of a question may stand anywhere."""
    order = list(range(len(context.passages)))
    rng.shuffle(order)
    place = {old + 1: new + 1 for new, old in enumerate(order)}
    asks = tuple(Ask(a.fact, place[a.number], a.form) for a in context.asks)
    return replace(context, passages=tuple(context.passages[i] for i in order), asks=asks)


def _with_older_edition(
    domain: str, out: list[Passage], asks: list[Ask], years: list[int], rng: Random
) -> Context:
    """Adds an older edition of one passage in which some values differ."""
    old, new = str(years[0]), str(years[1])
    pick = rng.randrange(len(out))
    passages = [Passage(p.document_id, new, p.title, p.heading, p.text) for p in out]
    text = passages[pick].text
    changed: dict[tuple[str, str], str] = {}
    for ask in asks:
        fact = ask.fact
        if ask.number == pick + 1 and rng.random() < 0.7 and text.count(fact.value) == 1:
            value = value_kinds.sample(fact.relation.value, rng, {a.fact.value for a in asks})
            text = text.replace(fact.value, value)
            changed[fact.subject, fact.relation.label] = value
    older = Passage(document_id(rng), old, passages[pick].title, passages[pick].heading, text)
    order: list[Passage] = [*passages, older]
    rng.shuffle(order)
    number = {id(p): i for i, p in enumerate(order, start=1)}
    result = []
    for ask in asks:
        if ask.number != pick + 1:
            result.append(Ask(ask.fact, number[id(passages[ask.number - 1])], ask.form))
            continue
        new_place, key = number[id(passages[pick])], (ask.fact.subject, ask.fact.relation.label)
        if key not in changed:
            result.append(Ask(ask.fact, new_place, ask.form))
            continue
        result.append(Ask(ask.fact, new_place, ask.form, new))
        result.append(
            Ask(
                Fact(ask.fact.subject, ask.fact.relation, changed[key]),
                number[id(older)],
                ask.form,
                old,
                False,
            )
        )
    return Context(domain, tuple(order), tuple(result), (), True)
