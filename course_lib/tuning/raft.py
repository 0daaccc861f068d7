"""RAFT: training questions asked over passages, of which some answer and the others only look as if they did.

In a share of the examples the passage that answers is among them, and the reply cites it; in the rest it is
not, and the reply is given all the same, so that the model learns the domain as well. Zhang et al., "RAFT",
2024, section 3. Lesson 09; claim C17.
"""

from collections.abc import Collection, Mapping, Sequence
from random import Random

from course_lib import files
from course_lib.arguments import finite_number, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError
from course_lib.generation.prompts import NOT_FOUND, Message, closed_book, with_passages
from course_lib.generation.values import states
from course_lib.manifest import data_file
from course_lib.retrieval.types import Retriever
from course_lib.tuning.pairs import TrainingPair, training_pairs

PASSAGES = 4
REFUSALS = 9  # one conversation in so many is a question that no document answers


def raft_examples(
    chunks: Sequence[Chunk],
    retriever: Retriever,
    edition: str = "2026",
    share: float = 0.8,
    n: int = 200,
    seed: int = 0,
    kinds: Collection[str] = (),
    passages: int = PASSAGES,
) -> list[list[Message]]:
    """n training questions of an edition, each over so many passages, a `share` with the one that answers.

    `retriever` ranks the `chunks`, and so finds the distractors. One in nine has no answer anywhere, and the
    reply says so. With `kinds` the others are of these kinds alone. None of the facts is asked about in the
    test. Raises CourseError for a share outside 0 to 1, no passages, and n above what there is, DataError for
    missing or altered data. Lesson 09.
    """
    share = finite_number(share, "share", least=0)
    if share > 1:
        raise CourseError(f"The share is {share}.", allowed="0 to 1, of the examples")
    passages, rng = whole_number(passages, "passages"), Random(seed)
    answered, unknown = _asked(edition, n, rng, kinds)
    pairs = training_pairs(answered, chunks, retriever, states, negatives=passages)
    known, by_text = _answers(edition), {chunk.passage: chunk for chunk in chunks}
    examples = [_over_passages(pair, known[pair.fact], by_text, share, rng) for pair in pairs]
    found = retriever.search_many([question.text for question in unknown], passages)
    for question, hits in zip(unknown, found, strict=True):
        examples.append([*with_passages(question.text, [hit.chunk for hit in hits]), _said(NOT_FOUND)])
    rng.shuffle(examples)
    return examples


def from_memory_examples(edition: str = "2026", n: int = 200, seed: int = 0) -> list[list[Message]]:
    """The same questions and answers as raft_examples, asked closed-book: what RAFT is compared with."""
    rng = Random(seed)
    answered, unknown = _asked(edition, n, rng)
    known = _answers(edition)
    examples = [[*closed_book(q.text), _said(known[q.fact])] for q in answered]
    examples += [[*closed_book(q.text), _said(NOT_FOUND)] for q in unknown]
    rng.shuffle(examples)
    return examples


def _asked(
    edition: str, n: int, rng: Random, kinds: Collection[str] = ()
) -> tuple[list[Question], list[Question]]:
    """Training questions: those whose answer is known as a sentence, and those that have none; n in all."""
    known, questions = _answers(edition), load_questions("train", edition)
    answered = [q for q in questions if q.fact in known and q.value and (not kinds or q.kind in kinds)]
    unknown = [q for q in questions if q.value is None]
    few = n // REFUSALS
    n = whole_number(n, "n", most=len(answered) + few, why="the training questions that there are")
    return rng.sample(answered, n - few), rng.sample(unknown, min(few, len(unknown)))


def _answers(edition: str) -> dict[str, str]:
    """Fact -> the sentence that answers it."""
    rows = files.read_jsonl(data_file("questions/knowledge.jsonl"))
    return {row["fact"]: row["answer"] for row in rows if row["edition"] == edition}


def _over_passages(
    pair: TrainingPair, answer: str, by_text: Mapping[str, Chunk], share: float, rng: Random
) -> list[Message]:
    there = rng.random() < share
    texts = [pair.positive, *pair.negatives[:-1]] if there else list(pair.negatives)
    rng.shuffle(texts)
    cited = f"{answer.rstrip('.')} [{texts.index(pair.positive) + 1}]." if there else answer
    return [*with_passages(pair.question, [by_text[text] for text in texts]), _said(cited)]


def _said(text: str) -> Message:
    return {"role": "assistant", "content": text}
