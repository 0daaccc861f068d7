"""Each answer falls into its cell, whatever the arm, and the shares of an arm make one."""

import pytest

from course_lib import plots
from course_lib.errors import CourseError
from course_lib.experiments import RAG, compare, failure_table, with_outcomes
from course_lib.experiments.failures import NO_ANSWER
from course_lib.plots.failures import fates

RIGHT, WRONG, SILENT = "It weighs 412 g [1].", "It weighs 7 g [1].", "The documents do not say."


@pytest.fixture
def table(ask, chunk, arm):
    """Eight questions of one arm, one or two a cell, one without an answer; and an arm that reads nothing."""
    says, silent = (chunk("PR-201", "The kettle weighs 412 g."),), (chunk("PR-202", "The lamp is green."),)
    questions = [ask(n, origin="written" if n < 4 else "generated") for n in range(7)] + [ask(7, value=None)]
    replies = [RIGHT, WRONG, WRONG, SILENT, RIGHT, WRONG, SILENT, SILENT]
    passages = [says, says, says, says, silent, silent, silent, silent]
    arms = [arm(RAG, questions, replies, passages), arm("closed-book", questions, replies)]
    return compare(arms, questions, editions={})


def test_every_cell_is_counted(table):
    found = failure_table(table).set_index(["found", "outcome"])
    assert set(found["arm"]) == {RAG}, "an arm that reads nothing loses nothing in retrieval"
    assert found["count"].to_dict() == {
        ("retrieved", "right"): 1, ("retrieved", "silent"): 1, ("retrieved", "wrong"): 2,
        ("missed", "right"): 1, ("missed", "silent"): 1, ("missed", "wrong"): 1,
    }  # fmt: skip
    assert found["share"].sum() == pytest.approx(1) and found.loc[("retrieved", "wrong"), "share"] == 2 / 7


def test_groups_have_shares_of_their_own_and_their_empty_cells(table):
    found = failure_table(table, ["origin"]).set_index(["origin", "found", "outcome"])
    assert len(found) == 12 and found.loc[("written", "missed", "wrong"), "count"] == 0
    assert found.loc[("written", "retrieved", "wrong"), "share"] == 1 / 2
    assert found.loc[("generated", "missed", "silent"), "share"] == pytest.approx(1 / 3)


def test_an_unanswerable_question_is_right_where_it_is_refused_and_was_neither_found_nor_missed(table):
    row = with_outcomes(table).query("question == 'q7' and arm == @RAG").iloc[0]
    assert (row["found"], row["outcome"]) == ("", "right")


def test_a_value_of_two_parts_may_stand_in_two_passages(ask, chunk, arm):
    both = ask(1, value="412 g | 4 days", gold=("PR-201", "CU-201"))
    one, other = chunk("PR-201", "It weighs 412 g."), chunk("CU-201", "It takes 4 days.")
    arms = [arm("two", [both], [RIGHT], [(one, other)]), arm("one", [both], [RIGHT], [(one,)])]
    table = compare(arms, [both])
    assert table.set_index("arm")["evidence"].to_dict() == {"two": True, "one": False}
    assert table["passages"].tolist() == [("PR-201#1", "CU-201#1"), ("PR-201#1",)]


def test_the_figure_makes_a_hundred_and_says_what_it_shows(table):
    found = failure_table(table)
    axes = plots.failures(found, "Where answers are lost")
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(100)
    assert axes.get_title(loc="left") == "Where answers are lost"
    assert "percent of the questions" in axes.get_xlabel()
    assert [text.get_text() for text in axes.get_figure().legends[0].get_texts()] == list(fates(found)[RAG])
    assert plots.failures_told(found).startswith("RAG: of 100 questions 29 right, 29 lost in retrieval, 29")
    with pytest.raises(CourseError, match="one bar"):
        plots.failures(failure_table(table, ["origin"]), "By origin")


def test_an_answer_that_did_not_come_is_in_no_cell(ask, chunk, arm):
    questions, says = [ask(1), ask(2)], (chunk("PR-201", "The kettle weighs 412 g."),)
    table = compare([arm(RAG, questions, [RIGHT, ""], [says, ()])], questions, editions={})
    table = table.assign(error=["", "the server is gone"], answerable=[True, False])
    assert with_outcomes(table)["outcome"].tolist() == ["right", NO_ANSWER]
    assert failure_table(table)["count"].sum() == 1
