"""Rows or whole tables: both are asked the same dev questions, and compared fact by fact."""

import pytest

from course_lib.experiments import rows_or_tables
from course_lib.experiments.rows_or_tables import ROWS, WHOLE

KEPT = {"kinds": ["table", "table", "lookup", "lookup"], "facts": ["a", "a", "b", "b"]}
FOUND = [KEPT | {"passages": ROWS, "hits": "1101"}, KEPT | {"passages": WHOLE, "hits": "0001"}]


def test_the_gain_is_paired_and_of_one_kind_where_asked():
    assert rows_or_tables.gain(FOUND).mean == 0.5
    assert rows_or_tables.gain(FOUND, "table").mean == 1 and rows_or_tables.gain(FOUND, "lookup").mean == 0
    assert rows_or_tables.share(FOUND, ROWS, "lookup").mean == 0.5


def test_the_questions_are_dev_questions_that_a_document_answers_those_of_a_fact_in_a_row():
    asked = rows_or_tables.asked()
    facts = [question.fact for question in asked]
    assert all(question.value for question in asked) and len(asked) == 2 * len(set(facts))
    assert facts[::2] == facts[1::2]


@pytest.mark.slow
def test_a_point_is_measured(monkeypatch):
    some = rows_or_tables.asked()[:6]
    monkeypatch.setattr(rows_or_tables, "asked", lambda wordings: some)
    found = [point | rows_or_tables.measure(point) for point in rows_or_tables.points("tiny")]
    assert [row["passages"] for row in found] == [ROWS, WHOLE]
    assert all(len(row["hits"]) == len(row["found"]) == row["questions"] == 6 for row in found)
    assert found[0]["prompt_tokens"] < found[1]["prompt_tokens"], "a row is shorter than its table"
