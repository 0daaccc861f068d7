"""What a reader is examined in: worlds and phrasings that no lesson used."""

from dataclasses import dataclass
from random import Random

from course_lib.generation.prompts import NOT_FOUND, Message, closed_book, with_passages
from course_lib.world.phrasing import test_question
from course_lib.world.reading.contexts import FORMS, draw_context
from course_lib.world.reading.conversation import cited
from course_lib.world.reading.general_knowledge import general_facts
from course_lib.world.worlds import DOMAINS

KINDS = ("gold", "four", "table", "missing")


@dataclass(frozen=True)
class Task:
    """A question with its right reply; `value` is None where the passages do not say."""

    messages: list[Message]
    reply: str
    value: str | None
    number: int | None


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
