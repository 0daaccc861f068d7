import hashlib

import pytest

from course_lib import files
from course_lib.errors import DataError


def test_a_written_file_has_the_bytes_that_were_given_and_its_checksum(tmp_path):
    path = files.write_atomically(tmp_path / "new" / "a.txt", "Grüße,\nline two\n")
    assert path.read_bytes() == "Grüße,\nline two\n".encode()
    assert files.sha256(path) == hashlib.sha256("Grüße,\nline two\n".encode()).hexdigest()
    files.write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = files.write_atomically(tmp_path / "a.txt", "old")

    def no_space(self, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(type(path), step, no_space)
    with pytest.raises(OSError, match="no space"):
        files.write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_another_reader_may_read_a_written_file(tmp_path):
    assert files.write_atomically(tmp_path / "a.txt", "x").stat().st_mode & 0o444 == 0o444


def test_json_and_json_lines_come_back_as_they_went(tmp_path):
    rows = [{"id": 1, "text": "a\nb"}, {"id": 2, "text": "Saltmere – 39 €"}]
    assert files.read_jsonl(files.write_jsonl(tmp_path / "rows.jsonl", iter(rows))) == rows
    assert files.read_json(files.write_json(tmp_path / "rows.json", rows)) == rows
    text = (tmp_path / "rows.jsonl").read_text(encoding="utf-8")
    assert text.count("\n") == 2 and "39 €" in text


def test_a_line_separator_inside_a_string_does_not_end_the_line(tmp_path):
    rows = [{"text": "one\u2028two"}]
    assert files.read_jsonl(files.write_jsonl(tmp_path / "rows.jsonl", rows)) == rows


@pytest.mark.parametrize("read", [files.sha256, files.read_text, files.read_json, files.read_jsonl])
def test_a_missing_file_is_named_with_what_to_do(tmp_path, read):
    with pytest.raises(DataError, match="gone.json is missing") as caught:
        read(tmp_path / "gone.json")
    assert "git checkout" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n\n{"a": }\n', "line 3"),
        (b'{"a": 1}\n[1]\n', "line 2: expected an object"),
        (b'{"a": "\xff"}\n', "not UTF-8"),
    ],
)
def test_a_broken_json_lines_file_says_where(tmp_path, content, message):
    path = files.write_atomically(tmp_path / "rows.jsonl", content)
    with pytest.raises(DataError, match=message):
        files.read_jsonl(path)


def test_a_broken_json_file_says_where_and_a_folder_is_no_file(tmp_path):
    with pytest.raises(DataError, match="line 2"):
        files.read_json(files.write_atomically(tmp_path / "a.json", "{\n"))
    with pytest.raises(DataError, match="cannot be read"):
        files.read_text(tmp_path)
