"""What a model writes for a search: other words for a question, a draft of its answer, its parts, and the
questions that a passage answers.

Each is a task: an instruction, worked examples, and how many lines are kept. Lesson 09 measures what they
bring, and what they cost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.arguments import listed
from course_lib.corpus.chunking import Chunk
from course_lib.generation.prompts import Message, few_shot
from course_lib.generation.types import LanguageModel

NUMBERED = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*")  # what models put before a line of a list


@dataclass(frozen=True)
class WritingTask:
    """An instruction, worked examples (user text, reply), and how many lines of a reply count."""

    instruction: str
    examples: tuple[tuple[str, str], ...]
    lines: int = 1
    most_tokens: int = 48


# The question as a document would put it: Ma et al. 2023, "Query rewriting for RAG", section 3.
REWRITE = WritingTask(
    "Rewrite the question as a search query, in the words that a handbook would use.",
    (
        ("how many days off do i get when i move house?", "Special leave: days for moving house"),
        ("whats the max load of the garden cart", "Garden cart: maximum load"),
    ),
)
# A made-up answer lies nearer to the real one than the question does: Gao et al. 2022, "HyDE", section 3.
DRAFT = WritingTask(
    "Write one sentence, as it might stand in a handbook, that answers the question. Make up what you do not "
    "know.",
    (
        (
            "How many days off do I get when I move house?",
            "Staff who move house get 2 days of special leave.",
        ),
        ("What may the garden cart carry at most?", "The garden cart has a maximum load of 80 kg."),
    ),
)
# What asks for two things is searched for twice: Press et al. 2022, "Self-ask", section 3.
PARTS = WritingTask(
    "Split the question into the questions that one would look up one by one, a line each.",
    (
        (
            "What does the garden cart weigh, and who repairs it?",
            "What does the garden cart weigh?\nWho repairs the garden cart?",
        ),
        ("What may the garden cart carry at most?", "What may the garden cart carry at most?"),
    ),
    lines=3,
)
# Questions match questions: they are written when the passage is indexed (HyPE, Vake et al. 2025).
ASKED = WritingTask(
    "Write two questions that the passage answers, a line each.",
    (
        (
            "Garden cart\nThe garden cart carries 80 kg at most. It is repaired by the tool shop.",
            "What may the garden cart carry at most?\nWho repairs the garden cart?",
        ),
    ),
    lines=2,
)


def written(model: LanguageModel, task: WritingTask, texts: Sequence[str]) -> list[list[str]]:
    """What a model writes for each text: at most so many lines as the task has, without bullets and numbers.

    A reply without a word gives no line. Lesson 09.
    """
    conversations = [few_shot(_asked(task, text), task.examples) for text in listed(texts, "texts", str)]
    replies = model.replies(conversations, max_new_tokens=task.most_tokens)
    lines = ([NUMBERED.sub("", line).strip() for line in reply.text.splitlines()] for reply in replies)
    return [[line for line in each if line][: task.lines] for each in lines]


def questions_of(model: LanguageModel, chunks: Sequence[Chunk]) -> dict[str, list[str]]:
    """The questions that a model writes for each chunk, by its id: what ByQuestions indexes. Lesson 09."""
    asked = written(model, ASKED, [chunk.passage for chunk in chunks])
    return {chunk.id: lines for chunk, lines in zip(chunks, asked, strict=True)}


def _asked(task: WritingTask, text: str) -> list[Message]:
    return [{"role": "system", "content": task.instruction}, {"role": "user", "content": text}]
