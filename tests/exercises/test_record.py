"""The record of what is done: small, local, and never a reason to stop."""

import json

import pytest

from course_lib import exercises as ex
from course_lib.exercises import record


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "cache" / "progress.json"


def test_without_a_file_nothing_is_done_and_nothing_is_said(kept, capsys):
    assert record.load() == record.Record()
    assert capsys.readouterr().out == ""
    assert not kept.exists()


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        '{"exercises": {"1.1": "done"',
        "[]",
        "{}",
        '{"exercises": {"1.1": "perhaps"}, "predictions": {}}',
        '{"exercises": {}, "predictions": {"1.p1": "no object"}}',
        '{"exercises": {"1.1": []}, "predictions": {}}',
        '{"exercises": 3, "predictions": 3}',
        "\ufeffno",
    ],
)
def test_a_damaged_file_is_put_aside_with_a_message(kept, capsys, damaged):
    kept.parent.mkdir()
    kept.write_text(damaged, encoding="utf-8")
    assert record.load() == record.Record()
    assert "Your progress starts anew" in capsys.readouterr().out
    assert (kept.parent / "progress.damaged.json").read_text(encoding="utf-8") == damaged
    record.mark("1.1", "done")
    assert record.load().exercises == {"1.1": "done"}
    assert capsys.readouterr().out == ""


def test_a_file_in_another_encoding_is_damaged(kept, capsys):
    kept.parent.mkdir()
    kept.write_bytes(b"\xff\xfe\x00")
    assert record.load() == record.Record()
    assert "Your progress starts anew" in capsys.readouterr().out


def test_a_folder_that_cannot_be_used_is_told_and_does_not_raise(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    ex.check("1.1", 3)
    out = capsys.readouterr().out
    assert "▲ Not yet" in out
    assert "Your progress cannot be" in out
    ex.progress()


def test_a_write_that_fails_leaves_the_old_file(kept, monkeypatch, capsys):
    record.mark("1.1", "done")
    before = kept.read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    record.mark("1.2", "done")
    assert kept.read_bytes() == before
    assert [path.name for path in kept.parent.iterdir()] == ["progress.json"]
    assert "No space left on device" in capsys.readouterr().out


def test_tried_becomes_done_and_done_never_tried():
    for state, expected in (("tried", "tried"), ("done", "done"), ("tried", "done")):
        record.mark("1.1", state)
        assert record.load().exercises == {"1.1": expected}


def test_nothing_is_written_where_nothing_changes(kept):
    record.mark("1.1", "done")
    before = kept.stat().st_mtime_ns, kept.stat().st_ino
    record.mark("1.1", "done")
    record.mark("1.1", "tried")
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == before


def test_the_file_holds_what_was_done_and_nothing_else(kept):
    record.mark("0.1", "tried")
    record.commit("0.p1", record.Commitment("a tenth"))
    assert json.loads(kept.read_text(encoding="utf-8")) == {
        "exercises": {"0.1": "tried"},
        "predictions": {"0.p1": {"answer": "a tenth", "revealed": False}},
    }
