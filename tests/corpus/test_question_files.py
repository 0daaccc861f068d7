"""A file of questions needs the questions alone; whatever is wrong in it is named with its line."""

import pytest

from course_lib.corpus.documents import Question, read_questions
from course_lib.errors import DataError


def read(folder, content, name="mine.jsonl"):
    path = folder / name
    path.write_bytes(content.encode("utf-8"))
    return read_questions(path)


def test_the_text_is_enough_and_an_answer_makes_a_question_answerable(tmp_path):
    lines = [
        '{"text": "How heavy is it?"}',
        "",
        '{"question": "How tall?", "value": 412, "gold": ["a b.md"]}',
    ]
    assert read(tmp_path, "\n".join(lines)) == [
        Question("mine-1", "How heavy is it?", kind="unanswerable"),
        Question("mine-3", "How tall?", "412", ("a b.md",)),
    ]
    assert read(tmp_path, '{"text": "Where?", "gold": ["a.md"], "value": null}')[0].kind == "lookup"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_three_columns_of_csv_are_enough(tmp_path, separator):
    rows = [["id", "question", "value", "gold"], ["q1", '"How tall, or ""high""?"', "2 m", '"a.md; b c.md"']]
    rows.append(["q2", '"Who\ncalls;?"', "", ""])
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in rows) + "\r\n"
    assert read(tmp_path, text, "mine.csv") == [
        Question("q1", 'How tall, or "high"?', "2 m", ("a.md", "b c.md")),
        Question("q2", "Who\ncalls;?", kind="unanswerable"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", '\n\n{"id": "q1"}\n', "Line 3 of .*lacks the field 'text'"),
        ("a.jsonl", '{"text": "A?"}\n{"text": "  "}', "Line 2 of .*lacks the field 'text'"),
        ("a.jsonl", '{"text": "A?", "valeu": "b"}', "'valeu' on line 1 .*unknown"),
        ("a.jsonl", '{"text": "A?", "question": "B?"}', "'question' on line 1 .*unknown"),
        ("a.jsonl", '{"text": "A?", "gold": "a.md"}', "'gold' on line 1 .*not a list"),
        ("a.jsonl", '{"text": "A?", "gold": [["a.md"]]}', "'gold' on line 1 "),
        ("a.jsonl", '{"text": ["A?"]}', "'text' on line 1 "),
        ("a.jsonl", '{"text": "A?", "value": true}', "'value' on line 1 "),
        ("a.jsonl", '{"text": "A?", "id": 1}\n{"text": "B?", "id": "1"}', "Line 2 .*'1' of a line above"),
        ("a.jsonl", '{"text": "Tea \\ud83c?"}', "'text' on line 1 .*half a character"),
        ("a.jsonl", '["A?"]', "a.jsonl"),
        ("a.jsonl", '{"text": ' + "[" * 100_000, "a.jsonl"),
        ("a.jsonl", '{"text": ' + "1" * 5000 + "}", "a.jsonl"),
        ("a.csv", "text,value\nA?,b,c\n", "Line 2 of .*columns"),
        ("a.csv", "text,value\nA?\n", "Line 2 of .*columns"),
        ("a.csv", "value\n2 m\n", "Line 2 of .*lacks the field 'text'"),
        ("a.csv", "text\n" + "a" * 200_000, "not CSV"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, name, content, said):
    with pytest.raises(DataError, match=said):
        read(tmp_path, content, name)
