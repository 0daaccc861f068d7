"""A log of feedback: on the disk at once, shared by processes, and read back as what a model may train on."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import DataError
from course_lib.evaluation.feedback import Feedback, FeedbackLog, examples_from, to_review
from course_lib.generation.prompts import with_passages

CHUNK = Chunk("PR-1#1", "PR-1", "Kettle", "", "The kettle weighs 412 g.", "2026", "products", 0, 0)
CHUNKS = {CHUNK.id: CHUNK}


@pytest.fixture
def log(tmp_path):
    return FeedbackLog(tmp_path / "feedback.sqlite")


def click(thumb="up", question="How heavy?", reply="412 g [1].", passages=(CHUNK.id,), comment="", at="2026"):
    return Feedback(at, question, reply, tuple(passages), thumb, comment)


def test_a_click_is_kept_and_read_back_from_another_log_on_the_file(log):
    kept = log.add("How heavy?", "412 g", "up", " fine ", ["a#1"], datetime(2026, 3, 1, 9, 30, 5))
    assert kept == Feedback("2026-03-01T09:30:05", "How heavy?", "412 g", ("a#1",), "up", "fine")
    log.add("Wie heißt „es“? '; DROP TABLE feedback; --", "", "down")
    again = FeedbackLog(log.path)
    assert again.read()[0] == kept and len(again) == 2
    assert again.read()[1].question.endswith("--")
    assert repr(again) == "FeedbackLog('feedback.sqlite', 2 clicks)"


def test_eight_writers_at_once_lose_no_click(log):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: FeedbackLog(log.path).add(f"q{n}", "r", "up"), range(40)))
    assert {each.question for each in log.read()} == {f"q{n}" for n in range(40)}


@pytest.mark.parametrize(
    "given, says",
    [
        (("q", "r", "sideways"), "thumb"),
        (("", "r", "up"), "question"),
        (("q", None, "up"), "reply"),
        (("q", "r", "up", None), "comment"),
        (("q", "r", "up", "", [3]), "passages"),
    ],
)
def test_what_is_no_click_is_told_and_not_kept(log, given, says):
    with pytest.raises(DataError, match=says):
        log.add(*given)
    assert len(log) == 0


def test_a_file_that_is_no_log_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("These are my notes, not a database of any kind.", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be used"):
        FeedbackLog(tmp_path / "notes.txt")
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE feedback (colour TEXT)")
    other.commit()
    other.close()
    with pytest.raises(DataError, match="no such column"):
        FeedbackLog(tmp_path / "other.sqlite")
    with pytest.raises(DataError):
        FeedbackLog(tmp_path / "no folder" / "log.sqlite")


def test_liked_replies_become_conversations_in_the_prompt_they_came_from():
    (found,) = examples_from([click(), click()], CHUNKS)
    assert found[:-1] == with_passages("How heavy?", [CHUNK])
    assert found[-1] == {"role": "assistant", "content": "412 g [1]."}


def test_what_must_not_be_learned_is_left_out():
    disliked = [click(), click("down")]
    of_the_test = [click(question="How tall?")]
    of_an_old_page = [click(question="How old?", passages=("PR-0#1",))]
    clicks = [*disliked, *of_the_test, *of_an_old_page, click(question="How wide?")]
    found = examples_from(clicks, CHUNKS, held_out=["How tall?"])
    assert [each[-2]["content"].splitlines()[-1] for each in found] == ["Question: How wide?"]


def test_people_read_the_complaints_first_that_say_something():
    quiet, loud = click("down", at="2026-01-01"), click("down", "q", comment="It is 413 g", at="2026-02-01")
    assert to_review([click(), quiet, loud, quiet]) == [loud, quiet]
    with pytest.raises(DataError):
        to_review(["a click"])
