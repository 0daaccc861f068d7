"""What `results` is asked for: what makes no sense is told before anything runs; a small run is stored."""

import json
import sys
from importlib import import_module
from types import SimpleNamespace

import pandas as pd
import pytest

from course_lib import files, provenance, runtime
from course_lib.__main__ import main
from course_lib.commands import measuring, results
from course_lib.errors import CourseError
from course_lib.evaluation.kept_runs import stored_run
from course_lib.experiments import (
    chunk_grid,
    editions,
    form_and_facts,
    grounded,
    ladder,
    reading,
    retriever_tuning,
    stored,
)
from course_lib.experiments.explorer import EXPERIMENTS
from course_lib.manifest import write_manifest
from course_lib.tuning import recipes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rafts"], "no experiment rafts"),
        (["raft"], "--work runs/raft"),
        (["--steps", "2"], "--output"),
        (["chunking", "--seeds", "1"], "goes with comparison or prompt-format or reading or more-arms"),
        (["--sizes", "60"], "--sizes goes with chunking"),
        (["chunking", "--rates"], "--rates goes with"),
        (["retriever"], "--work"),
        (["ladder", "--questions", "6"], "--questions goes with"),
        (["ladder", "--output", "nowhere"], "results comparison"),
        (["reading", "--again", "RAG", "--questions", "5"], "--questions 240"),
        (["reading", "--again", "RAG", "--output", "nowhere"], "No run reading-wren is stored"),
        (["chunking", "--again", "RAG"], "--again goes with"),
        (["reading", "--again", "RAG", "--work", "there"], "leave --work out"),
    ],
)
def test_options_that_make_no_sense_are_told(arguments, said, capsys):
    assert main(["results", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_quantisation_that_is_none_of_the_courses_is_told(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["results", "--quantize", "int8"])
    assert stopped.value.code == 2 and "nf4" in capsys.readouterr().err


def test_the_command_and_the_experiments_have_the_same_names():
    """The command says them by itself, so that its help needs no library."""
    assert results.OF_A_MODEL == EXPERIMENTS and results.OF_A_MODEL[0] == form_and_facts.NAME
    assert set(results.OF_LESSONS) == {editions.NAME, grounded.NAME}
    others = {chunk_grid.NAME, retriever_tuning.NAME, *results.SWEEPS, ladder.NAME}
    assert set(results.TAKES) == {*EXPERIMENTS, *results.OF_LESSONS, *others}


@pytest.mark.parametrize("name", results.SWEEPS)
def test_a_sweep_is_a_module_of_its_name_with_points_in_every_profile(name):
    experiment = import_module(f"course_lib.experiments.{name}")
    assert name == experiment.NAME and isinstance(experiment.RULES, dict)
    for profile in runtime.LANGUAGE_MODELS:
        points = experiment.points(profile)
        assert points or profile != "tiny", "what takes too long elsewhere is measured on wren"
        assert all("seed" in point for point in points)
        assert json.loads(json.dumps(points)) == points, "a point is kept as JSON"
        assert len({json.dumps(point) for point in points}) == len(points)


@pytest.mark.slow
def test_a_small_run_is_stored_with_the_command_that_made_it(tmp_path, capsys):
    assert main(["results", "reading", "--questions", "6", "--output", str(tmp_path / "results")]) == 0
    told = files.read_json(path := tmp_path / "results" / "reading-wren.json")
    assert told["command"] == "python -m course_lib results reading --questions 6 --output results"
    assert told["questions"] == 6 and list(told["verdicts"]) == ["C34"] and told["model"] == "wren"
    assert "right value" in capsys.readouterr().out

    def again(*arguments):
        options = ["--again", *arguments, "--output", str(tmp_path / "results")]
        return main(["results", "reading", "--questions", "6", *options])

    before = stored.read(tmp_path / "results", "reading-wren")
    shown = reading.RAG + reading.SHOWN
    assert again(shown) == 0
    after, now = stored.read(tmp_path / "results", "reading-wren"), files.read_json(path)
    pd.testing.assert_frame_equal(before[before["arm"] != shown], after[after["arm"] != shown])
    other = before["arm"] == shown
    assert list(before["reply"]) == list(after["reply"]) and list(before["arm"]) == list(after["arm"])
    assert (before[other]["decode"].to_numpy() != after[other]["decode"].to_numpy()).any(), "asked anew"
    assert list(now["asked_again"]) == [shown] and now["command"] == told["command"]
    assert now["summary"] == told["summary"]
    weigh = ["results", "--weigh", "--folder", str(path.parent)]
    assert main(weigh) == 0 and files.read_json(path) == now, "what comes out as it stood"
    files.write_json(path, now | {"verdicts": {}, "summary": []})
    assert main([*weigh, "family", "comparison"]) == 0 and files.read_json(path)["summary"] == []
    assert main([*weigh, "chunking"]) == 1 and "reading" in capsys.readouterr().err
    assert main([*weigh, "reading"]) == 0
    judged = files.read_json(path)
    assert {name: each["parts"] for name, each in judged["verdicts"].items()} == {
        name: each["parts"] for name, each in now["verdicts"].items()
    }
    assert judged["summary"] == now["summary"] and "--weigh" in judged["weighed"]["command"]
    assert judged["command"] == now["command"], "which measured it"
    capsys.readouterr()
    assert again("RAG + three examples") == 1 and shown in capsys.readouterr().err
    assert again(shown, "--questions", "5") == 1 and "--questions 6" in capsys.readouterr().err


def test_the_seconds_of_a_run_are_those_until_it_ends(tmp_path, monkeypatch):
    """Taken before it, more than an hour was stored as one second."""
    done, kept = [], {}

    def measured(setting):
        done.append(setting)
        return SimpleNamespace(table=None, told={"training": {}}, read=(), kept={})

    setting = SimpleNamespace(made_by=lambda begun: {"seconds": len(done)}, chunks=())
    monkeypatch.setattr(measuring, "experiment_of", lambda name: SimpleNamespace(measure=measured))
    monkeypatch.setattr(measuring, "store", lambda *given: kept.update(given[-1]))
    measuring.measure("more-arms", setting, tmp_path, provenance.begin("a test"))
    assert kept == {"training": {}, "seconds": 1}


@pytest.mark.slow
@pytest.mark.parametrize("name", results.OF_LESSONS)
def test_a_lessons_run_is_stored_as_the_lesson_reads_it(name, tmp_path, monkeypatch):
    folder = tmp_path / "results"
    assert main(["results", name, "--questions", "6", "--output", str(folder)]) == 0
    write_manifest(tmp_path)
    run = stored_run(name, tmp_path)
    assert (run["model"], run["questions"]) == ("wren", 6)
    assert run["command"].startswith("python -m course_lib results")
    measures = [shares for figure in run["shares"].values() for shares in figure.values()]
    found = [share for arms in measures for share in arms.values()]
    assert len(found) > 5 and all(0 <= each["low"] <= each["mean"] <= each["high"] <= 1 for each in found)


def test_a_rule_that_the_rows_cannot_answer_loses_no_row(tmp_path, monkeypatch, capsys):
    def cannot(table):
        raise CourseError("Too few rows.")

    sweep = SimpleNamespace(
        NAME="numbers",
        points=lambda profile: [{"seed": 0}],
        measure=lambda point: {"questions": 3, "hits": "101"},
        RULES={"C06": cannot},
    )
    monkeypatch.setitem(sys.modules, "course_lib.experiments.numbers", sweep)
    begun = provenance.begin("python -m course_lib", ["results", "numbers"], 0)
    measuring.sweep_through("numbers", tmp_path / "work", None, tmp_path, begun)
    told = files.read_json(tmp_path / "numbers-wren.json")
    assert told["rows"] == [{"seed": 0, "questions": 3, "hits": "101"}] and told["verdicts"] == {}
    assert "no verdict: Too few rows." in capsys.readouterr().out


def test_only_results_that_lessons_read_are_enlisted(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr("course_lib.manifest.write_manifest", lambda: written.append("manifest"))
    measuring.enlist(tmp_path)
    assert written == []
    measuring.enlist(results.RESULTS)
    assert written == ["manifest"]


def test_grounded_needs_the_adapter_that_a_comparison_keeps(monkeypatch):
    monkeypatch.setattr(recipes, "stored_adapter", lambda: None)
    with pytest.raises(CourseError, match="No adapter of the facts") as told:
        grounded.measure(model=None)
    assert "results comparison" in str(told.value)
