"""A small world whose answers are known: real questions, real scoring, replies that the test writes."""

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.experiments import Arm
from course_lib.generation.citations import cited
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit


@pytest.fixture
def ask():
    """Make a question: ask(number, value=…, gold=…)."""

    def make(number, value="412 g", gold=("PR-201",), kind="lookup", origin="written"):
        return Question(
            f"q{number}", f"What is {number}?", value, gold if value else (), "products", kind, "plain",
            origin, "2026", "test", f"fact {number}",
        )  # fmt: skip

    return make


@pytest.fixture
def chunk():
    """Make a chunk: chunk("PR-201", "It weighs 412 g.")."""

    def make(document, text, number=1):
        place = ("A title", "", text, "2026", "products", 0, len(text))
        return Chunk(f"{document}#{number}", document, *place)

    return make


@pytest.fixture
def arm():
    """Make an arm from the replies and the passages that it has: arm(name, questions, replies, passages)."""

    def make(name, questions, replies, passages=None):
        passages = passages or [()] * len(questions)
        by_text = {q.text: pair for q, *pair in zip(questions, replies, passages, strict=True)}

        def answers(texts):
            found = []
            for text in texts:
                reply, chunks = by_text[text]
                hits = tuple(Hit(each, 1.0, rank) for rank, each in enumerate(chunks, start=1))
                seconds = {"retrieve": 0.0, "prefill": 0.01, "decode": 0.02}
                found.append(Answer(reply, cited(reply, hits), hits, Reply(reply, 5, 3, seconds), seconds))
            return found

        return Arm(name, answers)

    return make
