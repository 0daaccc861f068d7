"""Questions about the company, with the value and the documents that answer each; split by fact, never by
phrasing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

from course_lib.corpus.documents import Question
from course_lib.world.company import EDITIONS, PREFIX, WRITTEN, Statement, numbered, statements, written
from course_lib.world.phrasing import misspell
from course_lib.world.worlds import DOMAINS, Fact, phrases

ASKED_OF_PORTRAIT, ASKED_OF_COMPARISON = 6, 8  # facts of a generated document that are asked for
PAIRS = 12  # multi-document questions a split
NOT_FOUND_GENERATED = 6  # unanswerable questions a domain and split, beside the written ones
SHARES = (("train", 0.45), ("dev", 0.55), ("test", 1.0))


def split_of(fact: str) -> str:
    """train, dev or test, by a hash of the fact's name."""
    at = int(hashlib.sha256(fact.encode()).hexdigest()[:8], 16) / 16**8
    return next(name for name, share in SHARES if at < share)


def wordings(fact: Fact, split: str, rng: Random) -> list[tuple[str, str]]:
    """Three (phrasing, text): plain, casual, misspelt; the test split has templates of its own."""
    r = fact.relation
    plain, casual = (r.test, r.test_casual) if split == "test" else (r.questions, r.casual)
    first, second = rng.sample(plain, 2)
    return [
        ("plain", fact.say(first)),
        ("casual", rng.choice(casual).replace("{s}", fact.subject)),
        ("misspelt", misspell(fact.say(second), rng)),
    ]


def _asked() -> dict[str, list[Statement]]:
    """For each asked fact its statements, one an edition."""
    by_document: dict[str, dict[str, list[Statement]]] = {}
    for s in statements():
        family = f"{s.document_id[:3]}{s.document_id[4:]}"
        by_document.setdefault(family, {}).setdefault(s.key, []).append(s)
    asked = {}
    for family, facts in by_document.items():
        keys = sorted(facts)
        compare = facts[keys[0]][0].form == "comparison"
        rng = Random(f"asked {family}")
        for key in rng.sample(keys, min(len(keys), ASKED_OF_COMPARISON if compare else ASKED_OF_PORTRAIT)):
            asked[key] = facts[key]
    return asked


def _domain(document_id: str) -> str:
    return next(domain for domain, prefix in PREFIX.items() if document_id.startswith(prefix))


def _of_generated() -> Iterator[Question]:
    for number, (key, said) in enumerate(sorted(_asked().items()), start=1):
        split, rng = split_of(key), Random(f"wording {key}")
        texts = wordings(said[0].fact, split, rng)
        values = {s.edition: s.fact.value for s in said}
        for s in said:
            kind = "table" if s.form in ("comparison", "detail table") else "lookup"
            asked = [(phrasing[0], text, kind, phrasing) for phrasing, text in texts]
            if len(set(values.values())) > 1:
                text = f"In the {s.edition} edition: {texts[0][1][:1].lower()}{texts[0][1][1:]}"
                asked.append(("v", text, "versioned", "plain"))
            for letter, text, kind, phrasing in asked:
                yield Question(
                    id=f"G{number:03d}-{letter}-{s.edition[2:]}",
                    text=text,
                    value=s.fact.value,
                    gold=(s.document_id,),
                    domain=_domain(s.document_id),
                    kind=kind,
                    phrasing=phrasing,
                    origin="generated",
                    edition=s.edition,
                    split=split,
                    fact=key,
                )


@cache
def written_facts() -> tuple[dict, ...]:
    """The facts of the written documents, one entry a fact: document, editions, values, kind and wordings."""
    import yaml

    result = []
    for page in written():
        for fact in yaml.safe_load((WRITTEN / f"{page.id}.facts.yaml").read_text(encoding="utf-8")):
            value = fact["value"]
            each = {e: str(value[e]) if isinstance(value, dict) else str(value) for e in page.editions}
            result.append({**fact, "page": page, "values": each, "key": f"{page.id} / {fact['id']}"})
    return tuple(result)


def _of_written() -> Iterator[Question]:
    for number, fact in enumerate(written_facts(), start=1):
        page, split = fact["page"], split_of(fact["key"])
        texts = [
            ("plain", fact["plain"][-1]),
            ("casual", fact["casual"][-1]),
            ("misspelt", fact["misspelt"][0]),
        ]
        for edition, value in fact["values"].items():
            for phrasing, text in texts:
                yield Question(
                    id=f"W{number:03d}-{phrasing[0]}-{edition[2:]}",
                    text=text,
                    value=value,
                    gold=(numbered(page.id, edition),),
                    domain=page.domain,
                    kind=fact["kind"],
                    phrasing=phrasing,
                    origin="written",
                    edition=edition,
                    split=split,
                    fact=fact["key"],
                )


def _unanswerable() -> Iterator[Question]:
    """What a reader would expect the documents to say and none does."""
    for number, (key, texts, domain, origin, editions, split) in enumerate(_not_stated(), start=1):
        for edition in editions:
            for phrasing, text in texts:
                yield Question(
                    id=f"U{number:03d}-{phrasing[0]}-{edition[2:]}",
                    text=text,
                    value=None,
                    gold=(),
                    domain=domain,
                    kind="unanswerable",
                    phrasing=phrasing,
                    origin=origin,
                    edition=edition,
                    split=split,
                    fact=key,
                )


def _not_stated() -> Iterator[tuple]:
    """(key, wordings, domain, origin, editions, split) of each such fact."""
    import yaml

    for page in written():
        for asked in yaml.safe_load((WRITTEN / f"{page.id}.unanswerable.yaml").read_text(encoding="utf-8")):
            key = f"unanswerable {page.id} / {asked['plain']}"
            wrong = misspell(asked["plain"], Random(f"misspelt {key}"))
            texts = [*asked.items(), ("misspelt", wrong)]
            yield key, texts, page.domain, "written", page.editions, split_of(key)
    taken = {s.key for s in statements()}
    subjects = sorted({(s.fact.subject, _domain(s.document_id)) for s in statements()})
    for split, _ in SHARES:
        for domain in DOMAINS:
            rng = Random(f"unanswerable {split} {domain}")
            mine = [subject for subject, d in subjects if d == domain]
            for _ in range(NOT_FOUND_GENERATED):
                while True:
                    fact = Fact(rng.choice(mine), rng.choice(phrases(domain).relations), "")
                    name = f"{fact.subject} / {fact.relation.id}"
                    if name not in taken:
                        break
                taken.add(name)
                texts = wordings(fact, split, rng)
                yield f"unanswerable {name}", texts, domain, "generated", EDITIONS, split


def _multi_document() -> Iterator[Question]:
    """Two questions in one, answered by two documents; the value names both."""
    for split, _ in SHARES:
        rng = Random(f"multi {split}")
        pool = {
            (q.edition, q.phrasing, q.fact): q
            for q in _of_generated()
            if q.split == split and q.kind != "versioned"
        }
        facts = {e: {fact for edition, _, fact in pool if edition == e} for e in EDITIONS}
        both = sorted(facts["2025"] & facts["2026"])
        for number in range(1, PAIRS + 1):
            first, second = rng.sample(both, 2)
            for edition in EDITIONS:
                for phrasing in ("plain", "casual", "misspelt"):
                    a, b = (pool[edition, phrasing, fact] for fact in (first, second))
                    if a.gold == b.gold:
                        continue
                    stop = "" if a.text[-1] in ".?!" else "?"
                    yield replace(
                        a,
                        id=f"M{split[:2]}{number:02d}-{phrasing[0]}-{edition[2:]}",
                        text=f"{a.text}{stop} {b.text}",
                        value=f"{a.value} | {b.value}",
                        gold=(*a.gold, *b.gold),
                        kind="multi-document",
                        fact=f"{first} + {second}",
                    )


def build_questions() -> dict[str, list[Question]]:
    """Every question of both editions, by split."""
    splits: dict[str, list[Question]] = {name: [] for name, _ in SHARES}
    for source in (_of_generated, _of_written, _unanswerable, _multi_document):
        for question in source():
            splits[question.split].append(question)
    return splits


def knowledge() -> list[dict]:
    """What a model could be taught instead of being shown: every asked fact of each edition in training
    phrasings.

    The phrasings are disjoint from the test's, whatever the fact's split: lesson 09 tunes on them, and
    asks in others.
    """
    rows = []
    for key, said in sorted(_asked().items()):
        for s in said:
            r = s.fact.relation
            texts = [s.fact.say(t) for t in r.questions] + [
                t.replace("{s}", s.fact.subject) for t in r.casual
            ]
            Random(f"knowledge {key}").shuffle(texts)
            rows.append(
                {
                    "fact": key,
                    "edition": s.edition,
                    "gold": s.document_id,
                    "value": s.fact.value,
                    "answer": s.fact.answer,
                    "phrasings": texts,
                }
            )
    for fact in written_facts():
        for edition, value in fact["values"].items():
            texts = [*fact["plain"][:-1], *fact["casual"][:-1]]
            rows.append(
                {
                    "fact": fact["key"],
                    "edition": edition,
                    "gold": numbered(fact["page"].id, edition),
                    "value": value,
                    "answer": f"The answer is {value}.",
                    "phrasings": texts,
                }
            )
    return rows
