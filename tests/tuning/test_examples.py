import json

import pytest

from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import complies
from course_lib.generation.prompts import NOT_FOUND
from course_lib.tuning import examples as module
from course_lib.tuning.examples import (
    check_replies,
    closed_book_examples,
    style_example,
    style_examples,
    style_rows,
    worked_examples,
)


def test_style_examples_keep_the_style_and_hold_their_source():
    for messages in style_examples(60):
        reply = json.loads(messages[-1]["content"])
        assert complies(messages[-1]["content"]) == (True, ())
        assert reply["source"] is None or f"] {reply['source']} " in messages[-2]["content"]


def test_fewer_examples_are_the_first_of_more():
    assert style_examples(20, seed=1) == style_examples(40, seed=1)[:20]
    assert style_examples(20, seed=1) != style_examples(20, seed=2)


def test_taught_wordings_are_in_no_test():
    asked = {q.text.lower() for q in load_questions("test")}
    taught = [m[-2]["content"].removeprefix("Question: ").lower() for m in closed_book_examples("2025", 3)]
    assert len(taught) > 800
    assert not asked & set(taught)


def test_worked_examples_show_both_cases_the_answered_one_last():
    replies = [json.loads(reply)["status"] for _, reply in worked_examples()]
    assert replies == ["not_found", "answered"]


@pytest.mark.parametrize(
    "call", [lambda: style_examples(0), lambda: style_examples(5000), lambda: closed_book_examples("1999")]
)
def test_what_there_is_not_is_refused(call):
    with pytest.raises(CourseError):
        call()


def test_worked_examples_in_plain_words_say_the_same_and_cite_the_passage():
    (_, sorry), (asked, styled) = worked_examples()
    (_, unsaid), (same, plain) = worked_examples(in_style=False)
    assert asked == same and unsaid == NOT_FOUND and '"not_found"' in sorry
    body = json.loads(styled)["answer"].removeprefix("Gladly: ").rstrip(".")
    assert plain.lower() == f"{body.lower()} [1]." and "Gladly" not in plain


def test_with_one_passage_an_example_keeps_the_one_that_answers():
    four, one = style_examples(60), style_examples(60, most=1)
    for long, short in zip(four, one, strict=True):
        reply = json.loads(short[-1]["content"])
        assert short[-1] == long[-1] and len(short[1]["content"]) < len(long[1]["content"])
        assert "[1] " in short[1]["content"] and "[2] " not in short[1]["content"]
        if reply["source"]:
            assert f"[1] {reply['source']} " in short[1]["content"]
    with pytest.raises(CourseError, match="most"):
        style_examples(1, most=5)


def test_a_curated_set_with_a_reply_that_the_schema_refuses_is_told(monkeypatch):
    noisy = style_rows(noisy=True)
    with pytest.raises(CourseError, match="not in the house style: examples") as caught:
        check_replies([style_example(row) for row in noisy])
    assert "correct these examples or drop them" in caught.value.next_step
    curated = [style_example(row) for row in style_rows()[:20]]
    assert check_replies(curated) == curated
    monkeypatch.setattr(module, "style_rows", lambda folder=None: noisy)
    with pytest.raises(CourseError, match="not in the house style"):
        style_examples(50)


def test_the_replies_that_do_not_keep_the_form_are_told_by_number():
    examples = style_examples(12)
    plain = {"role": "assistant", "content": "It weighs 3 kg."}
    spoilt = [*examples[:3], [*examples[3][:-1], plain], *examples[4:], [*examples[0][:-1], plain]]
    with pytest.raises(CourseError) as told:
        check_replies(spoilt)
    assert told.value.problem.startswith("2 of 13 replies are not in the house style: examples 4, 13.")
    assert "not one JSON object" in told.value.problem and told.value.next_step
