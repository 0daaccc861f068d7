import json

import pytest

from course_lib.errors import CourseError, DataError
from course_lib.tuning.card import CARD, README, Card, base_of, data_fingerprint, read_card, write_card

EXAMPLES = [
    [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "Here."}],
    [{"role": "user", "content": "When?"}, {"role": "assistant", "content": "Now."}],
]
RECORD = {"config": {"model": "data/models/wren", "quantize": "nf4"}, "base_sha256": "a" * 64, "steps": 3}


@pytest.fixture
def adapter(tmp_path):
    folder = tmp_path / "style"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
    (folder / "training_run.json").write_text(json.dumps(RECORD), encoding="utf-8")
    return folder


def card(adapter):
    scores = {"house style": {"q1": True, "q2": False}}
    return Card(base_of(adapter), data_fingerprint(EXAMPLES), 2, "style", 2, "b" * 64, scores)


def test_a_fingerprint_changes_with_a_word_and_with_the_order():
    assert data_fingerprint(EXAMPLES) == data_fingerprint([list(example) for example in EXAMPLES])
    assert data_fingerprint(EXAMPLES) != data_fingerprint(EXAMPLES[::-1])
    other = [[EXAMPLES[0][0], {"role": "assistant", "content": "Here!"}], EXAMPLES[1]]
    assert data_fingerprint(EXAMPLES) != data_fingerprint(other)


def test_a_card_is_read_as_it_was_written_and_people_can_read_it_too(adapter):
    written = card(adapter)
    write_card(adapter, written, {"house style": "0.50 [0.09, 0.91]"})
    assert read_card(adapter) == written
    text = (adapter / README).read_text(encoding="utf-8")
    assert "| house style | 0.50 [0.09, 0.91] |" in text and "a" * 64 in text and written.data_sha256 in text
    assert text.startswith("---\nbase_model: data/models/wren\nlibrary_name: peft\n---\n")
    assert written.base == {"name": "data/models/wren", "quantize": "nf4", "base_sha256": "a" * 64}


def test_an_adapter_without_a_card_is_told_how_to_get_one(adapter):
    with pytest.raises(CourseError, match="no card") as caught:
        read_card(adapter)
    assert "--write" in caught.value.next_step


@pytest.mark.parametrize("text", ["{}", "[]", '{"base": 1}', "null", "{"])
def test_a_malformed_card_is_told(adapter, text):
    (adapter / CARD).write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        read_card(adapter)


def test_a_card_without_scores_is_told(adapter):
    path = write_card(adapter, card(adapter), {})
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"scores": {}}), encoding="utf-8")
    with pytest.raises(DataError, match="no scores"):
        read_card(adapter)


@pytest.mark.parametrize("missing", ["adapter_config.json", "training_run.json"])
def test_a_folder_that_is_no_adapter_is_told(adapter, missing):
    (adapter / missing).unlink()
    with pytest.raises(CourseError, match=missing):
        read_card(adapter)


@pytest.mark.parametrize("record", ["{}", "[]", '{"config": []}'])
def test_a_record_that_names_no_base_is_told(adapter, record):
    (adapter / "training_run.json").write_text(record, encoding="utf-8")
    with pytest.raises(DataError, match="names no base"):
        base_of(adapter)


def test_no_examples_have_no_fingerprint():
    with pytest.raises(CourseError, match="examples to train on"):
        data_fingerprint([])
