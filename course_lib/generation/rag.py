"""Retrieval-augmented generation: search, put the passages before the question, answer, name the sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from course_lib.arguments import checked_text, listed, whole_number
from course_lib.generation.budget import fitting, fitting_beside
from course_lib.generation.citations import cited, invented
from course_lib.generation.prompts import few_shot, with_passages
from course_lib.generation.types import LanguageModel, Messages, Reply
from course_lib.retrieval.types import Hit, Retriever


@dataclass(frozen=True)
class Answer:
    """A reply with its evidence: text, ids of the documents that it cites, and the hits that the model read.

    `seconds` has the stage `retrieve` and those of the reply; in a batch, this answer's share. `dropped` are
    the hits for which the prompt had no room, and `invented` the citations of nothing that stood there.
    """

    text: str
    citations: tuple[str, ...]
    hits: tuple[Hit, ...]
    reply: Reply
    seconds: dict[str, float]
    dropped: tuple[Hit, ...] = ()
    invented: tuple[str, ...] = ()


@dataclass(frozen=True)
class RagPipeline:
    """A retriever and a language model that answer together from the best k chunks.

    `style` is an instruction about the form of the reply, as in the prompts. `budget` is how many tokens the
    passages may take in the prompt: those that do not fit are dropped whole, the last first. `examples` are
    worked examples (user text, reply) before the question, and passages, all but the best, are dropped until
    prompt and reply fit into the model's context beside them. Lewis et al. 2020, section 2; lessons 01, 05
    and 09.
    """

    retriever: Retriever
    model: LanguageModel
    k: int = 4
    style: str | None = None
    budget: int | None = None
    examples: Sequence[tuple[str, str]] = ()

    def answer(self, question: str, max_new_tokens: int = 64) -> Answer:
        """Answer one question; raises CourseError if it is empty, PromptTooLong if passages do not fit.

        With a budget they do not fit if the best one alone is longer.
        """
        return self.answers([question], max_new_tokens=max_new_tokens)[0]

    def answers(
        self, questions: Sequence[str], batch_size: int = 32, max_new_tokens: int = 64
    ) -> list[Answer]:
        """Answer many questions, in their order, searching and generating in batches; raises as `answer`
        does.
        """
        questions = listed(questions, "questions", next_step="call answer(question) for one")
        for number, question in enumerate(questions, start=1):
            checked_text(question, f"Question {number}", next_step="drop it, or write the question")
        if not questions:
            return []
        started = perf_counter()
        found = self.retriever.search_many(questions, whole_number(self.k, "k"))
        retrieve = (perf_counter() - started) / len(questions)
        kept = found
        if self.budget is not None:
            kept = [fitting(self.model, hits, self.budget) for hits in found]
        if self.examples:
            asked = [partial(self._prompt, question) for question in questions]
            pairs = zip(asked, kept, strict=True)
            kept = [fitting_beside(self.model, prompt, hits, max_new_tokens) for prompt, hits in pairs]
        prompts = [self._prompt(question, hits) for question, hits in zip(questions, kept, strict=True)]
        replies = self.model.replies(prompts, batch_size=batch_size, max_new_tokens=max_new_tokens)
        return [
            Answer(
                reply.text,
                cited(reply.text, hits),
                tuple(hits),
                reply,
                {"retrieve": retrieve, **reply.seconds},
                dropped=tuple(all_hits[len(hits) :]),
                invented=invented(reply.text, hits),
            )
            for reply, hits, all_hits in zip(replies, kept, found, strict=True)
        ]

    def _prompt(self, question: str, hits: Sequence[Hit]) -> Messages:
        return few_shot(with_passages(question, [hit.chunk for hit in hits], self.style), self.examples)
