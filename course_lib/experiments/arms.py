"""The ways to answer that are compared, and their names. Lesson 09.

All arms get the same questions, so that they can be compared question by question, and all models are held
in one quantisation (recipes.served), so that a difference is never that of the weights' format.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from course_lib.corpus.chunking import Chunk, document_of
from course_lib.corpus.documents import Document, Question
from course_lib.errors import CourseError
from course_lib.evaluation.evidence import stated
from course_lib.generation.citations import cited
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import (
    HOUSE_STYLE,
    HOUSE_STYLE_TOKENS,
    closed_book,
    few_shot,
    with_passages,
)
from course_lib.generation.rag import Answer, RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.generation.values import states
from course_lib.retrieval.filters import Filter, check_where
from course_lib.retrieval.types import Hit, Retriever

CLOSED_BOOK, RAG, GOLD = "closed-book", "RAG", "gold passage"
TUNED_FORM, HYBRID = "tuned on form", "RAG + tuned on form"
TUNED_FACTS, FACTS_RAG = "tuned on facts", "RAG + tuned on facts"
PROMPTED, OLD_INDEX = "RAG + prompting", "RAG, old index"
RETRAINED = "tuned again on 2026"  # which `make results` alone runs
# Those of more_arms.py.
PROMPT, FEW_SHOT, WHOLE = "closed-book + prompting", "few-shot", "whole domain in the prompt"
BOTH, FILTERED = "RAG, both editions", "RAG, both editions, filtered"
TUNED_SEARCH, RAFT, ADAPTED = "RAG, tuned retriever", "RAFT", "RAG, adapted to the domain"
BEST_WORDINGS = "tuned on facts, best wordings"
ARMS = (CLOSED_BOOK, TUNED_FORM, RAG, HYBRID, TUNED_FACTS, PROMPTED, OLD_INDEX, GOLD)  # in a figure's order


@dataclass(frozen=True)
class Arm:
    """A way to answer: its name, and the call that turns questions into answers, in their order."""

    name: str
    answers: Callable[[Sequence[str]], list[Answer]]


def closed_book_arm(
    name: str, model: LanguageModel, examples: Sequence[tuple[str, str]] = (), style: str | None = None
) -> Arm:
    """The model alone, asked without passages; with `examples` (user text, reply) it is few-shot, and `style`
    tells it the form in words.
    """

    def answers(questions: Sequence[str]) -> list[Answer]:
        prompts = [few_shot(closed_book(each, style), examples) for each in questions]
        replies = model.replies(prompts, max_new_tokens=HOUSE_STYLE_TOKENS)
        return [Answer(r.text, cited(r.text, ()), (), r, {"retrieve": 0.0, **r.seconds}) for r in replies]

    return Arm(name, answers)


def whole_documents(documents: Sequence[Document]) -> list[Chunk]:
    """Each document as one passage, under its own id."""
    return [replace(document_of(each), id=each.id, text=each.text) for each in documents]


def whole_arm(
    name: str,
    model: LanguageModel,
    passages: Sequence[Chunk],
    route: Callable[[Sequence[str]], Sequence[str]] | None = None,
) -> Arm | None:
    """The model with all passages of one domain in its prompt, that to which `route` sends the question, or
    without `route` with all that there are.

    Nothing is searched for; what all prompts of a domain begin with is read once. None for a model in this
    process whose context does not hold the longest domain, a reply and a question of 60 tokens. Lesson 09.
    """
    domains: dict[str, list[Chunk]] = {}
    for each in passages:
        domains.setdefault(each.domain if route else "", []).append(each)
    prompt = {domain: with_passages("", chunks) for domain, chunks in domains.items()}
    if isinstance(model, LocalModel):
        if max(map(len, domains.values())) > model.context:  # a passage is a token at least
            return None
        longest = max(len(model.tokens(messages)) for messages in prompt.values())
        if longest + 60 + HOUSE_STYLE_TOKENS > model.context:
            return None

    def answers(questions: Sequence[str]) -> list[Answer]:
        found: list[Answer | None] = [None] * len(questions)
        sent = route(questions) if route else [""] * len(questions)
        for domain, chunks in domains.items():
            places = [place for place, each in enumerate(sent) if each == domain]
            hits = tuple(Hit(chunk, 1.0, rank) for rank, chunk in enumerate(chunks, start=1))
            prompts = [with_passages(questions[place], chunks) for place in places]
            for place, r in zip(places, model.replies(prompts, 1, HOUSE_STYLE_TOKENS), strict=True):
                seconds = {"retrieve": 0.0, **r.seconds}
                found[place] = Answer(r.text, cited(r.text, hits), hits, r, seconds)
        return found  # type: ignore[return-value]  # each question is sent to one of the domains

    return Arm(name, answers)


@dataclass(frozen=True)
class GoldPassages(Retriever):
    """A retriever that knows the answers: for each question the chunks of its gold documents that state them.

    An arm with it loses nothing in retrieval, so that what it gets wrong was lost in reading. Lesson 09.
    """

    questions: Sequence[Question]
    chunks: Sequence[Chunk]

    def __len__(self) -> int:
        return len(self.chunks)

    @cached_property
    def _known(self) -> dict[str, Question]:
        return {question.text: question for question in self.questions}

    @cached_property
    def _by_document(self) -> dict[str, list[Chunk]]:
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            found.setdefault(chunk.document_id, []).append(chunk)
        return found

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query, which is a question's text, the chunks that state a part of its value, at most k.

        Raises CourseError for a text that is no question of these, and where no chunk of the gold documents
        that the filter accepts states the value, or there is none.
        """
        check_where(where)
        return [self._gold(self._known.get(query), query, k, where) for query in queries]

    def _gold(self, question: Question | None, text: str, k: int, where: Filter | None) -> list[Hit]:
        value = question.value if question else None
        parts = value.split(" | ") if value else []
        gold = [
            chunk
            for id in (dict.fromkeys(question.gold) if question else ())
            for chunk in self._by_document.get(id, ())
            if (where is None or where.accepts(chunk)) and any(states(chunk.passage, each) for each in parts)
        ]
        first = _one_a_part(gold, parts)[:k]
        if not value or not stated(value, first):
            raise CourseError(
                f"No gold passage states what is asked here: {text!r}.",
                allowed="answerable questions of this list, and chunks of their edition",
                next_step="ask the gold-passage arm only of questions with a value",
            )
        return [Hit(chunk, 1.0, rank) for rank, chunk in enumerate(first, start=1)]


def _one_a_part(chunks: Sequence[Chunk], parts: Sequence[str]) -> list[Chunk]:
    """The chunks, with the first that states each part of the value before all others."""
    needed = [next((c for c in chunks if states(c.passage, part)), None) for part in parts]
    return list({c.id: c for c in [*filter(None, needed), *chunks]}.values())


def rag_arm(
    name: str, retriever: Retriever, model: LanguageModel, k: int = 4, budget: int | None = None
) -> Arm:
    """The model with the k best passages in its prompt, and no word about the form of the reply.

    With a `budget` of tokens the passages that do not fit into it are left out, the least similar first.
    """
    pipeline = RagPipeline(retriever, model, k=k, budget=budget)
    return Arm(name, lambda questions: pipeline.answers(questions, max_new_tokens=HOUSE_STYLE_TOKENS))


def prompted_arm(
    name: str,
    retriever: Retriever,
    model: LanguageModel,
    examples: Sequence[tuple[str, str]],
    k: int = 4,
    style: str | None = HOUSE_STYLE,
) -> Arm:
    """RAG with worked examples (user text, reply) in the prompt, and the house style in words unless None.

    Passages that would not fit beside them are left out, the least similar first.
    """
    pipeline = RagPipeline(retriever, model, k=k, style=style, examples=examples)
    return Arm(name, lambda questions: pipeline.answers(questions, max_new_tokens=HOUSE_STYLE_TOKENS))
