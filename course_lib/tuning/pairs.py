"""Pairs of a question and its passage, with passages that look like it and do not answer the question.

What this module does not do: train on them (retriever.py and cross_encoder.py do).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.arguments import checked_path, checked_text, listed, shown, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.files import check_replaceable
from course_lib.retrieval.types import Retriever
from course_lib.tuning.settings import checked_settings

MARKER = "modules.json"  # every folder of sentence-transformers has it


@dataclass(frozen=True)
class TrainingPair:
    """A question, the passage that states its value, and passages that rank high and do not, best first."""

    question: str
    positive: str
    negatives: tuple[str, ...]
    fact: str


def training_pairs(
    questions: Sequence[Question],
    chunks: Sequence[Chunk],
    retriever: Retriever,
    states: Callable[[str, str], bool],
    negatives: int = 1,
) -> list[TrainingPair]:
    """For each answerable question the best-ranked chunk of its gold document that states the value, and the
    `negatives` best-ranked chunks of other documents that do not.

    `retriever` ranks the same `chunks`; `states(text, value)` says whether a text holds a value
    (evaluation.answers.value_correct). A question with two documents gives a pair for each; one whose value
    no chunk states whole gives none, and neither does one with fewer than `negatives` such chunks of other
    documents. Raises CourseError if no pair is left. Karpukhin et al., "Dense passage retrieval", EMNLP 2020,
    section 3.2. Lesson 04.
    """
    negatives = whole_number(negatives, "negatives", 0)
    chunks, questions = listed(chunks, "chunks", Chunk, least=1), listed(questions, "questions", Question)
    asked = [question for question in questions if question.gold and question.value]
    rankings = retriever.search_many([question.text for question in asked], len(chunks))
    pairs = []
    for question, hits in zip(asked, rankings, strict=True):
        ranked = [hit.chunk for hit in hits]
        parts = question.value.split(" | ")
        several = len(question.gold) > 1 and len(parts) == len(question.gold)
        wanted = zip(question.gold, parts, strict=True) if several else [(None, question.value)]
        hard = [
            chunk.passage
            for chunk in ranked
            if chunk.document_id not in question.gold and not any(states(chunk.text, part) for part in parts)
        ][:negatives]
        for document, value in wanted:
            documents = (document,) if document else question.gold
            stating = (c for c in ranked if c.document_id in documents and states(c.text, value))
            positive = next(stating, None)
            if positive is not None and len(hard) == negatives:
                pairs.append(TrainingPair(question.text, positive.passage, tuple(hard), question.fact))
    if not pairs:
        raise CourseError(
            "None of the questions gives a pair to train on.",
            allowed="questions whose value stands in a chunk of their gold document",
        )
    return pairs


def checked(output: str | Path, pairs: Iterable[TrainingPair], **settings: Any) -> tuple[Path, list, dict]:
    """The folder to write to, absolute, the pairs as a list, and the settings as Python's own numbers.

    Needs no model. Raises CourseError if the folder is something else, for no pairs, for one whose texts are
    none or whose passage is its own hard negative, and for settings that cannot be trained with.
    """
    next_step = "make some with training_pairs"
    found = listed(pairs, "pairs to train on", TrainingPair, least=1, next_step=next_step)
    for number, pair in enumerate(found, start=1):
        negatives = listed(pair.negatives, f"negatives of pair {number}", str)
        for text in (pair.question, pair.positive, *negatives):
            checked_text(text, f"A text of pair {number}")
        if pair.positive in negatives:
            raise CourseError(
                f"The passage of pair {number} is one of its own hard negatives: {shown(pair.positive)}.",
                allowed="negatives that do not answer the question",
                next_step="drop the pair, or draw other negatives: training_pairs does",
            )
    kept = ("epochs", "learning_rate", "batch_size", "seed")
    settings = {name: value for name, value in checked_settings(**settings).items() if name in kept}
    folder = checked_path(output, "output")
    check_replaceable(folder, MARKER)  # now, and not after minutes of training
    return folder, found, settings


def check_contrast(pairs: Sequence[TrainingPair], batch_size: int) -> None:
    """Raise CourseError if no batch can hold another passage than a question's own."""
    if all(pair.negatives for pair in pairs):
        return
    if batch_size == 1 or len({pair.positive for pair in pairs}) < 2:
        raise no_contrast("in batches of 1" if batch_size == 1 else "and all of them share one passage")


def no_contrast(why: str) -> CourseError:
    """The error for pairs that show what is right and never what is wrong."""
    return CourseError(
        f"There is nothing to tell the passages from: pairs lack hard negatives, {why}.",
        allowed="one hard negative or more for each pair, or pairs of several passages in larger batches",
        next_step="draw them with training_pairs(..., negatives=1)",
    )
