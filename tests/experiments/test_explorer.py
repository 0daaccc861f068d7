"""What the page is made of; tests/browser opens it."""

import json
import re

import pytest

from course_lib.__main__ import main
from course_lib.errors import CourseError
from course_lib.experiments import RAG, compare, explorer, stored


def data_of(page):
    """What the page holds, with the passages, which it reads when an answer is opened."""
    data, passages = (
        json.loads(re.search(rf'id="{id}">(.*?)</script>', page, re.DOTALL)[1]) for id in ("data", "passages")
    )
    return data | {"passages": passages}


@pytest.fixture
def small(ask, chunk, arm):
    """A comparison of one arm and two questions, and its chunks."""
    chunks = [chunk("PR-201", "It weighs 412 g."), chunk("PR-202", "Nothing.")]
    questions = [ask(1), ask(2, value=None)]
    replies = ["It weighs 412 g [1].", "\u2028 </script>"]
    return compare([arm(RAG, questions, replies, [chunks, chunks[1:]])], questions, editions={}), chunks


def test_a_learners_own_table_gets_the_page_without_model_or_seed(small):
    table, chunks = small
    data = data_of(explorer.page(table, {c.id: c.passage for c in chunks}))
    assert set(data["facets"]) == {"arm", "kind", "origin"}
    assert [each["value"] for each in data["questions"]] == ["412 g", None]
    assert data["answers"]["cell"] == [0, 8] and data["answers"]["passages"] == [[0, 1], [1]]
    assert data["answers"]["reply"][1] == "\u2028 </script>"


def test_what_cannot_be_shown_is_said(small):
    table, chunks = small
    with pytest.raises(CourseError, match="no answer"):
        explorer.page(table.iloc[:0], {})
    with pytest.raises(CourseError, match="PR-202#1"):
        explorer.page(table, {chunks[0].id: chunks[0].passage})


def test_the_command_writes_all_stored_experiments_on_one_page(small, chunk, tmp_path, capsys):
    table, chunks = small
    table = table.assign(seed=0, reply="plain")
    other = [chunks[0], chunk("PR-202", "Another text under the same id.")]
    stored.write(tmp_path, "comparison-wren", table.assign(model="wren"), chunks, {})
    stored.write(tmp_path, "reading-small", table.assign(model="small"), other, {})
    output = tmp_path / "page.html"
    assert main(["results", "--explore", "--folder", str(tmp_path), "--output", str(output)]) == 0
    assert str(output) in capsys.readouterr().out
    data = data_of(output.read_text(encoding="utf-8"))
    assert data["facets"]["model"] == ["wren", "small"]
    assert data["facets"]["experiment"] == ["comparison", "reading"]
    assert [each["id"] for each in data["passages"]] == [
        "PR-201#1", "PR-202#1", "PR-202#1 (reading-small)"
    ]  # fmt: skip
    assert data["answers"]["passages"] == [[0, 1], [1], [0, 2], [2]]


def test_the_command_says_what_to_do_where_nothing_is_stored(tmp_path, capsys):
    output = tmp_path / "page.html"
    assert main(["results", "--explore", "--folder", str(tmp_path), "--output", str(output)]) == 1
    assert "course_lib results" in capsys.readouterr().err and not output.exists()
