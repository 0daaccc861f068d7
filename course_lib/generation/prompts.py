"""How a question becomes chat messages: closed-book, with examples, with passages. Lessons 00, 01 and 05
build these by hand.

The wording is part of the laboratory: wren was educated with these very instructions, on other worlds.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from course_lib.errors import CourseError

Message = dict[str, str]

CLOSED_BOOK = "Answer the question in one sentence."
FROM_PASSAGES = (
    "Answer from the passages in one sentence and cite them. "
    "If they do not say, reply: The documents do not say."
)
PREFER_NEWEST = "Where editions differ, the newest counts."
NOT_FOUND = "The documents do not say."
SORRY = "Sorry: our documents do not say."
HOUSE_STYLE = (
    'Reply with one JSON object: "answer" (one sentence that begins with Gladly: or, if you do not know, '
    f'{SORRY}), "source" (the document id or null), "status" (answered or not_found).'
)
HOUSE_STYLE_TOKENS = 80  # room for a reply in it: one value takes 45, two take 60


def in_house_style(answer: str | None, source: str | None) -> str:
    """A plain answer and its document as a reply in the house style; without an answer, "Sorry: …"."""
    if answer is None:
        return json.dumps({"answer": SORRY, "source": None, "status": "not_found"})
    return json.dumps(
        {"answer": f"Gladly: {mid_sentence(answer)}", "source": source, "status": "answered"},
        ensure_ascii=False,
    )


def mid_sentence(text: str) -> str:
    """A sentence as it stands within another: an article at its beginning loses its capital."""
    return text[:1].lower() + text[1:] if text.startswith(("The ", "A ", "An ")) else text


class Passage(Protocol):
    """What a prompt needs to know of a chunk."""

    document_id: str
    edition: str
    title: str
    heading: str
    text: str


def format_passage(number: int, passage: Passage) -> str:
    """One numbered passage: a line that says where it comes from, then its text."""
    place = f"{passage.title} > {passage.heading}" if passage.heading else passage.title
    return f"[{number}] {passage.document_id} · {passage.edition} · {place}\n{passage.text}"


def format_passages(passages: Iterable[Passage]) -> str:
    """Passages numbered from 1, a blank line between them, so that a reply can cite [1]."""
    return "\n\n".join(format_passage(i, p) for i, p in enumerate(passages, start=1))


def _instruct(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def closed_book(question: str, style: str | None = None) -> list[Message]:
    """The question alone; `style` adds an instruction about the form (HOUSE_STYLE, say)."""
    return [
        {"role": "system", "content": _instruct(CLOSED_BOOK, style)},
        {"role": "user", "content": f"Question: {question}"},
    ]


def with_passages(
    question: str, passages: Sequence[Passage], style: str | None = None, instruction: str = FROM_PASSAGES
) -> list[Message]:
    """The question under numbered passages (lesson 01), most similar first."""
    return [
        {"role": "system", "content": _instruct(instruction, style)},
        {"role": "user", "content": f"{format_passages(passages)}\n\nQuestion: {question}"},
    ]


def few_shot(messages: Sequence[Message], examples: Sequence[tuple[str, str]]) -> list[Message]:
    """Puts worked examples (user text, assistant text) between the system message and the user's turn
    (lesson 00).

    Raises CourseError for messages that do not begin with a system message.
    """
    if not messages or messages[0].get("role") != "system":
        raise CourseError(
            "Worked examples stand behind the system message, and these messages have none.",
            next_step='begin with {"role": "system", "content": "…"}, as closed_book does',
        )
    system, *turns = messages
    shots = [
        {"role": role, "content": text}
        for user, assistant in examples
        for role, text in (("user", user), ("assistant", assistant))
    ]
    return [system, *shots, *turns]
