"""What the measures of the model cards count, with wren as the examinee."""

import pytest

from course_lib import runtime
from course_lib.corpus.documents import Question
from course_lib.generation.prompts import few_shot
from course_lib.world.reading.examining import (
    Examinee,
    examine,
    luck,
    one_a_fact,
    quick_scores,
    worked_examples,
)
from course_lib.world.reading.report import READER_ROWS, WREN_ROWS


def question(fact: str, value: str, origin: str = "generated") -> Question:
    rest = {"domain": "products", "kind": "lookup", "phrasing": "plain", "edition": "2026", "split": "test"}
    return Question("G1", "How much?", value, ("PR-101",), origin=origin, fact=fact, **rest)


def test_a_guess_is_worth_what_it_hits_elsewhere_in_its_kind():
    asked = [
        question("Kettle / capacity", "2 litres"),
        question("Urn / capacity", "2 litres"),
        question("Pot / capacity", "3 litres"),
        question("Club / day", "Monday"),
    ]
    assert luck(["2 litres"] * 4, asked) == [1 / 2, 1 / 2, 1, 0]


@pytest.mark.slow
def test_every_measure_is_taken_of_a_model():
    found = examine(Examinee(runtime.LANGUAGE_MODELS["tiny"]), 6, 8)
    assert {row.name for row in (*READER_ROWS, *WREN_ROWS)} < set(found["scores"])
    for mean, low, high in found["scores"].values():
        assert low <= mean <= high
    assert found["scores"]["table rows, four passages: right"][0] > 0.3, "wren reads tables"
    assert found["rag_seconds"] > 0


def test_worked_examples_are_of_the_form_that_is_asked_for_and_not_of_the_exam():
    (user, reply), second = worked_examples()
    assert "[4] " in user and "Question: " in user and reply.endswith("].")
    assert few_shot([{"role": "system", "content": "s"}], [(user, reply), second])[2]["content"] == reply


def test_each_fact_is_asked_once():
    questions = one_a_fact()
    assert len({q.fact for q in questions}) == len(questions) > 150
    assert {q.phrasing for q in questions} == {"plain", "casual", "misspelt"}
    few = one_a_fact(10)
    assert [q.origin for q in few] == ["generated"] * 5 + ["written"] * 5


@pytest.mark.slow
@pytest.mark.parametrize("n", [4])
def test_quick_scores_are_shares(n):
    from course_lib.generation.language_model import load_language_model

    scores = quick_scores(load_language_model(runtime.LANGUAGE_MODELS["tiny"]), n)
    assert set(scores) == {"gold", "four", "written", "missing", "silent", "cites"}
    assert all(0 <= share <= 1 for share in scores.values()) and scores["gold"] >= 0.5
