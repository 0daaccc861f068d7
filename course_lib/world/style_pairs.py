"""The style sets: curated pairs in the house style, and a noisy copy in which every fault is labelled."""

import json
from random import Random

from course_lib.corpus.chunking import Chunk, split
from course_lib.generation.prompts import NOT_FOUND, in_house_style
from course_lib.world.asking import build_questions, split_of
from course_lib.world.company import Statement, build_documents, statements

CURATED = 1000
NOISY = 0.4  # the share of the noisy copy that is spoilt
NOISE = ("wrong schema", "wrong tone", "wrong answer", "duplicate", "truncated")


def _passages(said: Statement | None, chunks: list[Chunk], domain: str, rng: Random) -> list[str]:
    """Ids of four chunks in a random order: the one that states the fact, if any, and others of its
    domain.
    """
    gold = [
        c for c in chunks if said and c.document_id == said.document_id and c.heading.endswith(said.heading)
    ]
    gold = [c for c in gold if said.fact.value in c.text][:1]
    others = [c for c in chunks if c.domain == domain and c not in gold]
    picked = gold + rng.sample(others, 4 - len(gold))
    rng.shuffle(picked)
    return [c.id for c in picked]


def build_curated() -> list[dict]:
    """CURATED pairs from facts of the training split alone: a question, four passages, the reply; one in
    eight is not found.
    """
    chunks = split(d for d in build_documents() if d.edition == "2025")
    rng = Random("style")
    mine = [s for s in statements() if s.edition == "2025" and split_of(s.key) == "train"]
    missing = [q for q in build_questions()["train"] if q.kind == "unanswerable" and q.edition == "2025"]
    rows: list[dict] = []
    seen: set[str] = set()
    while len(rows) < CURATED:
        if len(rows) % 8 == 7:
            q = rng.choice(missing)
            said, text, answer, source, domain = None, q.text, None, None, q.domain
        else:
            said = rng.choice(mine)
            r = said.fact.relation
            text = (
                said.fact.say(rng.choice(r.questions))
                if rng.random() < 0.6
                else rng.choice(r.casual).replace("{s}", said.fact.subject)
            )
            answer, source = said.fact.answer, said.document_id
            domain = next(c.domain for c in chunks if c.document_id == source)
        passages = _passages(said, chunks, domain, rng)
        if said and text in seen:
            continue
        seen.add(text)
        rows.append(
            {
                "id": f"S{len(rows) + 1:04d}",
                "question": text,
                "passages": passages,
                "reply": in_house_style(answer, source),
                "plain": answer or NOT_FOUND,
                "value": said.fact.value if said else None,
                "source": source,
            }
        )
    return rows


def build_noisy(curated: list[dict]) -> list[dict]:
    """The same pairs; NOISY of them spoilt in one of the ways of NOISE, which `noise` names (null:
    untouched).
    """
    rng = Random("noise")
    values = [row["value"] for row in curated if row["value"]]
    result = []
    for row in curated:
        spoilt = dict(row, noise=None)
        if rng.random() < NOISY:
            kind = rng.choice(NOISE)
            spoilt["noise"] = kind
            if kind == "duplicate" and result:
                spoilt = dict(rng.choice(result[-40:]), id=row["id"], noise=kind)
            elif kind == "wrong answer" and row["value"]:
                spoilt["reply"] = row["reply"].replace(
                    row["value"], rng.choice([v for v in values if v != row["value"]])
                )
            elif kind == "wrong tone":
                body = json.loads(row["reply"])
                body["answer"] = (
                    rng.choice(["Well!!! ", "Dude, ", "As an assistant, I think ", "Obviously: "])
                    + body["answer"].partition(": ")[2]
                )
                spoilt["reply"] = json.dumps(body, ensure_ascii=False)
            elif kind == "truncated":
                spoilt["reply"] = row["reply"][: rng.randint(10, len(row["reply"]) // 2)]
            else:
                spoilt["noise"] = "wrong schema"
                body = json.loads(row["reply"])
                spoilt["reply"] = rng.choice(
                    [
                        row["plain"],
                        json.dumps({"reply": body["answer"]}, ensure_ascii=False),
                        json.dumps({**body, "confidence": "high"}, ensure_ascii=False),
                    ]
                )
        result.append(spoilt)
    return result
