"""Answers are kept as they come, asked once, whole or not at all; a failure costs no other row."""

import json

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, DataError, ModelError, PromptTooLong
from course_lib.experiments.arms import Arm
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.own_documents.kept_answers import AT_ONCE, LOG, PATIENCE, KeptAnswers, locked
from course_lib.retrieval.types import Hit

CHUNK = Chunk("a#1", "a", "", "", "It weighs 7 g.", "", "", 0, 14)
QUESTIONS = [f"Question {number}?" for number in range(2 * AT_ONCE + 5)]


def speaker(asked, fails=lambda text: None):
    """An arm that notes what it is asked, and raises what `fails` gives for a question."""

    def answers(questions):
        found = []
        for text in questions:
            if error := fails(text):
                raise error
            asked.append(text)
            seconds = {"retrieve": 0.1, "prefill": 0.2, "decode": 0.3}
            reply = Reply(f"re {text} \ud83c", 3, 2, seconds)
            found.append(Answer(reply.text, ("a",), (Hit(CHUNK, 0.5, 1),), reply, seconds))
        return found

    return Arm("RAG", answers)


def test_what_was_answered_is_asked_no_more(tmp_path):
    asked = []
    first = KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), {"model": "a"}).answers(QUESTIONS)
    assert asked == QUESTIONS
    again = KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), {"model": "a"}).answers(QUESTIONS[::-1])
    assert asked == QUESTIONS and again == first[::-1]
    assert again[0].hits[0].chunk is CHUNK


@pytest.mark.parametrize("whose", [{"model": "b"}, {"model": "a", "k": 3}])
def test_answers_of_another_model_or_setting_are_not_taken(whose, tmp_path):
    asked = []
    KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), {"model": "a"}).answers(QUESTIONS[:2])
    KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), whose).answers(QUESTIONS[:2])
    assert asked == QUESTIONS[:2] * 2


def test_what_one_question_depends_on_touches_no_other(tmp_path):
    asked, some = [], QUESTIONS[:3]
    for gold in ("a.md", "b.md", "b.md"):
        kept = KeptAnswers(tmp_path, [CHUNK])
        kept.arm(speaker(asked), {}, {some[0]: ["7 g", gold], some[1]: ["8 g", "a.md"]}).answers(some)
    assert asked == [*some, some[0]]


def test_a_line_that_a_kill_left_half_written_is_asked_again(tmp_path):
    asked = []
    KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), {}).answers(QUESTIONS)
    path = tmp_path / LOG
    whole = path.read_bytes()
    for cut in (1, len(whole.splitlines()[-1]) // 2):
        path.write_bytes(whole[:-cut])
        asked.clear()
        KeptAnswers(tmp_path, [CHUNK]).arm(speaker(asked), {}).answers(QUESTIONS)
        assert asked == QUESTIONS[2 * AT_ONCE :] and path.read_bytes() == whole


def test_a_damaged_line_in_the_middle_is_told(tmp_path):
    KeptAnswers(tmp_path, [CHUNK]).arm(speaker([]), {}).answers(QUESTIONS)
    path = tmp_path / LOG
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{first[:50]}\n{rest}", encoding="utf-8")
    with pytest.raises(DataError, match="Line 1 of .* is damaged"):
        KeptAnswers(tmp_path, [CHUNK])


def test_one_question_that_cannot_be_asked_costs_no_other(tmp_path):
    asked = []
    long = {QUESTIONS[3], QUESTIONS[20]}
    kept = KeptAnswers(tmp_path, [CHUNK])
    arm = kept.arm(speaker(asked, lambda text: PromptTooLong("too long") if text in long else None), {})
    found = arm.answers(QUESTIONS)
    assert kept.failures == {("RAG", text): "too long" for text in long}
    assert {text for text in QUESTIONS if text not in long} == set(asked)
    assert [not answer.text for answer in found] == [text in long for text in QUESTIONS]


def test_a_model_that_is_gone_is_left_alone_and_asked_again_by_the_next_run(tmp_path):
    asked, tried = [], []

    def dies(text):
        tried.append(text)
        return ModelError("nobody answers") if len(asked) >= AT_ONCE else None

    kept = KeptAnswers(tmp_path, [CHUNK])
    kept.arm(speaker(asked, dies), {}).answers(QUESTIONS)
    assert asked == QUESTIONS[:AT_ONCE] and len(tried) == AT_ONCE + 1 + PATIENCE
    assert len(kept.failures) == len(QUESTIONS) - AT_ONCE
    reasons = set(kept.failures.values())
    assert reasons == {"nobody answers", "not asked any more: nobody answers"}
    asked.clear()
    again = KeptAnswers(tmp_path, [CHUNK])
    again.arm(speaker(asked), {}).answers(QUESTIONS)
    assert asked == QUESTIONS[AT_ONCE:] and not again.failures


def test_what_is_no_fault_of_a_question_ends_the_run_and_keeps_what_was_there(tmp_path):
    asked = []
    arm = speaker(asked, lambda text: KeyboardInterrupt() if text == QUESTIONS[AT_ONCE + 2] else None)
    with pytest.raises(KeyboardInterrupt):
        KeptAnswers(tmp_path, [CHUNK]).arm(arm, {}).answers(QUESTIONS)
    rows = [json.loads(line) for line in (tmp_path / LOG).read_text(encoding="utf-8").splitlines()]
    assert [len(row) for row in rows] == [AT_ONCE]


def test_a_folder_is_worked_in_by_one_at_a_time(tmp_path):
    with locked(tmp_path / "work") as folder:
        assert folder.is_dir()
        with pytest.raises(CourseError, match="Another comparison is running"), locked(folder):
            pass
    with locked(tmp_path / "work"):
        pass
