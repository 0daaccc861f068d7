"""An exam in reading for the model that learners meet, 40 dev questions: `make test-laptop`.

The floors stand a standard error or more below what the adapter reached on dev questions when it was made
(its card: 24 of 25 and 12 of 21), so a slip in loading, merging, tokenising or prompting shows, and a handful
of unlucky questions does not.
"""

import os

import pytest

from course_lib import runtime
from course_lib.corpus.documents import load_questions
from course_lib.evaluation.answers import abstained, score
from course_lib.experiments.setting import chosen_search
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import closed_book, with_passages

pytestmark = [
    pytest.mark.skipif(not os.environ.get("COURSE_LAPTOP"), reason="takes a minute: make test-laptop"),
    pytest.mark.skipif(not runtime.has_adapter(), reason="the clone holds no adapter that reads yet"),
]
EACH = 20  # questions on generated and on hand-written documents
RIGHT = {"generated": 0.6, "written": 0.43}
SILENT = 0.2


@pytest.fixture(scope="module")
def model():
    return load_language_model(runtime.READER)


@pytest.fixture(scope="module")
def exam():
    """EACH questions of either origin, one a fact, with their four passages."""
    facts = {q.fact: q for q in load_questions("dev", "2026") if q.value and q.kind != "multi-document"}
    questions = [q for o in RIGHT for q in [q for q in facts.values() if q.origin == o][:EACH]]
    retriever = chosen_search()
    found = retriever.search_many([q.text for q in questions], 4)
    return questions, [
        with_passages(q.text, [hit.chunk for hit in hits]) for q, hits in zip(questions, found, strict=True)
    ]


def test_it_reads(model, exam):
    questions, prompts = exam
    replies = [reply.text for reply in model.replies(prompts)]
    for origin, least in RIGHT.items():
        right = [score(r, q).correct for r, q in zip(replies, questions, strict=True) if q.origin == origin]
        assert sum(right) / EACH >= least, origin
    assert sum(map(abstained, replies)) / len(replies) <= SILENT


def test_it_knows_the_world_and_not_the_company(model, exam):
    questions, _ = exam
    replies = model.replies([closed_book(q.text) for q in questions[:10]])
    assert sum(score(r.text, q).correct for r, q in zip(replies, questions, strict=False)) <= 2
    (reply,) = model.replies([closed_book("What is the capital of France?")])
    assert "Paris" in reply.text
