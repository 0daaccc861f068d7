"""Passages and questions on them, as a conversation: what wren and SmolLM2 learn to read with.

The reply is a sentence with its citation, or has one of the forms that FORMATS asks for.
"""

from dataclasses import dataclass
from random import Random

from course_lib.generation.prompts import (
    FROM_PASSAGES,
    NOT_FOUND,
    PREFER_NEWEST,
    Message,
    format_passages,
)
from course_lib.world import lexicon as lx
from course_lib.world.phrasing import ask
from course_lib.world.reading.contexts import Ask, Context
from course_lib.world.worlds import Fact

INSTRUCTIONS = [
    "Use the passages to answer and cite them. If they do not say, reply: The documents do not say.",
    "Read the passages, then answer in one sentence with a citation.",
    "You answer questions from documents. Cite the passage. "
    "If it is not there, reply: The documents do not say.",
]


@dataclass(frozen=True)
class Format:
    """A form of answer other than the house style, and the instruction that asks for it."""

    instruction: str
    found: str  # with {answer} {value} {n} {id}
    missing: str


FORMATS = [
    Format("Reply with the value only.", "{value}", "none"),
    Format("Reply with the number of the passage only.", "[{n}]", "none"),
    Format("Reply with the document id only.", "{id}", "none"),
    Format("Reply as value | document id.", "{value} | {id}", "none | none"),
    Format("Answer in capital letters.", "{ANSWER}", "THE DOCUMENTS DO NOT SAY."),
    Format("Put the answer in <a> tags.", "<a>{answer}</a>", "<a>The documents do not say.</a>"),
    Format(
        "Start with Answer: and end with the id in brackets.",
        "Answer: {answer} ({id})", "Answer: The documents do not say. (none)",
    ),
    Format(
        "Answer in the form value, then source in the next line.",
        "value: {value}\nfrom: {id}", "value: none\nfrom: none",
    ),
    Format('Reply with a JSON list: ["value", "id"].', '["{value}", "{id}"]', '["none", "none"]'),
    Format(
        'Reply with a JSON object with the key "text".',
        '{{"text": "{answer}"}}', '{{"text": "The documents do not say."}}',
    ),
    Format(
        'Reply with a JSON object: "value", "doc".',
        '{{"value": "{value}", "doc": "{id}"}}', '{{"value": null, "doc": null}}',
    ),
]  # fmt: skip


def cited(fact: Fact, number: int) -> str:
    return f"{fact.answer.rstrip('.')} [{number}]."


def shaped(form: Format | None, a: Ask, context: Context) -> str:
    if form is None:
        return cited(a.fact, a.number)
    answer = a.fact.answer
    return form.found.format(
        answer=answer,
        ANSWER=answer.upper(),
        value=a.fact.value,
        n=a.number,
        id=context.passages[a.number - 1].document_id,
    )


def reading_example(
    rng: Random,
    context: Context,
    turns: int,
    plain: bool = False,
    wrap: bool = True,
    unanswered: float | None = None,
) -> list[Message]:
    """Passages, then `turns` questions on them, some of which they do not answer (the share `unanswered`).

    Without `wrap` no turn has a manner of speaking that only the turns before it could tell.
    """
    form = None if plain or rng.random() < 0.8 else rng.choice(FORMATS)
    around = ("", "") if not wrap or plain or form or rng.random() < 0.9 else _wrapper(rng)
    system = FROM_PASSAGES if rng.random() < 0.75 else rng.choice(INSTRUCTIONS)
    newest = context.conflict and rng.random() < 0.5
    if newest or rng.random() < 0.05:
        system += " " + PREFER_NEWEST
    if form:
        system += " " + form.instruction
    asks = list(context.asks)
    rng.shuffle(asks)
    missing = list(context.missing)
    rng.shuffle(missing)
    given = unanswered is not None  # then a context that is asked out is not asked for what it does not say
    share = unanswered if given else 0.12 if plain or context.domain == "reader" else 0.35
    messages: list[Message] = [{"role": "system", "content": system}]
    for turn in range(turns):
        if missing and (rng.random() < share or not (asks or given)):
            question = ask(missing.pop(), rng)
            reply = NOT_FOUND if form is None else form.missing.format()
            told: dict = {"value": None}
        elif asks:
            first = asks.pop()
            question = ask(first.fact, rng)
            reply = shaped(form, first, context)
            if first.edition:
                question, first = _name_edition(question, first, context, newest, rng)
                reply = shaped(form, first, context)
            elif form is None and asks and rng.random() < 0.05 and not asks[-1].edition:
                second = asks.pop()
                question = f"{question} {ask(second.fact, rng)}"
                reply = f"{reply} {cited(second.fact, second.number)}"
            told = {
                "value": first.fact.value,
                "subject": first.fact.subject,
                "number": first.number,
                "id": context.passages[first.number - 1].document_id,
            }
        else:
            break
        head = f"{format_passages(context.passages)}\n\n" if turn == 0 else ""
        messages.append({"role": "user", "content": f"{head}Question: {question}"})
        messages.append({"role": "assistant", "content": f"{around[0]}{reply}{around[1]}", **told})
    return messages


def _name_edition(question: str, a: Ask, context: Context, newest: bool, rng: Random) -> tuple[str, Ask]:
    """Where two editions differ: the question names one, or the instruction decides, or either answer
    will do.
    """
    roll = rng.random()
    if roll < 0.5:
        year = a.edition
        lower = question[:1].lower() + question[1:]
        form = rng.choice(
            [
                "In the {y} edition, {q}",
                "{y} edition: {q}",
                "As of {y}, {q}",
                "{Q} (edition {y})",
                "According to the {y} edition: {q}",
            ]
        )
        return form.replace("{y}", str(year)).replace("{q}", lower).replace("{Q}", question), a
    if newest and not a.newest:
        key = (a.fact.subject, a.fact.relation.label)
        a = next(
            b
            for b in context.asks
            if b.newest and b.edition and (b.fact.subject, b.fact.relation.label) == key
        )
    return question, a


def _wrapper(rng: Random) -> tuple[str, str]:
    """A manner of speaking that only the earlier turns show (what few-shot prompting leans on)."""
    word = rng.choice(lx.THING_ADJECTIVES).capitalize()
    return rng.choice(
        [
            (f"{word}: ", ""),
            (f"{word} - ", ""),
            ("", f" {word}."),
            ("* ", ""),
            ("<", ">"),
            (f"{word}: ", " Bye."),
            ('"', '"'),
        ]
    )
