"""Rehearsal: the model's own words, and as many of them as were asked for."""

import pytest

from course_lib.errors import CourseError
from course_lib.generation.types import Reply
from course_lib.tuning.rehearsal import mixed, own_replies


class Speaker:
    """A model whose replies the test writes: text and tokens."""

    name = "speaker"

    def __init__(self, *replies):
        self.said = replies

    def replies(self, conversations, batch_size=32, max_new_tokens=64):
        return [Reply(text, 5, tokens, {}) for text, tokens in self.said]


def ask(text):
    return [{"role": "user", "content": text}]


def test_a_model_rehearses_what_it_says_and_nothing_that_it_did_not_end():
    model = Speaker(("Paris.", 3), ("and so on and so", 8), (" ", 1))
    found = own_replies(model, [ask("a"), ask("b"), ask("c")], most=8)
    assert found == [[*ask("a"), {"role": "assistant", "content": "Paris."}]]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.8])
def test_so_many_are_rehearsed_that_they_are_the_share_of_the_whole(share):
    examples, own = [f"task {i}" for i in range(30)], ["own 1", "own 2"]
    mixture = mixed(examples, own, share)
    assert mixture[:30] == examples
    assert len(mixture) - 30 == round(share * len(mixture))
    assert abs(mixture.count("own 1") - mixture.count("own 2")) <= 1


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan"), "half"])
def test_a_share_that_cannot_be_is_told(share):
    with pytest.raises(CourseError, match="share"):
        mixed(["a"], ["b"], share)


def test_nothing_to_rehearse_is_told():
    assert mixed(["a"], [], 0) == ["a"]
    with pytest.raises(CourseError, match="nothing to rehearse"):
        mixed(["a"], [], 0.5)
