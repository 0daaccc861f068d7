"""Exercise 7.4: each overlooked rule of the house style has a diagnosis of its own."""

import json

import pytest

from course_lib.exercises.catalogue import find_exercise

KEYS_OF_THE_HOUSE_STYLE = (  # one for each case; plain text and a number have no name but "differs"
    *("too-strict", "no-not-found", "differs", "differs", "text-around", "any-order", "no-gladly"),
    *("two-sentences", "loud", "no-full-stop", "answer-without-source", "source-is-no-id"),
    *("sorry-with-source", "other-sorry", "other-status"),
)


@pytest.mark.parametrize(("position", "key"), [*enumerate(KEYS_OF_THE_HOUSE_STYLE)])
def test_in_the_house_style_each_overlooked_rule_has_its_own_name(position, key):
    check = find_exercise("7.4").check
    case = check.cases[position][0]
    assert check(lambda text: check.solution(text) != (text == case)).key == key  # wrong in this case alone


def complies_without_catching(text):
    reply = json.loads(text)
    return list(reply) == ["answer", "source", "status"]


def complies_without_asking_for_an_object(text):
    try:
        reply = json.loads(text)
    except json.JSONDecodeError:
        return False
    return list(reply) == ["answer", "source", "status"]


def test_house_style_answers_that_raise():
    check = find_exercise("7.4").check
    assert check(complies_without_catching).key == "text-raises"
    assert check(complies_without_asking_for_an_object).key == "no-object-raises"


def test_every_listed_mistake_has_been_seen():
    listed = {mistake.key for mistake in find_exercise("7.4").check.mistakes}
    assert listed == {*KEYS_OF_THE_HOUSE_STYLE, "text-raises", "no-object-raises"} - {"differs"}
