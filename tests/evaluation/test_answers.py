import json

import pytest

from course_lib.corpus.documents import Question, load_questions
from course_lib.evaluation import answers
from course_lib.exercises.catalogue import find_exercise

GOOD = '{"answer": "Gladly: the Harbour Kettle weighs 412 g.", "source": "PR-201", "status": "answered"}'
SORRY = '{"answer": "Sorry: our documents do not say.", "source": null, "status": "not_found"}'


def question(value="412 g", gold=("PR-201",)):
    kinds = ("products", "lookup", "plain", "generated")
    return Question("q", "How heavy?", value, gold, *kinds, "2026", "test", "f")


@pytest.mark.parametrize(
    ("reply", "value", "right"),
    [
        ("The kettle weighs 412 g [1].", "412 g", True),
        ("The kettle weighs 1412 g.", "412 g", False),
        ("It weighs 412 grams.", "412 g", False),
        ("It weighs 2.412 g.", "412 g", False),
        ("It costs 1,250 EUR.", "1250 EUR", True),
        ("it is  THE Blue\nform.", "the blue form", True),
        ("Version 4.2.1 runs.", "4.2", False),
        ("It runs 4.2.", "4.2", True),
        ("Code AB-12 it is.", "AB-1", False),
        ("It weighs 4 g [1]. It costs 3 EUR [2].", "4 g | 3 EUR", True),
        ("It weighs 4 g [1].", "4 g | 3 EUR", False),
    ],
)
def test_value_match(reply, value, right):
    assert answers.value_correct(reply, value) is right


@pytest.mark.parametrize("reply", [GOOD, SORRY])
def test_house_style_accepts(reply):
    assert answers.complies(reply) == (True, ())


@pytest.mark.parametrize(
    "change",
    [
        lambda b: {**b, "status": "found"},
        lambda b: {**b, "source": None},
        lambda b: {**b, "source": "[1]"},
        lambda b: {**b, "answer": "The kettle weighs 412 g."},
        lambda b: {**b, "answer": "Gladly: the kettle weighs 412 g!"},
        lambda b: {**b, "answer": "Gladly: it weighs 412 g. It is red."},
        lambda b: {**b, "more": 1},
        lambda b: {"source": b["source"], "answer": b["answer"], "status": b["status"]},
        lambda b: {k: v for k, v in b.items() if k != "status"},
        lambda b: {**b, "status": "not_found"},
        lambda b: [b],
    ],
)
def test_house_style_refuses_with_a_reason(change):
    good, reasons = answers.complies(json.dumps(change(json.loads(GOOD))))
    assert not good
    assert reasons


def test_text_round_the_object_is_refused():
    assert not answers.complies(f"Here you are: {GOOD}")[0]


def test_score_of_an_answer_and_of_an_abstention():
    right = answers.score(GOOD, question())
    assert (right.correct, right.compliant, right.cited_right, right.abstained) == (True, True, True, False)
    assert not answers.score(SORRY, question()).correct
    assert answers.score("The documents do not say.", question(None, ())).correct
    assert not answers.score(GOOD, question(None, ())).correct


def test_a_right_value_with_a_false_source_is_not_cited_right():
    assert not answers.score(GOOD.replace("PR-201", "PR-202"), question()).cited_right


def test_no_test_value_is_empty():
    assert all(q.value is None or q.value.strip() for q in load_questions("test"))


def test_the_sign_of_degrees_may_stand_apart():
    assert answers.value_correct("It reaches 60°C.", "60 °C")
    assert not answers.value_correct("The hall is 6 [1].", "1"), "a citation states nothing"
    assert not answers.value_correct("It is hall 6 [1, 2][3].", "2") and answers.value_correct("6 [1].", "6")
    assert answers.value_correct("It reaches 60 °C.", "60°C")


@pytest.mark.parametrize("rest", ["It is red.", "it is red."])
def test_two_sentences_are_two_whatever_the_second_begins_with(rest):
    reply = f'{{"answer": "Gladly: it weighs 412 g. {rest}", "source": "PR-201", "status": "answered"}}'
    assert answers.complies(reply) == (False, ("more than one sentence",))
    assert find_exercise("7.5").check.solution(reply) is False
