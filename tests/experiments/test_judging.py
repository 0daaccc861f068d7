"""C28: what a judge is shown, what is stored of it, and the rule on tables made for it."""

import pandas as pd
import pytest

from course_lib.claims import Verdict, judge
from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.judge import Preference
from course_lib.evaluation.judge_tests import KINDS
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import judging
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.generation.values import states


def answer(text):
    return Answer(text, (), (), Reply(text, 1, 1, {}), {})


def test_a_judge_sees_the_passages_that_state_the_value():
    questions = [q for q in load_questions("test", "2026") if q.value][:3]
    items = judging.items_for(questions, [answer("It is 3.")] * 3)
    assert [item.question for item in items] == [q.text for q in questions]
    for item, question in zip(items, questions, strict=True):
        assert any(states(chunk.passage, question.value) for chunk in item.chunks)
        assert {chunk.document_id for chunk in item.chunks} <= set(question.gold)
    assert judging.right(questions, [answer(f"It is {questions[0].value}.")] * 3)[0]
    with pytest.raises(CourseError):
        judging.items_for(questions, [])


def test_unit_tests_come_from_dev_questions_and_are_the_same_each_time():
    tests = judging.tests_for_judges(2)
    assert len(tests) == 2 * len(KINDS) and tests == judging.tests_for_judges(2)
    dev = {q.text for q in load_questions("dev", "2026")}
    assert {test.item.question for test in tests} <= dev


def test_verdicts_are_stored_as_marks_and_read_back():
    verdicts = [True, False, None, True]
    assert judging.marks(verdicts) == "10-1" and judging.unmarked("10-1") == verdicts
    with pytest.raises(CourseError, match="mark"):
        judging.unmarked("1x")


def row(name, tests, labels, verdicts):
    return {"judge": name, "tests": tests, "labels": labels, "verdicts": verdicts}


GOOD = row("good", 0.95, "1" * 120 + "0" * 120, "1" * 118 + "00" + "0" * 119 + "1")
YES = row("yes", 0.5, GOOD["labels"], "1" * 240)


def said(*rows):
    return judge("C28", judging.c28(pd.DataFrame(rows)))


def test_no_verdict_counts_as_wrong_in_every_agreement():
    silent = GOOD | {"verdicts": "1" * 118 + "--" + "0" * 119 + "1"}
    assert [part.mean for part in said(silent).parts] == [part.mean for part in said(GOOD).parts]


def test_a_judge_that_looks_at_the_place_wins_nothing():
    tests = judging.tests_for_judges(3)
    duels = judging.duels(tests)
    right = {test.item.question: test.item.reply for test in tests if test.kind == "right"}
    assert len(duels) == 3 and all(each.one == right[each.question] != each.other for each in duels)
    preferred = [Preference(0, 1), Preference(1, 0), Preference(0, 0), Preference(1, 1), Preference(0, None)]
    counted = judging.places(preferred)
    assert counted == dict.fromkeys(judging.places([]), 1)
    shares = judging.place_shares(counted)
    assert shares["the place decides"].mean == 0.4 and shares["… the first one"].mean == 0.2
    assert shares["no letter"].low < 0.2 < shares["no letter"].high
    assert judging.place_shares(judging.places([])) == {}
    before = {name: 40 * (name == "no letter") for name in counted}  # a run from before likelihoods were read
    assert judging.place_shares(before)["no letter"].mean == 1


def test_c28_weighs_the_judge_that_does_best_in_its_unit_tests():
    assert "judge good" in said(YES, GOOD).parts[0].what
    assert judging.chosen(pd.DataFrame([YES, GOOD]))["judge"] == "good"
    with pytest.raises(CourseError, match="No judge") as told:
        judging.chosen(pd.DataFrame(columns=["tests"]))
    assert "python -m course_lib results judging" in told.value.next_step


def test_a_judge_that_always_says_yes_is_refuted():
    parts = said(YES).parts
    assert (parts[0].mean, parts[0].verdict) == (0, Verdict.REFUTED)
    assert parts[1].verdict is Verdict.REFUTED  # 100 labels and nothing else: five points are too much to ask


def test_a_judge_that_hardly_errs_is_confirmed():
    found = said(GOOD)
    assert found.verdict is Verdict.CONFIRMED
    assert isinstance(judging.c28(pd.DataFrame([GOOD])), dict)
    assert all(isinstance(part[0], Interval) for part in judging.c28(pd.DataFrame([GOOD])).values())


@pytest.mark.slow
def test_a_point_measures_tests_and_verdicts_of_wren(monkeypatch):
    monkeypatch.setattr(judging, "QUESTIONS", 12)
    monkeypatch.setattr(judging, "TESTED", 2)
    monkeypatch.setattr(judging, "SWAPPED", 4)
    found = judging.measure({"judge": "answers first", "seed": 0})
    assert found["questions"] == len(found["labels"]) == len(found["verdicts"]) == 10
    assert set(found["kinds"]) == set(KINDS) and 0 <= found["tests"] <= 1
    assert 0 < sum(found["places"].values()) <= 4
    assert set(found["labels"]) <= {"0", "1"}
