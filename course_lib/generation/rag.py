"""Retrieval-augmented generation: search, put the passages before the question, answer, name the sources."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from course_lib.errors import CourseError
from course_lib.generation.prompts import with_passages
from course_lib.generation.types import LanguageModel, Reply
from course_lib.retrieval.types import Hit, Retriever


@dataclass(frozen=True)
class Answer:
    """A reply with its evidence: text, ids of the documents that it cites, and the hits that the model read.

    `seconds` has the stage `retrieve` and those of the reply; in a batch, this answer's share.
    """

    text: str
    citations: tuple[str, ...]
    hits: tuple[Hit, ...]
    reply: Reply
    seconds: dict[str, float]


@dataclass(frozen=True)
class RagPipeline:
    """A retriever and a language model that answer together from the best k chunks.

    `style` is an instruction about the form of the reply, as in the prompts. Lewis et al. 2020, section 2;
    lesson 01.
    """

    retriever: Retriever
    model: LanguageModel
    k: int = 4
    style: str | None = None

    def answer(self, question: str, max_new_tokens: int = 64) -> Answer:
        """Answer one question; raises CourseError if it is empty, PromptTooLong if passages do not fit."""
        return self.answers([question], max_new_tokens=max_new_tokens)[0]

    def answers(
        self, questions: Sequence[str], batch_size: int = 32, max_new_tokens: int = 64
    ) -> list[Answer]:
        """Answer many questions, in their order, searching and generating in batches; raises as `answer`
        does.
        """
        for number, question in enumerate(questions, start=1):
            if not isinstance(question, str) or not question.strip():
                raise CourseError(
                    f"Question {number} is empty: {question!r}.",
                    allowed="a text with at least one word",
                    next_step="drop it, or write the question",
                )
        if not questions:
            return []
        started = perf_counter()
        found = self.retriever.search_many(questions, self.k)
        retrieve = (perf_counter() - started) / len(questions)
        prompts = [
            with_passages(question, [hit.chunk for hit in hits], self.style)
            for question, hits in zip(questions, found, strict=True)
        ]
        replies = self.model.replies(prompts, batch_size=batch_size, max_new_tokens=max_new_tokens)
        return [
            Answer(
                reply.text,
                cited(reply.text, hits),
                tuple(hits),
                reply,
                {"retrieve": retrieve, **reply.seconds},
            )
            for reply, hits in zip(replies, found, strict=True)
        ]


def cited(text: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The documents that a reply cites, once each: by passage number, `[2]`, or as the `source` of a JSON
    object.

    A number that no passage has cites nothing. A JSON source is taken at its word, whether it was retrieved
    or not: whether it is true is for the evaluation to say.
    """
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        told = None
    if isinstance(told, dict):
        source = told.get("source")
        return (source,) if isinstance(source, str) and source else ()
    # Several may share a bracket: [1, 3].
    numbers = [int(n) for group in re.findall(r"\[([\d,;\s]+)\]", text) for n in re.findall(r"\d+", group)]
    ids = [hits[n - 1].chunk.document_id for n in numbers if 1 <= n <= len(hits)]
    return tuple(dict.fromkeys(ids))
