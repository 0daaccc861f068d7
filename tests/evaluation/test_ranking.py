"""Our ranking measures are those of the reference package, and documents are counted once."""

import math
import random

import ir_measures
import pandas as pd
import pytest
from ir_measures import RR, P, R, nDCG

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError, RetrievalError
from course_lib.evaluation.ranking import (
    document_ids,
    evaluate_retriever,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    reciprocal_rank,
)
from course_lib.retrieval.types import Hit, check_k


def random_cases(number=200):
    """Rankings of some of 30 documents, up to 8 of them graded 1 to 4, some judged worthless."""
    rng = random.Random(0)
    names = [f"PR-{each:03}" for each in range(30)]
    for _ in range(number):
        ranked = rng.sample(names, rng.randint(1, 20))
        gold = {name: rng.randint(1, 4) for name in rng.sample(names, rng.randint(1, 8))}
        yield ranked, gold, {name: 0 for name in names if name not in gold and rng.random() < 0.2}


def reference(measure, ranked, grades):
    run = {"q": {name: float(len(ranked) - place) for place, name in enumerate(ranked)}}
    return ir_measures.calc_aggregate([measure], {"q": grades}, run)[measure]


@pytest.mark.parametrize("k", [1, 3, 10, 25])
def test_they_equal_ir_measures(k):
    for ranked, gold, worthless in random_cases():
        judged, binary = gold | worthless, dict.fromkeys(gold, 1)
        assert recall_at_k(ranked, gold, k) == pytest.approx(reference(R @ k, ranked, judged), abs=1e-9)
        assert precision_at_k(ranked, gold, k) == pytest.approx(reference(P @ k, ranked, judged), abs=1e-9)
        assert reciprocal_rank(ranked, set(gold)) == pytest.approx(reference(RR, ranked, judged), abs=1e-9)
        assert ndcg_at_k(ranked, judged, k) == pytest.approx(reference(nDCG @ k, ranked, judged), abs=1e-9)
        assert ndcg_at_k(ranked, list(gold), k) == pytest.approx(
            reference(nDCG @ k, ranked, binary), abs=1e-9
        )


def test_a_case_worked_out_on_paper():
    ranked, gold = ["a", "b", "c", "d"], {"b", "d", "z"}
    assert recall_at_k(ranked, gold, 3) == 1 / 3
    assert precision_at_k(ranked, gold, 4) == 1 / 2
    assert reciprocal_rank(ranked, gold) == 1 / 2
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert ndcg_at_k(ranked, gold, 4) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_empty_places_are_not_relevant():
    assert precision_at_k(["a"], {"a"}, 4) == 1 / 4
    assert [recall_at_k([], {"a"}, 4), reciprocal_rank([], {"a"}), ndcg_at_k([], {"a"}, 4)] == [0, 0, 0]


@pytest.mark.parametrize("measure", [recall_at_k, precision_at_k, ndcg_at_k])
def test_what_cannot_be_scored_is_refused(measure):
    with pytest.raises(CourseError, match="1 or more"):
        measure(["a"], {"a"}, 0)
    for empty in ([], {}, {"a": 0}):
        with pytest.raises(CourseError, match="nothing to score"):
            measure(["a"], empty, 1)
    with pytest.raises(CourseError, match="names a document twice"):
        measure(["a", "a"], {"a"}, 1)


def hit(document_id, number, rank):
    return Hit(
        Chunk(f"{document_id}#{number}", document_id, "", "", "", "2026", "products", 0, 0), 1 / rank, rank
    )


def question(number, *gold, kind="lookup"):
    return Question(
        f"q{number}",
        f"question {number}",
        "v",
        gold,
        "products",
        kind,
        "plain",
        "written",
        "2026",
        "test",
        "f",
    )


class Shelf:
    """A retriever that knows its answers by heart."""

    answers = {
        "question 1": ["PR-1", "PR-1", "PR-2", "PR-3"],
        "question 2": ["PR-9", "PR-4", "PR-4", "PR-5"],
        "question 3": ["PR-1", "PR-2", "PR-3", "PR-4"],
    }

    def search(self, query, k):
        check_k(k, 4)
        return [hit(each, rank, rank) for rank, each in enumerate(self.answers[query][:k], start=1)]

    def search_many(self, queries, k):
        return [self.search(query, k) for query in queries]


def test_several_chunks_of_a_document_count_once():
    assert document_ids(Shelf().search("question 1", 4)) == ["PR-1", "PR-2", "PR-3"]


def test_a_retriever_gets_one_row_a_question():
    questions = [
        question(1, "PR-2"),
        question(2, "PR-4", "PR-5"),
        question(3, "PR-8"),
        question(4, kind="unanswerable"),
    ]
    table = evaluate_retriever(Shelf(), questions, 4)
    expected = pd.DataFrame(
        {
            "question_id": ["q1", "q2", "q3"],
            "domain": "products",
            "kind": "lookup",
            "phrasing": "plain",
            "origin": "written",
            "edition": "2026",
            "recall@4": [1.0, 1.0, 0.0],
            "precision@4": [0.25, 0.5, 0.0],
            "reciprocal_rank": [0.5, 0.5, 0.0],
            "ndcg@4": [1 / math.log2(3), (1 / math.log2(3) + 1 / 2) / (1 + 1 / math.log2(3)), 0.0],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_exact=False, rtol=1e-12)


def test_bad_k_and_no_gold_are_refused():
    with pytest.raises(RetrievalError, match="out of range"):
        evaluate_retriever(Shelf(), [question(1, "PR-2")], 0)
    with pytest.raises(CourseError, match="None of the questions"):
        evaluate_retriever(Shelf(), [question(4)], 2)
