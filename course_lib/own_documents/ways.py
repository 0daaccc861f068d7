"""The ways to answer that need no training, on a learner's own questions, with worked examples from these.

Every way is asked the same questions, but for the gold passages, which can only be asked where the file names
a document that states the answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.evaluation.evidence import stated
from course_lib.experiments.arms import (
    CLOSED_BOOK,
    GOLD,
    RAG,
    Arm,
    GoldPassages,
    closed_book_arm,
    prompted_arm,
    rag_arm,
    whole_arm,
)
from course_lib.generation.budget import count_tokens
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, NOT_FOUND, with_passages
from course_lib.generation.types import LanguageModel
from course_lib.own_documents.question_sheet import DRAFT, drawn
from course_lib.retrieval.types import Retriever

EXAMPLES = "RAG + worked examples"
EVERYTHING = "all documents in the prompt"
FEWEST = 8  # questions that a document answers; of fewer none is spent on an example
LOOKED_AT = 12  # questions among which the two shortest examples are chosen
SLACK = 16  # tokens that a template may add
ROUND = 64  # so that a question that is corrected seldom changes the room of all others


@dataclass(frozen=True)
class Way:
    """An arm, the questions that it is asked, and what its answers depend on beside the model, as JSON.

    `own` is what the answer to one question depends on, by its text.
    """

    arm: Arm
    questions: Sequence[Question]
    whose: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)


def untrained(
    model: LanguageModel,
    retriever: Retriever,
    questions: Sequence[Question],
    chunks: Sequence[Chunk],
    examples: Sequence[tuple[str, str]],
    searched: Mapping[str, Any],
) -> list[Way]:
    """Closed-book, RAG, all passages in the prompt where the context holds them, RAG with worked examples
    where there are some, and the gold passages where known.

    `searched` is what their passages depend on, among it how many there are (`k`) and their `budget`.
    """
    k, budget = searched["k"], searched["budget"]
    ways = [
        Way(closed_book_arm(CLOSED_BOOK, model), questions),
        Way(rag_arm(RAG, retriever, model, k, budget), questions, searched),
    ]
    # A server keeps its context to itself, and would cut what is too long.
    if budget is not None and (arm := whole_arm(EVERYTHING, model, chunks)):
        ways.append(Way(arm, questions, {"passages": searched["passages"]}))
    if examples:
        arm = prompted_arm(EXAMPLES, retriever, model, examples, k, style=None)
        ways.append(Way(arm, questions, {**searched, "examples": list(examples)}))
    if known := with_gold(questions, chunks):
        gold = GoldPassages(known, chunks)
        own = {question.text: _given(gold, question.text, k) for question in known}
        arm = rag_arm(GOLD, gold, model, k, budget)
        ways.append(Way(arm, known, searched, own))
    return ways


def _given(gold: GoldPassages, text: str, k: int) -> list[str]:
    """The ids of the passages that a question is given; none where k do not hold all parts of its value,
    which costs that answer when it is asked for, and no run.
    """
    try:
        return [hit.chunk.id for hit in gold.search(text, k)]
    except CourseError:
        return []


def fingerprint(chunks: Sequence[Chunk]) -> str:
    """A SHA-256 of all that the chunks say, in their order."""
    digest = sha256()
    for chunk in chunks:
        digest.update(json.dumps([chunk.id, chunk.passage]).encode("ascii"))
    return digest.hexdigest()


def with_gold(questions: Sequence[Question], chunks: Sequence[Chunk]) -> list[Question]:
    """The questions whose documents state the answer in passages that can be given."""
    by_document: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        by_document.setdefault(chunk.document_id, []).append(chunk)
    found = []
    for question in questions:
        own = [chunk for id in question.gold for chunk in by_document.get(id, ())]
        if question.value and stated(question.value, own):
            found.append(question)
    return found


def room(model: LanguageModel, questions: Sequence[Question]) -> int | None:
    """The tokens that passages may take beside the longest question and a reply; None where nobody knows.

    A model behind a base URL keeps its context to itself.
    """
    context = getattr(model, "context", None)
    if context is None:
        return None
    longest = max(count_tokens(model, question.text) for question in questions)
    left = context - HOUSE_STYLE_TOKENS - SLACK - len(model.tokens(with_passages("", ()))) - longest
    return max(1, left - left % ROUND)


def worked(
    questions: Sequence[Question], replies: Mapping[str, str], retriever: Retriever, k: int, seed: int
) -> tuple[list[tuple[str, str]], list[Question]]:
    """Two worked examples (user text, reply), not found, then answered, and the questions left to ask.

    The answered one stands last, as in tuning.examples.worked_examples. They are the shortest of a few
    questions, drafts last; both are asked of no arm. None where there are fewer than FEWEST questions, or
    where the search finds no passage that states one's answer.
    """
    known = [question for question in questions if question.value is not None]
    if len(known) < FEWEST:
        return [], list(questions)
    some = drawn(known, seed)[:LOOKED_AT]
    hits = retriever.search_many([question.text for question in some], k)
    chunks = {question.id: [hit.chunk for hit in found] for question, found in zip(some, hits, strict=True)}
    telling = [(q, c) for q in some for c in chunks[q.id] if stated(q.value, [c])]
    silent = [(q, c) for q in some for c in chunks[q.id] if not stated(q.value, [c])]
    if not telling:
        return [], list(questions)
    answered, passage = min(telling, key=_length)
    user = with_passages(answered.text, [passage])[-1]["content"]
    examples = [(user, replies.get(answered.id) or said(answered.value, [passage]))]
    spent = {answered.fact}
    if others := [(q, c) for q, c in silent if q.fact != answered.fact]:
        question, passage = min(others, key=_length)
        examples.insert(0, (with_passages(question.text, [passage])[-1]["content"], NOT_FOUND))
        spent.add(question.fact)
    return examples, [question for question in questions if question.fact not in spent]


def said(value: str, chunks: Sequence[Chunk]) -> str:
    """A value as a reply that cites the passages that state its parts: "39 EUR [1] and 4 days [2]."."""
    parts = []
    for part in value.split(" | "):
        number = next((n for n, chunk in enumerate(chunks, start=1) if stated(part, [chunk])), None)
        parts.append(f"{part} [{number}]" if number else part)
    return f"{' and '.join(parts)}."


def _length(pair: tuple[Question, Chunk]) -> tuple[bool, int]:
    question, chunk = pair
    return question.origin == DRAFT, len(question.text) + len(chunk.passage)
