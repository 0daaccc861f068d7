"""Stored findings come back as findings, and stand beside what others published."""

from dataclasses import asdict

import pytest

from course_lib import files, runtime
from course_lib.claims import Verdict, beside_published, findings_of, judge, load_claims, record, recorded
from course_lib.errors import DataError
from course_lib.evaluation.statistics import Interval


def stored(claim="C11"):
    finding = judge(claim, {"facts known": Interval(0.2, 0.1, 0.3), "text": (Interval(0.1, 0.0, 0.2), 0.05)})
    return finding, {"verdicts": {claim: asdict(finding) | {"verdict": str(finding.verdict)}}}


def test_the_findings_of_a_stored_run_are_those_that_were_stored():
    finding, run = stored()
    assert findings_of(run) == [finding]
    assert findings_of(None) == findings_of({}) == findings_of({"verdicts": {}}) == []


def test_verdicts_in_another_form_are_told():
    with pytest.raises(DataError, match="malformed"):
        findings_of({"verdicts": {"C11": {"verdict": "confirmed here"}}})
    with pytest.raises(DataError, match="malformed"):
        findings_of({"verdicts": ["C11"]})


def test_published_figures_stand_beside_the_verdict_or_beside_its_absence():
    finding, run = stored()
    table = beside_published({"C11": run, "C12": None, "C04": run})
    assert list(table.index) == ["C11", "C12", "C04"]
    assert table.loc["C11", "published"] == load_claims()["C11"].published
    assert table.loc["C11", "here"].startswith(str(finding.verdict)) and "0.20" in table.loc["C11", "here"]
    assert set(table.loc[["C12", "C04"], "here"]) == {"no stored run of this model"}
    assert finding.verdict is Verdict.NOT_CONFIRMED


def test_a_cache_that_cannot_be_written_stops_no_lesson(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    finding, _ = stored()

    def refused(*_):
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as stick:
        stick.setattr(files, "write_json", refused)
        record([finding])
    assert "Read-only file system" in capsys.readouterr().out and "C11" not in recorded()
    record([finding])
    assert recorded()["C11"] == finding


def test_what_another_model_was_found_to_do_says_nothing_of_this_one(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    finding, _ = stored()
    record([finding])
    with monkeypatch.context() as another:
        another.setitem(runtime.LANGUAGE_MODELS, "tiny", "another-model")
        assert "C11" not in recorded() and "C08" in recorded(), "which counting settles"
        other = judge("C11", {"facts known": Interval(-0.2, -0.3, -0.1)})
        record([other])
        assert recorded()["C11"] == other
    assert recorded()["C11"] == finding


@pytest.mark.parametrize("damaged", ['{"wren": 3}', "[]", '{"wren": {"C11": {}}}', "{"])
def test_a_damaged_record_counts_as_none_and_is_written_anew(monkeypatch, tmp_path, damaged):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    finding, _ = stored()
    record([finding]).write_text(damaged, encoding="utf-8")
    assert "C11" not in recorded()
    record([finding])
    assert recorded()["C11"] == finding
