"""The ways to answer that are compared, and their names. Lesson 09.

All arms get the same questions, so that they can be compared question by question, and all models are held
in one quantisation (recipes.served), so that a difference is never that of the weights' format.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from course_lib.generation.citations import cited
from course_lib.generation.prompts import (
    HOUSE_STYLE,
    HOUSE_STYLE_TOKENS,
    closed_book,
    few_shot,
    with_passages,
)
from course_lib.generation.rag import Answer, RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.types import Retriever

CLOSED_BOOK, RAG = "closed-book", "RAG"
TUNED_FORM, HYBRID, TUNED_FACTS = "tuned on form", "RAG + tuned on form", "tuned on facts"
PROMPTED, OLD_INDEX = "RAG + prompting", "RAG, old index"
RETRAINED = "tuned again on 2026"  # which `make results` alone runs
ARMS = (CLOSED_BOOK, TUNED_FORM, RAG, HYBRID, TUNED_FACTS, PROMPTED, OLD_INDEX)  # in a figure's order


@dataclass(frozen=True)
class Arm:
    """A way to answer: its name, and the call that turns questions into answers, in their order."""

    name: str
    answers: Callable[[Sequence[str]], list[Answer]]


def closed_book_arm(name: str, model: LanguageModel) -> Arm:
    """The model alone, asked without passages."""

    def answers(questions: Sequence[str]) -> list[Answer]:
        replies = model.replies([closed_book(each) for each in questions], max_new_tokens=HOUSE_STYLE_TOKENS)
        return [Answer(r.text, cited(r.text, ()), (), r, {"retrieve": 0.0, **r.seconds}) for r in replies]

    return Arm(name, answers)


def rag_arm(name: str, retriever: Retriever, model: LanguageModel, k: int = 4) -> Arm:
    """The model with the k best passages in its prompt, and no word about the form of the reply."""
    pipeline = RagPipeline(retriever, model, k=k)
    return Arm(name, lambda questions: pipeline.answers(questions, max_new_tokens=HOUSE_STYLE_TOKENS))


def prompted_arm(
    name: str,
    retriever: Retriever,
    model: LanguageModel,
    examples: Sequence[tuple[str, str]],
    k: int = 4,
    style: str = HOUSE_STYLE,
) -> Arm:
    """RAG with the house style described in the prompt and shown in worked examples (user text, reply).

    Passages that would not fit beside them are left out, the least similar first.
    """

    def answers(questions: Sequence[str]) -> list[Answer]:
        started = perf_counter()
        found = retriever.search_many(questions, k)
        retrieve = (perf_counter() - started) / max(1, len(questions))
        prompts, kept = [], []
        for question, hits in zip(questions, found, strict=True):
            while True:
                prompt = few_shot(with_passages(question, [h.chunk for h in hits], style), examples)
                if len(hits) == 1 or _fits(model, prompt):
                    break
                hits = hits[:-1]
            prompts.append(prompt)
            kept.append(hits)
        replies = model.replies(prompts, max_new_tokens=HOUSE_STYLE_TOKENS)
        return [
            Answer(r.text, cited(r.text, hits), tuple(hits), r, {"retrieve": retrieve, **r.seconds})
            for r, hits in zip(replies, kept, strict=True)
        ]

    return Arm(name, answers)


def _fits(model: LanguageModel, prompt: list[dict[str, str]]) -> bool:
    context = getattr(model, "context", None)  # a model behind a base URL keeps its own count
    return context is None or len(model.tokens(prompt)) + HOUSE_STYLE_TOKENS <= context
