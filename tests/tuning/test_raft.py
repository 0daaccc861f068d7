"""RAFT's examples: the passage that answers is there in the share that is asked for, and is what is cited."""

import re

import pytest

from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.experiments.setting import passages
from course_lib.generation.prompts import NOT_FOUND
from course_lib.generation.values import states
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.tuning.raft import REFUSALS, from_memory_examples, raft_examples

CHUNKS = passages("2026")


@pytest.fixture(scope="module")
def retriever():
    return Bm25Index(CHUNKS)


def value_of(example):
    asked = example[1]["content"].rpartition("Question: ")[2]
    return next(q.value for q in load_questions("train", "2026") if q.text == asked)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_answer_stands_in_the_share_of_the_prompts_that_is_asked_for(retriever, share):
    examples = raft_examples(CHUNKS, retriever, share=share, n=90)
    answered = [e for e in examples if e[-1]["content"] != NOT_FOUND]
    assert len(examples) - len(answered) == 90 // REFUSALS
    cited = [e for e in answered if re.search(r"\[\d\]\.$", e[-1]["content"])]
    assert len(cited) / len(answered) == pytest.approx(share, abs=0.12)
    for example in cited:
        number = re.search(r"\[(\d)\]\.$", example[-1]["content"])[1]
        passage = example[1]["content"].split(f"[{number}] ")[1].split("\n\n[")[0]
        assert states(passage, value_of(example).split(" | ")[0])


def passages_of(example):
    return len(re.findall(r"^\[\d\] ", example[1]["content"], re.MULTILINE))


@pytest.mark.parametrize("passages", [1, 2])
def test_as_many_passages_as_are_asked_for(retriever, passages):
    examples = raft_examples(CHUNKS, retriever, share=0.5, n=45, passages=passages)
    assert {passages_of(each) for each in examples} == {passages}
    cited = [m[1] for e in examples if (m := re.search(r"\[(\d)\]\.$", e[-1]["content"]))]
    assert 0 < len(cited) < len(examples) and set(cited) == set("12"[:passages])


def test_every_prompt_has_four_passages_in_an_order_that_tells_nothing(retriever):
    examples = raft_examples(CHUNKS, retriever, share=1.0, n=90)
    assert {passages_of(each) for each in examples} == {4}
    places = [m[1] for e in examples if (m := re.search(r"\[(\d)\]\.$", e[-1]["content"]))]
    assert set(places) == set("1234") and max(map(places.count, "1234")) < 0.5 * len(places)


def test_the_same_seed_gives_the_same_examples_and_memory_the_same_questions(retriever):
    one, two = (raft_examples(CHUNKS, retriever, n=30, seed=1) for _ in range(2))
    assert one == two != raft_examples(CHUNKS, retriever, n=30, seed=2)
    asked = {e[1]["content"].rpartition("Question: ")[2] for e in one}
    assert asked <= {e[1]["content"].removeprefix("Question: ") for e in from_memory_examples(n=30, seed=1)}


def test_no_fact_of_the_test_is_trained_on(retriever):
    tested = {q.text for split in ("dev", "test") for q in load_questions(split, "2026")}
    examples = [*raft_examples(CHUNKS, retriever, n=120), *from_memory_examples(n=120)]
    assert not tested & {e[1]["content"].rpartition("Question: ")[2] for e in examples}


@pytest.mark.parametrize("wrong", [{"share": 1.5}, {"share": -0.1}, {"n": 10_000}, {"n": 0}, {"passages": 0}])
def test_what_cannot_be_is_told(retriever, wrong):
    with pytest.raises(CourseError):
        raft_examples(CHUNKS, retriever, **wrong)
