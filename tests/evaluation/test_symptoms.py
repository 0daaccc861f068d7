"""Each symptom by its rule, on replies made for it, and the table of several models."""

from random import Random

import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.symptoms import NONE, SYMPTOMS, echoes, repeats, symptom, symptom_table
from course_lib.generation.prompts import SORRY, closed_book, in_house_style
from course_lib.generation.types import Reply

GOOD = in_house_style("The kettle weighs 412 g.", "PR-201")
OTHER = in_house_style("The lamp weighs 90 g.", "PR-202")
SAYS_SO = in_house_style(None, None)
PROMPT = closed_book("How heavy is the Harbour Kettle that stands by the door of the old shop in town?")
QUESTION = PROMPT[-1]["content"]


def said(text, tokens=40):
    return Reply(text, 30, tokens, {})


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        (GOOD, 40, NONE),
        (SAYS_SO, 20, NONE),
        ("", 1, "empty"),
        (" \n\t ", 3, "empty"),
        ("<think>hm", 9, "empty"),
        ("it weighs 9 g. " * 4, 40, "repeats"),
        ("it weighs 9 g. " * 4, 80, "repeats"),
        ('{"answer": ' + "}" * 30, 40, "repeats"),
        (GOOD + " and then", 80, "endless"),
        (OTHER, 40, "copies a training reply"),
        (f" {OTHER}\n", 40, "copies a training reply"),
        (QUESTION, 20, "echoes the prompt"),
        ("It weighs 412 g.", 9, "another form"),
        (SORRY, 9, "another form"),
        ('{"answer": "Gladly: the first replyuresg": "Gladly: the first replyures"}', 30, "broken form"),
        (GOOD[:-2], 30, "broken form"),
        (GOOD + "}", 30, "broken form"),
        (' { "answer" : "It weighs 412 g."}', 9, "broken form"),  # JSON, and a rule broken
        ('{"answer": ', 80, "endless"),
        ('{"text": "It weighs 412 g."}', 9, "another form"),
        (f"Here you are: {GOOD}", 40, "another form"),
    ],
)
def test_a_reply_shows_its_first_symptom(text, tokens, expected):
    assert symptom(said(text, tokens), PROMPT, 80, [OTHER, SAYS_SO, SAYS_SO]) == expected


def test_what_several_examples_share_is_no_copy():
    assert symptom(said(SAYS_SO), PROMPT, 80, [SAYS_SO, SAYS_SO]) == NONE
    assert symptom(said(SAYS_SO), PROMPT, 80, [SAYS_SO]) == "copies a training reply"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 23, False),
        ("a" * 24, True),
        ("ab" * 12, True),
        ("one two three. one two three.", False),
        ("one two three. one two three. one two three.", True),
        ("1,000,000,000,000 g", False),
        ("no no no", False),
        (GOOD, False),
        ("", False),
    ],
)
def test_a_stretch_must_stand_three_times_and_fill_24_characters(text, expected):
    assert repeats(text) is expected


def test_a_passages_value_may_be_said_and_a_whole_line_may_not():
    passage = "The Harbour Kettle weighs 412 g and comes in red, blue, green and black with a lid of steel."
    assert not echoes("The Harbour Kettle weighs 412 g.", passage)
    assert echoes(f"Here: {passage}", passage)


def test_long_replies_are_looked_at_in_no_time():
    text = "".join(Random(0).choices("abcdefghij ", k=60_000))
    assert symptom(said(text, 10), PROMPT, 80) == "another form"


def test_the_table_counts_each_models_replies_once():
    models = {
        "untuned": [said("It weighs 412 g."), said("")],
        "tuned": [said(GOOD), said(OTHER)],
    }
    table = symptom_table(models, [PROMPT, PROMPT], 80, {"tuned": [OTHER]})
    assert list(table.index) == ["empty", "copies a training reply", "another form", NONE]
    assert table["untuned"].tolist() == [1, 0, 1, 0] and table["tuned"].tolist() == [0, 1, 0, 1]
    assert list(table.columns) == ["untuned", "tuned", "usual cause", "remedy"]
    assert all(table["remedy"][:-1]) and all(table["usual cause"][:-1])


def test_one_reply_for_many_prompts_is_a_symptom_of_the_set():
    def counted(*replies):
        return symptom_table({"a": [said(text) for text in replies]}, [PROMPT] * len(replies), 80)["a"]

    assert counted(*[SAYS_SO] * 3, *[GOOD] * 2).to_dict() == {"one reply for all": 3, NONE: 2}
    different = [in_house_style(f"The lamp weighs {n} g.", "PR-202") for n in range(9)]
    assert counted(*[SAYS_SO] * 2, *different).to_dict() == {NONE: 11}, "twice is not many"
    assert counted(*[SAYS_SO] * 3, *different).to_dict() == {"one reply for all": 3, NONE: 9}
    assert counted(*[SAYS_SO] * 3, *different, GOOD).to_dict() == {NONE: 13}, "under a quarter"


def test_what_does_not_fit_is_told():
    with pytest.raises(CourseError, match="1 replies and 2 prompts"):
        symptom_table({"a": [said(GOOD)]}, [PROMPT, PROMPT], 80)
    with pytest.raises(CourseError, match="limit"):
        symptom(said(GOOD), PROMPT, 0)


def test_a_broken_form_is_not_taken_for_too_little_training():
    """More steps are right for a form half learned, and harmful where it fell to pieces: the losses tell."""
    by_name = {each.name: each for each in SYMPTOMS}
    broken, names = by_name["broken form"], list(by_name)
    assert names.index("broken form") == names.index("another form") - 1
    for remedy in (broken.remedy, by_name["repeats"].remedy):
        assert "losses" in remedy and "fewer epochs" in remedy and "more steps" in remedy
    table = symptom_table({"a": [said('{"answer": "Gladly'), said("Well.")]}, [PROMPT] * 2, 80)
    assert table["a"].to_dict() == {"broken form": 1, "another form": 1, NONE: 0}


def test_every_symptom_says_why_and_what_to_do():
    assert len({each.name for each in SYMPTOMS}) == len(SYMPTOMS)
    assert all(each.rule and each.cause and each.remedy for each in SYMPTOMS)
