"""How well a model reads, and what it kept: the measures of the model cards, each with its interval.

Exams are on worlds, wordings and documents that no training saw.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question, load_questions
from course_lib.evaluation.answers import abstained, value_correct
from course_lib.evaluation.statistics import (
    Interval,
    bootstrap_interval,
    mean_interval,
    paired_bootstrap,
    wilson_interval,
)
from course_lib.experiments.setting import passages
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import closed_book, few_shot, with_passages
from course_lib.generation.types import LanguageModel, Messages
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.world.reading.exam import KINDS, Task, general_tasks, reading_tasks
from course_lib.world.reading.format_exam import format_tasks

RAG_ANSWERS = 60


@dataclass(frozen=True)
class Examinee:
    """A model by name, and the worked examples that stand before each of its prompts with passages."""

    model: str
    examples: tuple[tuple[str, str], ...] = ()


def worked_examples(n: int = 2) -> tuple[tuple[str, str], ...]:
    """Examples of reading four passages, from worlds of their own: user text and right reply."""
    tasks = reading_tasks("four", n, seed=7)
    return tuple((task.messages[1]["content"], task.reply) for task in tasks)


class _Asked:
    """A model that is asked with its examinee's worked examples before each question on passages."""

    def __init__(self, examinee: Examinee):
        self.model: LanguageModel = load_language_model(examinee.model)
        self.examples = examinee.examples

    def replies(self, prompts: Sequence[Messages], reading: bool = True, tokens: int = 48) -> list[str]:
        if reading and self.examples:
            prompts = [few_shot(prompt, self.examples) for prompt in prompts]
        return [reply.text for reply in self.model.replies(prompts, max_new_tokens=tokens)]


def share_of(hits: Sequence[bool]) -> Interval:
    """The share of tasks, each about a fact of its own."""
    return wilson_interval(sum(hits), len(hits))


def right_values(tasks: Sequence[Task | Question], replies: Sequence[str]) -> list[bool]:
    """Whether each reply states the value of its task, or of a question, and does not abstain."""
    return [not abstained(r) and value_correct(r, t.value or "") for t, r in zip(tasks, replies, strict=True)]


def gold_chunk(question: Question, chunks: Sequence[Chunk]) -> Chunk | None:
    """The chunk of a gold document in which the value stands."""
    mine = [c for c in chunks if c.document_id in question.gold and question.value in c.text]
    return mine[0] if mine else None


def one_a_fact(limit: int | None = None) -> list[Question]:
    """Test questions of the 2026 edition with one value, one wording a fact: generated, then written."""
    facts: dict[str, Question] = {}
    questions = [q for q in load_questions("test", "2026") if q.value and q.kind != "multi-document"]
    for number, question in enumerate(questions):
        if question.fact not in facts or number % 3 == 0:  # plain, casual and misspelt ones mixed
            facts[question.fact] = question
    groups = {o: [q for q in facts.values() if q.origin == o] for o in ("generated", "written")}
    half = None if limit is None else limit // 2
    return [q for group in groups.values() for q in group[:half]]


def luck(replies: Sequence[str], asked: Sequence[Question]) -> list[float]:
    """How often each reply would be right about the other facts of its kind: what a guess is worth.

    A kind is a relation, such as a capacity, for generated facts; all written ones are one kind.
    """
    kinds: dict[str, dict[str, str]] = {}
    for q in asked:
        kinds.setdefault(_kind(q), {})[q.fact] = q.value
    worth = []
    for reply, q in zip(replies, asked, strict=True):
        others = [value for fact, value in kinds[_kind(q)].items() if fact != q.fact]
        worth.append(sum(value_correct(reply, value) for value in others) / max(1, len(others)))
    return worth


def _kind(question: Question) -> str:
    return question.fact.rpartition(" / ")[2] if question.origin == "generated" else question.origin


def on_the_company(asked: _Asked, chunks: Sequence[Chunk], limit: int | None) -> dict[str, Interval]:
    """The company's questions with the gold chunk, with four retrieved, and closed-book against chance."""
    questions = [q for q in one_a_fact(limit) if gold_chunk(q, chunks)]
    found = chosen_retriever(chunks).search_many([q.text for q in questions], 4)
    ways = {
        "gold chunk": [with_passages(q.text, [gold_chunk(q, chunks)]) for q in questions],
        "four retrieved": [
            with_passages(q.text, [h.chunk for h in hits]) for q, hits in zip(questions, found, strict=True)
        ],
    }
    stood = [any(gold_chunk(q, [h.chunk]) for h in hits) for q, hits in zip(questions, found, strict=True)]
    written = [held for held, q in zip(stood, questions, strict=True) if q.origin == "written"]
    scores = {"… of those, the value stood among the four": share_of(written)}
    for way, prompts in ways.items():
        right = right_values(questions, asked.replies(prompts))
        for origin, name in (("generated", "generated"), ("written", "hand-written")):
            mine = [hit for hit, q in zip(right, questions, strict=True) if q.origin == origin]
            scores[f"{name} documents, {way}: right"] = share_of(mine)
    closed = asked.replies([closed_book(q.text) for q in questions], reading=False)
    guesses = [float(value_correct(r, q.value)) for r, q in zip(closed, questions, strict=True)]
    scores["the company's facts, closed-book"] = bootstrap_interval(guesses)
    scores["… above chance"] = paired_bootstrap(guesses, luck(closed, questions))
    return scores


def on_invented_worlds(asked: _Asked, n: int) -> dict[str, Interval]:
    """Reading, tables, abstention, citation, general knowledge and form, on what no lesson held."""
    tasks = {kind: reading_tasks(kind, n) for kind in KINDS}
    said = {kind: asked.replies([t.messages for t in each]) for kind, each in tasks.items()}
    cites = [
        set(re.findall(r"\[(\d+)\]", reply)) == {str(task.number)}
        for task, reply in zip(tasks["four"], said["four"], strict=True)
    ]
    general = general_tasks()[:: max(1, len(general_tasks()) // (2 * n))]
    known = right_values(general, asked.replies([t.messages for t in general], reading=False))
    right = {kind: share_of(right_values(tasks[kind], said[kind])) for kind in ("gold", "four", "table")}
    scores = {
        "invented worlds, gold chunk: right": right["gold"],
        "invented worlds, four passages: right": right["four"],
        "table rows, four passages: right": right["table"],
        "says so when they do not say": share_of([abstained(r) for r in said["missing"]]),
        "wrongly silent": share_of([abstained(r) for r in said["four"]]),
        "cites the right passage and no other": share_of(cites),
        "general knowledge, closed-book": mean_interval(known, [t.reply for t in general]),
    }
    for seen, name in ((True, "of the lessons"), (False, "never seen")):
        some = format_tasks(n, seen)
        replies = asked.replies([t.messages for t in some], reading=False, tokens=64)
        kept = [t.kept(r) for t, r in zip(some, replies, strict=True)]
        scores[f"formats asked for in words, {name}: kept"] = share_of(kept)
    return scores


def rag_seconds(asked: _Asked, chunks: Sequence[Chunk]) -> float:
    """Seconds for RAG_ANSWERS answers from four passages, retrieval included."""
    retriever = chosen_retriever(chunks)
    questions = [q.text for q in load_questions("test", "2026")[:RAG_ANSWERS]]
    retriever.search_many(questions[:1], 4)  # the passages' vectors are made once, not for each question
    started = time.perf_counter()
    found = retriever.search_many(questions, 4)
    asked.replies(
        [with_passages(q, [hit.chunk for hit in hits]) for q, hits in zip(questions, found, strict=True)]
    )
    return time.perf_counter() - started


def examine(examinee: Examinee, n: int, limit: int | None) -> dict:
    """Every measure of one examinee: mean, low and high of the 95 % interval, and seconds for its answers."""
    asked = _Asked(examinee)
    chunks = passages("2026")
    scores = on_the_company(asked, chunks, limit) | on_invented_worlds(asked, n)
    readings = {name: [round(float(v), 4) for v in (s.mean, s.low, s.high)] for name, s in scores.items()}
    return {"scores": readings, "rag_seconds": round(rag_seconds(asked, chunks), 1)}


def written_tasks(n: int) -> list[Task]:
    """The first dev questions on hand-written documents, one a fact, each with its gold passage."""
    chunks, tasks = passages("2026"), {}
    for q in load_questions("dev", "2026"):
        if q.origin == "written" and q.value and q.fact not in tasks and (gold := gold_chunk(q, chunks)):
            tasks[q.fact] = Task(with_passages(q.text, [gold]), "", q.value, 1)
    return list(tasks.values())[:n]


def quick_scores(model: LanguageModel, n: int) -> dict[str, float]:
    """Scores for a training log on `n` tasks a kind: right values (gold, four, written), silence where it is
    right (missing) and where it is not (silent), and right citations (cites).
    """
    tasks = {kind: reading_tasks(kind, n, seed=1) for kind in ("gold", "four", "missing")}
    tasks["written"] = written_tasks(n)
    said = {k: [r.text for r in model.replies([t.messages for t in each])] for k, each in tasks.items()}
    scores = {k: sum(right_values(tasks[k], said[k])) / n for k in ("gold", "four", "written")}
    asked = [*said["gold"], *said["four"], *said["written"]]
    scores["missing"] = sum(map(abstained, said["missing"])) / n
    scores["silent"] = sum(map(abstained, asked)) / len(asked)
    found = zip(tasks["four"], said["four"], strict=True)
    scores["cites"] = sum(re.findall(r"\[(\d+)\]", r) == [str(t.number)] for t, r in found) / n
    return {kind: round(share, 3) for kind, share in scores.items()}

