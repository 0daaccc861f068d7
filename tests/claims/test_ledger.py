"""The ledger as a whole: each claim has what tests it, and no verdict stands that no measurement comes to."""

import re
from dataclasses import asdict

import pytest

from course_lib import claims, files, runtime
from course_lib.claims import Finding, Verdict, judge
from course_lib.claims.measuring import LIVE
from course_lib.errors import DataError
from course_lib.evaluation.statistics import Interval
from course_lib.manifest import write_manifest
from course_lib.tuning.recipes import base_sha256

UP, DOWN = Interval(0.2, 0.1, 0.3), Interval(-0.2, -0.3, -0.1)


@pytest.mark.parametrize("claim", claims.load_claims())
def test_every_claim_has_something_that_tests_it(claim):
    """A rule in an experiment, a counting, or a lesson that judges it."""
    assert claim in claims.trials()


def test_nothing_tests_what_is_not_claimed():
    assert set(claims.trials()) <= set(claims.load_claims())


def test_each_trial_can_be_run():
    for trial in (each for some in claims.trials().values() for each in some):
        if trial.command.startswith("python -m course_lib results "):
            from course_lib.commands.results import NEED_WORK, TAKES

            name, *work = trial.command.removeprefix("python -m course_lib results ").split()
            assert name in TAKES and bool(work) == (name in NEED_WORK)
        elif trial.command:
            number = trial.command.removeprefix("python scripts/run_notebooks.py --verdicts ")
            assert list((runtime.ROOT / "notebooks").glob(f"{number}_*.ipynb"))
        else:
            assert trial.what == "counting"


@pytest.mark.parametrize("claim", LIVE)
def test_a_lesson_that_measures_a_claim_judges_and_records_it(claim):
    (path,) = (runtime.ROOT / "notebooks").glob(f"{LIVE[claim]}_*.ipynb")
    source = "\n".join("".join(cell["source"]) for cell in files.read_json(path)["cells"])
    assert re.search(rf'claims\.judge\(\s*"{claim}"', source) and "claims.record(" in source


def test_every_verdict_of_the_course_stands_on_a_measurement():
    found = claims.stored_findings()
    assert found and set(found) <= set(claims.load_claims())
    for standing in (each for some in found.values() for each in some):
        assert (runtime.ROOT / standing.file).is_file()
        assert re.match(r"COURSE_PROFILE=(tiny|laptop) python ", standing.command)
        assert standing.finding.parts or standing.finding.working
    assert {each.model for some in found.values() for each in some} >= {"wren"}


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Store verdicts in a data folder of its own: keep(name, findings, model=…), and return that folder."""
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))  # in which no other model's weights are
    monkeypatch.setattr(runtime, "_current", None)

    def store(name, *findings, model="wren", base=None, **changes):
        kept = {"model": model, "base_sha256": base or base_sha256(), "command": "python make.py"}
        verdicts = {each.claim: asdict(each) for each in findings}
        files.write_json(tmp_path / "results" / f"{name}.json", kept | {"verdicts": verdicts} | changes)
        write_manifest(tmp_path)
        return tmp_path

    return store


def test_verdicts_are_gathered_by_claim_and_never_mixed(keep):
    keep("some-wren", judge("C01", {"a": UP}), judge("C02", {"a": DOWN}))
    keep("other-wren", judge("C02", {"a": UP}))
    keep("numbers-wren", rows=[1, 2])
    folder = keep("some-reader", judge("C01", {"a": DOWN}), model=runtime.READER, base="0" * 64)
    found = claims.stored_findings(folder)
    told = {claim: [(each.model, each.finding.verdict) for each in some] for claim, some in found.items()}
    assert told["C01"] == [("wren", Verdict.CONFIRMED), (runtime.READER, Verdict.REFUTED)]
    assert told["C02"] == [("wren", Verdict.CONFIRMED), ("wren", Verdict.REFUTED)]  # two experiments
    assert found["C01"][0].file == f"{folder.name}/results/some-wren.json"
    assert claims.evidence("wren", folder) == {"C01": Verdict.CONFIRMED, "C02": Verdict.REFUTED}
    assert claims.evidence("nobody", folder) == {}


def test_a_lessons_verdict_stands_where_no_experiments_does(keep):
    keep("lesson-09-wren", judge("C01", {"live": DOWN}), judge("C21", {"live": UP}))
    folder = keep("comparison-wren", judge("C01", {"many": UP}))
    found = claims.stored_findings(folder)
    assert [each.finding.parts[0].what for each in found["C01"]] == ["many"]
    assert found["C21"][0].file.endswith("lesson-09-wren.json")


def test_a_verdict_of_other_weights_counts_for_nothing(keep):
    assert claims.stored_findings(keep("some", judge("C01", {"a": UP}), base="0" * 64)) == {}


def by_hand(finding, **changes):
    return Finding(**(vars(finding) | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": Verdict.CONFIRMED},
        {"parts": ()},
        {"claim": "C02"},
        {"working": "because"},
        {"verdict": Verdict.ARITHMETIC},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_verdict_that_no_measurement_comes_to_is_refused(keep, changes):
    verdict = judge("C01", {"a": DOWN})
    folder = keep("some", verdict)
    altered = asdict(by_hand(verdict, **changes))
    keep("some", verdicts={"C01": altered})
    with pytest.raises(DataError, match="not what a measurement comes to"):
        claims.stored_findings(folder)
    keep("some", verdicts={"C01": {"claim": "C01"}})
    with pytest.raises(DataError, match="malformed"):
        claims.stored_findings(folder)


def test_a_result_that_was_altered_is_refused(keep):
    folder = keep("some", judge("C01", {"a": UP}))
    path = folder / "results" / "some.json"
    files.write_json(path, files.read_json(path) | {"command": "python other.py"})
    with pytest.raises(DataError, match="altered"):
        claims.stored_findings(folder)


def test_the_ledger_as_a_table(keep):
    keep("some-wren", judge("C01", {"a": UP}))
    folder = keep("other-wren", judge("C01", {"a": DOWN}))
    table = claims.ledger_table(["C01", "C02"], {"C02": judge("C02", {"a": UP})}, folder)
    assert table.to_dict("index") == {
        "C01": {"here": "", "wren": "refuted here / confirmed here"},
        "C02": {"here": "confirmed here", "wren": ""},
    }
