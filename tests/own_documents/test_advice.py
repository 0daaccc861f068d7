"""What was measured answers some of lesson 11's questions, the learner others, and nobody the rest."""

import pandas as pd
import pytest

from course_lib import decision
from course_lib.errors import CourseError
from course_lib.experiments.arms import CLOSED_BOOK, RAG
from course_lib.own_documents.advice import SILENT, advise, checked_answers, measured
from course_lib.own_documents.question_sheet import DRAFT, OWN
from course_lib.own_documents.teaching import WITH_RAG
from course_lib.own_documents.ways import EXAMPLES


def table(right, own=60, arms=(CLOSED_BOOK, RAG)):
    """A table of 60 questions a share of which is answered right without any document."""
    return pd.DataFrame(
        {
            "arm": arm, "question": f"q{n}", "fact": f"f{n}", "answerable": True,
            "origin": OWN if n < own else DRAFT, "correct": n < 60 * right,
        }
        for arm in arms
        for n in range(60)
    )  # fmt: skip


def test_what_speaks_for_no_way_has_no_points():
    answers = decision.Answers(**SILENT)
    assert all(reading.points == (0, 0, 0) for reading in answers.readings.values())


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (table(0.1), {"failure": "facts", "examples": "some"}),
        (table(0.95), {"examples": "some"}),  # the model knows it all: what fails is not known
        (table(0.1, own=9), {"failure": "facts", "examples": "none"}),
        (
            table(0.1, arms=(CLOSED_BOOK, EXAMPLES)),
            {"failure": "facts", "prompts": "tried", "examples": "some"},
        ),
    ],
)
def test_what_was_measured_answers_its_questions(made, found):
    assert measured(made) == found


def test_a_tuned_arm_that_adds_right_values_says_nothing_of_form_and_what_was_taught_counts():
    """All are one table of 60 questions: nothing alone, half by RAG, three quarters tuned on top."""
    parts = {CLOSED_BOOK: 0.0, RAG: 0.5, WITH_RAG: 0.75}
    tuned = pd.concat([table(right, own=40, arms=(arm,)) for arm, right in parts.items()])
    assert measured(tuned) == {"failure": "facts", "examples": "none"}
    assert any("Form (layout, tone, length) was not measured" in line for line in advise(tuned, {}, "none"))
    assert measured(tuned, taught=40)["examples"] == "some"
    equal = pd.concat([table(0.5 * (arm != CLOSED_BOOK), arms=(arm,)) for arm in parts])
    assert measured(equal)["failure"] == "facts"


def test_an_arm_of_which_no_answer_came_says_nothing():
    tuned = pd.concat([table(0.0, arms=(CLOSED_BOOK,)), table(0.5, arms=(RAG, WITH_RAG))])
    failed = tuned.assign(answerable=tuned["answerable"] & (tuned["arm"] != RAG))
    assert measured(failed)["failure"] == "facts"
    first, half = failed["question"] < "q3", tuned["arm"] == RAG
    apart = tuned.assign(answerable=(first & half) | (~first & ~half))  # no question came from both
    assert measured(apart)["failure"] == "facts"


def test_prompts_that_were_enough_are_kept_and_the_report_says_so():
    enough = pd.concat([table(0.1, arms=(CLOSED_BOOK,)), table(1.0, arms=(EXAMPLES,))])
    assert measured(enough)["prompts"] == "enough"
    lines = advise(enough, {}, "none")
    assert lines[0].startswith("Do: keep the prompts: tried, and enough.")
    assert any("Keep the worked examples: tried, and enough for values." in line for line in lines)
    assert not any("fix the prompts first" in line for line in lines)
    few = enough[enough["question"].isin([f"q{n}" for n in range(6)])]
    assert any("reaches below the bar: ask more questions" in line for line in advise(few, {}, "none"))


@pytest.mark.parametrize("failure", ["form", "both"])
def test_right_values_do_not_say_that_prompts_are_enough_for_the_form(failure):
    enough = pd.concat([table(0.1, arms=(CLOSED_BOOK,)), table(1.0, arms=(EXAMPLES,))])
    lines = advise(enough, {"failure": failure}, "none")
    assert lines[0].startswith("Do: fix the prompts first")
    assert any("That it fails is your word." in line for line in lines)
    said = advise(enough, {"failure": failure, "prompts": "tried"}, "none")
    assert "fine-tuning" in said[0]


def test_worked_examples_that_add_nothing_were_tried():
    """Three of four right with both: the interval reaches above what would be enough, and no gain shows."""
    few = [table(0.1, arms=(CLOSED_BOOK,)), table(0.75, arms=(RAG, EXAMPLES))]
    assert measured(pd.concat(few))["prompts"] == "tried"
    gained = [table(0.1, arms=(CLOSED_BOOK,)), table(0.3, arms=(RAG,)), table(0.75, arms=(EXAMPLES,))]
    assert "prompts" not in measured(pd.concat(gained)), "go on with what helps"
    assert any(", without them 0.30 [" in line for line in advise(pd.concat(gained), {}, "none"))
    assert any("so go on with the prompts" in line for line in advise(pd.concat(gained), {}, "none"))
    assert any("They were not enough" in line for line in advise(pd.concat(few), {}, "none"))
    assert any("No worked examples were tried" in line for line in advise(few[0], {}, "none"))


def test_the_learner_is_heard_and_what_nobody_said_is_told():
    lines = advise(table(0.1, arms=(CLOSED_BOOK, EXAMPLES)), {"change": "daily"}, "no such model")
    assert lines[0] == "Do: RAG." and any("change: daily or weekly" in line for line in lines)
    assert lines[-1].startswith("Nothing was said of citations, latency, volume, language, privacy, upkeep,")
    assert "was measured with no such model, so reasons that rest on claims weigh half" in lines[-2]
    assert not any("weigh half" in line for line in advise(table(0.1), {}, "wren"))
    overruled = advise(table(0.1), {"failure": "form", "prompts": "tried", "examples": "many"}, "none")
    assert "fine-tuning" in overruled[0]
    assert advise(table(0.95), {}, "none")[0].startswith("Do: not yet: collect examples")


def test_answers_that_make_no_sense_are_told():
    with pytest.raises(CourseError, match="no question 'weather'"):
        checked_answers({"weather": "fine"})
    with pytest.raises(CourseError, match="answer to 'change'"):
        checked_answers({"change": "often"})
