"""What a model writes for a search: lines without bullets, and no more than the task keeps."""

from course_lib.corpus.chunking import Chunk
from course_lib.generation.queries import ASKED, PARTS, REWRITE, questions_of, written
from course_lib.generation.types import Reply


class Says:
    """A model with fixed replies, which notes what it was asked."""

    def __init__(self, *texts):
        self.texts, self.asked = texts, []

    def replies(self, conversations, batch_size=32, max_new_tokens=64):
        self.asked += conversations
        return [Reply(text, 1, 1, {}) for text in self.texts[: len(conversations)]]


def test_the_lines_of_a_reply_are_kept_without_bullets_and_numbers():
    model = Says("1. How heavy is it?\n\n - Who repairs it?\n3) Why?\n4. And?", "  ")
    assert written(model, PARTS, ["a", "b"]) == [["How heavy is it?", "Who repairs it?", "Why?"], []]
    assert written(Says("3 days of leave"), REWRITE, ["a"]) == [["3 days of leave"]], "no number of a list"


def test_a_task_is_an_instruction_and_worked_examples_before_the_text():
    model = Says("x")
    written(model, PARTS, ["What does it weigh, and why?"])
    (messages,) = model.asked
    assert messages[0] == {"role": "system", "content": PARTS.instruction}
    assert len(messages) == 2 + 2 * len(PARTS.examples)
    assert messages[-1] == {"role": "user", "content": "What does it weigh, and why?"}


def test_the_questions_of_chunks_come_by_their_ids():
    chunks = [Chunk(f"PR-1#{n}", "PR-1", "Kettle", "", f"text {n}", "2026", "", 0, 6) for n in (1, 2)]
    model = Says("A?\nB?\nC?", "D?")
    assert questions_of(model, chunks) == {"PR-1#1": ["A?", "B?"], "PR-1#2": ["D?"]}
    assert model.asked[1][-1]["content"] == chunks[1].passage and ASKED.lines == 2
