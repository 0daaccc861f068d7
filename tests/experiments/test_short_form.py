"""The cheap task: every reply can be had from its prompt, and nothing that is asked was trained."""

import pytest

from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import complies, value_correct
from course_lib.experiments import short_form
from course_lib.generation.types import Reply


def test_every_reply_is_right_by_the_rules_and_stands_in_its_prompt():
    pairs = [*short_form.training_pairs(1000), *short_form.dev_pairs(32), *short_form.asked_pairs(96)]
    for pair in pairs:
        assert complies(pair.reply)[0]
        read = pair.prompt[-1]["content"]
        assert pair.question in read and pair.sentence.text in read
        if pair.value is not None:
            assert value_correct(pair.reply, pair.value) and pair.sentence.document_id in pair.reply
            assert all(part in read for part in pair.value.split(" | "))
    assert len(pairs) == 1000 + 32 + 96


def test_what_is_asked_is_no_fact_that_is_trained_and_some_of_it_has_no_answer():
    trained = {pair.question for pair in short_form.training_pairs(1000)}
    sentences = {pair.sentence.text for pair in short_form.training_pairs(1000)}
    every = [load_questions(split, edition) for split in ("dev", "test") for edition in ("2025", "2026")]
    by_text = {question.text: question for some in every for question in some}
    for pairs, split in ((short_form.dev_pairs(32), "dev"), (short_form.asked_pairs(80), "test")):
        asked = [by_text[pair.question] for pair in pairs]
        assert {question.split for question in asked} == {split}
        assert len({question.fact for question in asked}) == len(pairs)
        assert not trained & {pair.question for pair in pairs}
        answered = [pair for pair in pairs if pair.value is not None]
        assert 0.5 < len(answered) / len(pairs) < 0.95
        assert not sentences & {pair.sentence.text for pair in answered}


def test_a_seed_draws_its_own_order_and_fewer_are_the_first_of_more():
    hundred, more = short_form.training_pairs(100, seed=1), short_form.training_pairs(800, seed=1)
    assert more[:100] == hundred and short_form.training_pairs(100, seed=2) != hundred
    assert short_form.asked_pairs(32) == short_form.asked_pairs(80)[:32]
    with pytest.raises(CourseError, match="n = 1001"):
        short_form.training_pairs(1001)


class Says:
    """A model that replies with what it is given."""

    def __init__(self, replies):
        self.given = replies

    def replies(self, conversations, max_new_tokens):
        assert len(conversations) == len(self.given)
        return [Reply(text, 1, 1, {}) for text in self.given]


def test_style_and_value_are_scored_apart():
    asked = [pair for pair in short_form.asked_pairs(80) if pair.value is not None][:3]
    silent = next(pair for pair in short_form.asked_pairs(80) if pair.value is None)
    plain, wrong = asked[1].sentence.text, asked[0].reply  # a right value in plain words; a fact of another
    found = short_form.replied(Says([asked[0].reply, plain, wrong, silent.reply]), [*asked, silent])
    assert found == {"questions": 4, "hits": "1011", "right": "1001"}
