"""Stored runs: only those of the model in use are shown, and what stands beside the lesson's own shares."""

import pytest

from course_lib import files, runtime
from course_lib.errors import DataError
from course_lib.evaluation.kept_runs import beside, runs_of_all_models, stored_run, told, whole_run
from course_lib.evaluation.statistics import Interval
from course_lib.tuning.recipes import base_sha256

RUN = {
    "questions": 240,
    "command": "python make.py",
    "shares": {"outcomes": {"right": {"RAG": {"mean": 0.5, "low": 0.4, "high": 0.6}}}},
}


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """A function that stores a run in a data folder of its own, and returns that folder."""
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setattr(runtime, "_current", None)

    def write(name="some", **changes):
        run = RUN | {"model": "wren", "base_sha256": base_sha256()} | changes
        path = files.write_json(tmp_path / "results" / f"{name}.json", run)
        files.write_json(tmp_path / "manifest.json", {"files": {f"results/{name}.json": files.sha256(path)}})
        return tmp_path

    return write


@pytest.mark.parametrize("name", ["some", "some-wren"])
def test_a_run_of_the_model_in_use_is_found_and_told(keep, name):
    run = stored_run("some", keep(name))
    assert run["questions"] == 240
    assert told("some", run) == "Stored run some: 240 questions put to wren, by `python make.py`."


@pytest.mark.parametrize("changes", [{"model": "SmolLM2-135M-reader"}, {"base_sha256": "0" * 64}])
def test_a_run_of_another_model_is_none(keep, changes):
    assert stored_run("some", keep(**changes)) is None


def test_without_a_run_the_lesson_says_so(keep):
    assert stored_run("other", keep()) is None
    assert told("other", None).startswith("There is no stored run other of wren")


def test_the_whole_sweep_of_the_small_model_is_there_whatever_model_is_in_use(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setattr(runtime, "_current", None)
    small = stored_run("family")
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", "SmolLM2-135M-reader")
    monkeypatch.setattr(runtime, "_current", None)
    assert whole_run("family") == small and small["model"] == "wren"
    assert whole_run("no such sweep") is None


def test_an_altered_run_is_refused(keep):
    folder = keep()
    files.write_json(folder / "results" / "some.json", RUN)
    with pytest.raises(DataError):
        stored_run("some", folder)


def test_the_runs_of_all_models_are_read_and_checked(tmp_path):
    assert runs_of_all_models("some", tmp_path) == []
    runs = [RUN | {"model": model} for model in ("SmolLM2", "wren")]
    names = [f"results/some-{run['model']}.json" for run in runs]
    paths = [files.write_json(tmp_path / name, run) for name, run in zip(names, runs, strict=True)]
    other = files.write_json(tmp_path / "results" / "some-other-wren.json", runs[1])  # of "some-other"
    sums = {f"results/{path.name}": files.sha256(path) for path in (*paths, other)}
    files.write_json(tmp_path / "manifest.json", {"files": sums})
    assert runs_of_all_models("some", tmp_path) == runs
    files.write_json(paths[1], RUN)
    with pytest.raises(DataError, match="some-wren"):
        runs_of_all_models("some", tmp_path)


def test_shares_stand_beside_the_stored_ones(keep):
    here = {"right": {"RAG": Interval(0.45, 0.3, 0.6), "closed-book": Interval(0.0, 0.0, 0.1)}}
    alone = beside(here, None, "outcomes")
    assert list(alone.columns) == ["measure", "arm", "here"] and list(alone["arm"]) == ["RAG", "closed-book"]
    both = beside(here, stored_run("some", keep()), "outcomes")
    assert list(both["stored"]) == ["0.50 [0.40, 0.60]", "–"]
