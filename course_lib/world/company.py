"""The company's knowledge base: documents drawn by the generator and documents written by hand, in two
editions.

`build_documents()` gives the same bytes each time. A fifth of the generated facts change between the
editions; some documents vanish and some are new. Written documents come from `written/*.md`, where `{{2025
text|2026 text}}` marks what changed.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from course_lib.corpus.documents import Document
from course_lib.world import plausible, writing
from course_lib.world.company_names import names_of
from course_lib.world.worlds import DOMAINS, Fact, Relation, phrases

WRITTEN = Path(__file__).parent / "written"
EDITIONS = ("2025", "2026")
PREFIX = {"products": "PR", "policies": "CU", "handbook": "HB", "runbooks": "IT"}
EFFECTIVE = {"2025": "2025-01-15", "2026": "2026-02-01"}
CHANGED = 0.2  # the share of generated facts whose value differs between the editions
PORTRAITS, COMPARISONS = 5, 4  # generated documents of a domain: about one subject, about five side by side
COMPARED = 5
COMPARISON_TITLES = {
    "products": [
        "The winter range side by side",
        "Small appliances compared",
        "For the large kitchen",
        "The shop floor list",
    ],
    "policies": [
        "Customer schemes at a glance",
        "Which scheme applies",
        "Services compared",
        "The counter card",
    ],
    "handbook": [
        "Benefits side by side",
        "Schemes for new colleagues",
        "Who runs what",
        "The notice board list",
    ],
    "runbooks": [
        "Systems at a glance",
        "The night shift list",
        "Services at Ellerby",
        "The platform inventory",
    ],
}


@dataclass(frozen=True)
class Statement:
    """A fact of one edition and the place where a document of that edition states it."""

    fact: Fact
    edition: str
    document_id: str
    heading: str
    form: str  # "prose", "bullets", "detail table" or "comparison"

    @property
    def key(self) -> str:
        """The fact whatever its edition: what the splits are drawn over."""
        return f"{self.fact.subject} / {self.fact.relation.id}"


@dataclass(frozen=True)
class Written:
    """One document as a person wrote it, both editions in one text."""

    id: str  # "PR-50"
    title: str
    domain: str
    editions: tuple[str, ...]
    source: str

    def text(self, edition: str) -> str:
        return re.sub(
            r"\{\{(.*?)\|(.*?)\}\}", rf"\{EDITIONS.index(edition) + 1}", self.source, flags=re.DOTALL
        )


def numbered(code: str, edition: str) -> str:
    """ "PR-07" of the edition 2026 is "PR-207"."""
    prefix, number = code.split("-")
    return f"{prefix}-{EDITIONS.index(edition) + 1}{number}"


def lives_in(index: int, domain: str) -> tuple[str, ...]:
    """All generated documents live in both editions but each domain's last: it vanishes, or it is new."""
    if index < PORTRAITS + COMPARISONS - 1:
        return EDITIONS
    return EDITIONS[:1] if domain in ("products", "handbook") else EDITIONS[1:]


def _facts(subjects: list[str], relations: list[Relation], rng: Random) -> dict[str, list[Fact]]:
    """Each edition's facts, subject by subject; within a document no relation has the same value twice."""
    used: dict[str, set[str]] = {}
    facts: dict[str, list[Fact]] = {edition: [] for edition in EDITIONS}
    for subject in subjects:
        for relation in relations:
            seen = used.setdefault(relation.id, set())
            old = plausible.value(relation.id, relation.value, rng, seen)
            seen.add(old)
            new = plausible.value(relation.id, relation.value, rng, seen) if rng.random() < CHANGED else old
            seen.add(new)
            for edition, value in zip(EDITIONS, (old, new), strict=True):
                facts[edition].append(Fact(subject, relation, value))
    return facts


def _portrait(domain: str, subject: str, rng: Random):
    """A document about one subject: prose, then a list or table, then prose; sections as (heading, form,
    facts by place).
    """
    page = phrases(domain)
    relations = rng.sample(page.relations, 10)
    facts = _facts([subject], relations, rng)
    headings = rng.sample(page.headings, 3)
    middle = rng.choice(("bullets", "detail table"))
    return facts, list(zip(headings, ("prose", middle, "prose"), ((0, 3), (3, 7), (7, 10)), strict=True))


def _comparison(domain: str, subjects: list[str], rng: Random):
    page = phrases(domain)
    relations = rng.sample(page.relations, 6)
    facts = _facts(subjects, relations, rng)
    return relations, facts, rng.sample(page.headings, 2)


@cache
def _generated() -> tuple[tuple[Document, ...], tuple[Statement, ...]]:
    documents, statements = [], []
    for domain in DOMAINS:
        names = list(names_of(domain))
        page = phrases(domain)
        for index in range(PORTRAITS + COMPARISONS):
            rng = Random(f"company {domain} {index}")
            code = f"{PREFIX[domain]}-{index + 1:02d}"
            editions = lives_in(index, domain)
            compare = index >= PORTRAITS
            if compare:
                subjects = [names.pop() for _ in range(COMPARED)]
                relations, facts, headings = _comparison(domain, subjects, rng)
                title = COMPARISON_TITLES[domain][index - PORTRAITS]
            else:
                subjects = [names.pop()]
                facts, sections = _portrait(domain, subjects[0], rng)
                title = writing.capital(subjects[0])
            for edition in editions:
                hand = Random(f"hand {domain} {index}")  # the same turns of phrase in both editions
                ident = numbered(code, edition)
                mine = facts[edition]
                if compare:
                    cells = {(f.subject, f.relation.label): f for f in mine}
                    first = {
                        "products": "Product",
                        "policies": "Scheme",
                        "handbook": "Scheme",
                        "runbooks": "System",
                    }[domain]
                    blocks = [hand.choice(page.fillers).replace("{s}", subjects[0])]
                    for heading, columns in zip(headings, (relations[:3], relations[3:]), strict=True):
                        lead = hand.choice(page.fillers).replace("{s}", hand.choice(subjects))
                        table = writing.comparison_table(subjects, columns, cells, first)
                        blocks.append(f"## {heading}\n\n{lead}\n\n{table}")
                        statements += [
                            Statement(cells[s, r.label], edition, ident, heading, "comparison")
                            for s in subjects
                            for r in columns
                        ]
                else:
                    blocks = [hand.choice(page.intros).replace("{s}", subjects[0])]
                    for heading, form, (low, high) in sections:
                        part = mine[low:high]
                        body = _section(form, part, page.fillers, hand)
                        blocks.append(f"## {heading}\n\n{body}")
                        statements += [Statement(fact, edition, ident, heading, form) for fact in part]
                text = "\n\n".join(writing.capital(block) for block in blocks)
                documents.append(_document(ident, title, domain, edition, editions, "generated", text, code))
    return tuple(documents), tuple(statements)


def _section(form: str, facts: list[Fact], fillers, rng: Random) -> str:
    if form == "bullets":
        return writing.bullets(facts, rng)
    if form == "detail table":
        return writing.detail_table(facts, rng)
    return writing.prose(facts, fillers, rng, filling=0.5)


def _document(ident, title, domain, edition, editions, origin, text, code) -> Document:
    supersedes = numbered(code, EDITIONS[0]) if edition == EDITIONS[1] and EDITIONS[0] in editions else None
    return Document(ident, title, domain, edition, EFFECTIVE[edition], supersedes, origin, text)


@cache
def written() -> tuple[Written, ...]:
    """The documents written by hand, as their sources say."""
    import yaml

    result = []
    for path in sorted(WRITTEN.glob("*-*.md")):
        front, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        head = yaml.safe_load(front)
        editions = EDITIONS if head["editions"] == "both" else (str(head["editions"]),)
        result.append(Written(path.stem, head["title"], head["domain"], editions, body.strip()))
    return tuple(result)


def build_documents() -> list[Document]:
    """Every document of both editions, generated and written."""
    documents = list(_generated()[0])
    for page in written():
        for edition in page.editions:
            ident = numbered(page.id, edition)
            documents.append(
                _document(
                    ident,
                    page.title,
                    page.domain,
                    edition,
                    page.editions,
                    "written",
                    page.text(edition),
                    page.id,
                )
            )
    return sorted(documents, key=lambda d: (d.edition, d.id))


def statements() -> tuple[Statement, ...]:
    """What the generated documents say, fact by fact."""
    return _generated()[1]


def markdown(document: Document) -> str:
    """The file of a document: front matter, then its text."""
    import yaml

    front = {
        key: getattr(document, key)
        for key in ("id", "title", "domain", "edition", "effective", "supersedes", "origin")
    }
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---\n\n{document.text}\n"
