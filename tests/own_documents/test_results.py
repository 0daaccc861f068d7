"""The table of answers as a file: what a model says stays in its cell, and is no formula."""

import pandas as pd
import pytest

from course_lib.own_documents.results import COLUMNS, write_answers

SAID = ["=HYPERLINK(1)", "@SUM(A1)", "+cmd", "-cmd", "-5 °C", "a,\r\n\"b\"", "", "It is 7 g [1]."]


@pytest.fixture
def table():
    plain = dict.fromkeys(COLUMNS, "x") | {"passages": ("a#1", "b#1"), "documents": ()}
    rows = [plain | {"reply": each} for each in SAID]
    return pd.DataFrame(rows).assign(value=None, correct=True, prompt_tokens=5, decode=0.5)


def test_a_reply_is_no_formula_in_the_csv_and_itself_in_parquet(table, tmp_path):
    found = pd.read_csv(write_answers(tmp_path, table), keep_default_na=False, lineterminator="\n")
    assert found["reply"].tolist() == [f"'{each}" for each in SAID[:4]] + SAID[4:]
    assert found["passages"].eq("a#1; b#1").all() and found["value"].eq("").all()
    assert pd.read_parquet(write_answers(tmp_path, table, "parquet"))["reply"].tolist() == SAID
    assert [path.name for path in tmp_path.iterdir()] == ["answers.parquet"], "no stale table stays beside it"
