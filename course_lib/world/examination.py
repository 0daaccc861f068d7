"""What wren is examined in: worlds and phrasings that its education never used."""

from dataclasses import dataclass
from random import Random

from course_lib.generation.prompts import NOT_FOUND, Message, closed_book, with_passages
from course_lib.world.education import cited, misspell
from course_lib.world.general import general_facts
from course_lib.world.reading import FORMS, draw_context
from course_lib.world.worlds import DOMAINS, Fact

KINDS = ("gold", "four", "table", "missing")


@dataclass(frozen=True)
class Task:
    """A question with its right reply; `value` is None where the passages do not say."""

    messages: list[Message]
    reply: str
    value: str | None
    number: int | None


def test_question(fact: Fact, rng: Random) -> str:
    """The fact asked for in a phrasing kept for tests: plain, casual or misspelt."""
    relation = fact.relation
    if rng.random() < 0.33:
        return rng.choice(relation.test_casual).replace("{s}", fact.subject)
    text = fact.say(rng.choice(relation.test))
    return misspell(text, rng) if rng.random() < 0.33 else text


def reading_tasks(kind: str, n: int, seed: int = 0) -> list[Task]:
    """`n` tasks of a kind: "gold" (one passage), "four" (four passages), "table" (four, the answer in a
    table), "missing" (four).
    """
    rng = Random(f"examination {kind} {seed}")
    tasks = []
    while len(tasks) < n:
        form = rng.choice(FORMS[2:]) if kind == "table" else None
        context = draw_context(rng, 1 if kind == "gold" else 4, 4, form=form, domains=DOMAINS)
        if kind == "missing":
            known = [fact for fact in context.missing if fact.relation.test]
            if known:
                fact = rng.choice(known)
                tasks.append(
                    Task(with_passages(test_question(fact, rng), context.passages), NOT_FOUND, None, None)
                )
            continue
        asks = [a for a in context.asks if a.fact.relation.test]
        if asks:
            a = rng.choice(asks)
            messages = with_passages(test_question(a.fact, rng), context.passages)
            tasks.append(Task(messages, cited(a.fact, a.number), a.fact.value, a.number))
    return tasks


def general_tasks() -> list[Task]:
    """Every general fact in every phrasing kept for tests."""
    return [
        Task(closed_book(question), fact.answer, fact.value, None)
        for fact in general_facts()
        for question in fact.test
    ]
