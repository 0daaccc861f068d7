"""The values of a text, found by rules; a value is stated whole or not at all."""

from random import Random

import pytest

from course_lib.corpus.documents import load_questions
from course_lib.evaluation import answers
from course_lib.generation.values import another_value, claims_of, kind_of, replace_value, states


@pytest.mark.parametrize(
    "reply, question, claims",
    [
        ("The kettle weighs 412 g [1].", "How heavy is the kettle?", ("412 g",)),
        ("It costs 1,250.50 EUR and takes 10 working days [2][3].", "", ("1,250.50 EUR", "10 working days")),
        ("The shop opens at 09:30 on Monday [1].", "When does it open?", ("09:30", "Monday")),
        ("It went on sale on 5 August 2023 [4].", "", ("5 August 2023",)),
        ("Each unit is processed every Saturday [1].", "", ("Saturday",)),
        ("It should be serviced every 18 months [1].", "", ("every 18 months",)),
        ("It shows fault code XAU-4357 when it fails [3].", "", ("XAU-4357",)),
        ("It runs on cedar-02 and posts in #lodge-help [1].", "", ("cedar-02", "#lodge-help")),
        ("The job is at release 10.5.5 [1].", "", ("10.5.5",)),
        ("It is looked after by Nils Barlow [2].", "", ("Nils Barlow",)),
        ("In 2026 it is 12 EUR [1].", "What does it cost in the 2026 edition?", ("12 EUR",)),
        # Without a value of the rules: the words after the last connecting word.
        ("A request is approved by the building director [4].", "Who approves it?", ("building director",)),
        ("The body is cork.", "What is it made of?", ("cork",)),
        ("The Harbour Kettle is heavy.", "", ("Harbour Kettle",)),
        # A sentence each; what the question says is no claim.
        ("It is green [1]. It listens on port 4799 [2].", "", ("green", "4799")),
        ("The Harbour Kettle it is.", "Is it the Harbour Kettle?", ()),
        ('{"answer": "Gladly: it weighs 412 g.", "source": "PR-201", "status": "answered"}', "", ("412 g",)),
        ("", "", ()),
        (".>", "", ()),
        ('"It is made of cork."', "", ("cork",)),
    ],
)
def test_a_reply_claims_its_values(reply, question, claims):
    assert claims_of(reply, question) == claims


def test_stating_a_value_is_what_the_scores_of_answers_mean_by_it():
    values = [question.value for question in load_questions("test", "2026") if question.value]
    sentences = [f"It is {value.replace(' | ', ' and ')}, say the pages." for value in values[:60]]
    verdicts = [[states(sentence, value) for value in values] for sentence in sentences]
    assert verdicts == [[answers.value_correct(s, value) for value in values] for s in sentences]
    assert all(verdicts[i][i] for i in range(60)) and not all(verdicts[0])


def test_a_value_is_replaced_whole_and_part_by_part():
    assert replace_value("12 g, 412 g and 12 g.", "12 g", "9 g") == "9 g, 412 g and 9 g."
    assert replace_value("Green, 88 percent", "green | 88 percent", "red | 7 percent") == "red, 7 percent"
    assert replace_value("a.b", "a.b", r"\1") == r"\1"
    assert replace_value("4 days, then 5 days", "4 days | 5 days", "5 days | 9 days") == "5 days, then 9 days"


@pytest.mark.parametrize(
    "value, kind",
    [
        ("412 g", "measure g"),
        ("10 working days", "measure working days"),
        ("5 August 2023", "date"),
        ("Monday", "weekday"),
        ("09:30", "time"),
        ("cedar-02", "code"),
        ("4799", "number"),
        ("Nils Barlow", "name 2"),
        ("gift card", "words"),
    ],
)
def test_kinds(value, kind):
    assert kind_of(value) == kind


def test_another_value_is_of_the_same_kind_and_never_the_same():
    pool = ["412 g", "30 days", "7 days", "Nils Barlow", "Fenbridge", "cork", "green | 88 percent"]
    random = Random(0)
    assert another_value("12 g", pool, random) == "412 g"
    assert another_value("7 days", pool, random) == "30 days"
    assert another_value("cork", pool, random) == "green"
    assert another_value("3 kg", [], random) != "3 kg" and another_value("3 kg", [], random).endswith(" kg")
    assert another_value("Nils Barlow", ["Nils Barlow", "cork"], random) == "cork"
    assert another_value("cork", ["Cork"], random) == "not cork"
    assert another_value("12 g | cork", pool, random) == "412 g | green"
