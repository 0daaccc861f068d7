"""What is stored comes back as it was, whatever a reply holds; texts that answers share are there once."""

import gzip
import json

import pandas as pd
import pytest

from course_lib import files
from course_lib.errors import DataError
from course_lib.experiments import RAG, compare, stored, summary

NASTY = 'a "quoted", line\nbreak\r\n=cmd() \u2028 </script><b>NA, nan,'


@pytest.fixture
def kept(tmp_path, ask, chunk, arm):
    questions = [ask(1), ask(2, value="NA"), ask(3, value=None)]
    chunks = [chunk("PR-201", "It weighs 412 g."), chunk("my, notes.md", NASTY), chunk("HB-201", "unread")]
    replies = ["It weighs 412 g [1].", NASTY, ""]
    passages = [(chunks[0],), (chunks[1], chunks[0]), ()]
    table = compare([arm(RAG, questions, replies, passages)], questions, editions={})
    table = table.assign(seed=0, model="wren")
    stored.write(tmp_path, "x-wren", table, chunks, {"command": "python x.py"})
    return table


def test_a_stored_table_is_the_table(kept, tmp_path):
    again = stored.read(tmp_path, "x-wren")
    pd.testing.assert_frame_equal(again[kept.columns], kept, check_dtype=False)
    assert again["reply"].tolist() == kept["reply"].tolist() and again.loc[1, "reply"] == NASTY
    assert again["passages"].tolist()[1] == ("my, notes.md#1", "PR-201#1")
    assert again["value"].tolist()[:2] == ["412 g", "NA"] and again["value"].isna().tolist()[2]
    pd.testing.assert_frame_equal(summary(again), summary(kept))
    assert json.loads((tmp_path / "x-wren.json").read_text(encoding="utf-8"))["command"] == "python x.py"


def test_texts_are_stored_once_and_only_those_that_were_read(kept, tmp_path):
    passages = stored.read_passages(tmp_path, "x-wren")
    assert set(passages) == {"PR-201#1", "my, notes.md#1"} and NASTY in passages["my, notes.md#1"]
    assert stored.names(tmp_path) == ["x-wren"]
    assert "It weighs" not in (tmp_path / "x-wren.questions.jsonl").read_text(encoding="utf-8")


def test_a_damaged_file_is_named(kept, tmp_path):
    path = tmp_path / f"x-wren{stored.ANSWERS}"
    whole = files.read_text(path).encode("utf-8")
    path.write_bytes(gzip.compress(whole.replace(b"wren,RAG,0,q1", b"wren,RAG,0,q9")))
    with pytest.raises(DataError, match="answer 1.*q9"):
        stored.read(tmp_path, "x-wren")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match="answers.csv.gz"):
        stored.read(tmp_path, "x-wren")
    path.write_bytes(whole)
    with pytest.raises(DataError, match="answers.csv.gz"):
        stored.read(tmp_path, "x-wren")
    path.write_bytes(gzip.compress(whole))
    (tmp_path / "x-wren.questions.jsonl").unlink()
    with pytest.raises(DataError, match="missing"):
        stored.read(tmp_path, "x-wren")
