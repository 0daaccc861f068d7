"""A sweep measures each point once, goes on where it was stopped, and never mixes two runs."""

from types import SimpleNamespace

import pytest

from course_lib import files
from course_lib.errors import CourseError, TrainingDiverged
from course_lib.experiments import sweep
from course_lib.experiments.arm_rates import at_best_rate
from course_lib.experiments.hits import scores

POINTS = ({"n": 1, "seed": 0}, {"n": 2, "seed": 0}, {"n": 2, "seed": 1})


def experiment(name="numbers", points=POINTS):
    measured = []

    def measure(point):
        if point["n"] == 2 and stops:
            raise KeyboardInterrupt
        measured.append(point)
        return {"score": 10 * point["n"] + point["seed"]}

    stops: list[bool] = []
    made = SimpleNamespace(NAME=name, points=lambda profile: points, measure=measure, RULES={})
    return made, measured, stops


def test_each_point_is_measured_once_and_a_stopped_run_goes_on(tmp_path):
    made, measured, stops = experiment()
    stops.append(True)
    with pytest.raises(KeyboardInterrupt):
        sweep.run(made, tmp_path, say=lambda text: None)
    assert [point["n"] for point in measured] == [1]
    stops.clear()
    said = []
    rows = sweep.run(made, tmp_path, say=said.append)
    assert [point["n"] for point in measured] == [1, 2, 2]
    assert said[0] == "point 1 of 2: n 2, seed 0" and len(said) == 2
    assert [row["score"] for row in rows] == [10, 20, 21]
    assert list(sweep.table(rows).columns) == ["n", "seed", "score"]
    assert sweep.run(made, tmp_path) == rows and len(measured) == 3
    kept = files.read_jsonl(tmp_path / sweep.ROWS)
    files.write_jsonl(tmp_path / sweep.ROWS, [kept[0], *({**row, sweep.TOOK: 20.4} for row in kept[1:])])
    assert sweep.seconds_of(tmp_path) == 61, "those of every run, not of the last one alone"
    del kept[1][sweep.TOOK]  # an older run kept none
    files.write_jsonl(tmp_path / sweep.ROWS, kept)
    assert sweep.seconds_of(tmp_path) is None


def test_a_training_that_diverges_is_a_row_and_stops_no_sweep(tmp_path):
    def measure(point):
        if point["rate"] == 3.0 and point["seed"] == 1:
            raise TrainingDiverged("The loss was nan at step 4: training has diverged.")
        return {"loss": 1 / point["rate"], "hits": "11" if point["rate"] == 3.0 else "01"}

    points = [{"arm": "LoRA", "rate": rate, "seed": seed} for rate in (1.0, 3.0) for seed in range(2)]
    made = SimpleNamespace(NAME="rates", points=lambda profile: points, measure=measure, RULES={})
    table = sweep.table(sweep.run(made, tmp_path, say=lambda text: None))
    assert table[sweep.DIVERGED].notna().tolist() == [False, False, False, True]
    best = at_best_rate(table, {"arm": "LoRA"}, "loss")
    assert best["rate"] == 1.0, "of the better rate one seed is missing"
    assert scores(table, "hits", best).tolist() == [[0, 1], [0, 1]]
    with pytest.raises(CourseError, match="No row"):
        at_best_rate(table[table["rate"] == 3.0], {"arm": "LoRA"}, "loss")


def test_a_limit_measures_so_many_more(tmp_path):
    made, measured, _ = experiment()
    assert len(sweep.run(made, tmp_path, say=lambda text: None, limit=2)) == 2
    assert len(sweep.run(made, tmp_path, say=lambda text: None, limit=2)) == 3 and len(measured) == 3


def test_points_that_came_later_are_measured_and_rows_come_in_the_order_of_the_points(tmp_path):
    made, _, _ = experiment(points=({"n": 3, "seed": 0},))
    sweep.run(made, tmp_path, say=lambda text: None)
    longer, measured, _ = experiment(points=({"n": 1, "seed": 0}, {"n": 3, "seed": 0}))
    rows = sweep.run(longer, tmp_path, say=lambda text: None)
    assert [row["n"] for row in rows] == [1, 3] and measured == [{"n": 1, "seed": 0}]


def test_a_folder_of_another_sweep_or_model_is_told(tmp_path, monkeypatch):
    sweep.run(experiment()[0], tmp_path, say=lambda text: None)
    with pytest.raises(CourseError, match="another experiment or model"):
        sweep.run(experiment("letters")[0], tmp_path)
    monkeypatch.setattr(sweep, "base_sha256", lambda: "0" * 64)
    with pytest.raises(CourseError, match="another experiment or model"):
        sweep.run(experiment()[0], tmp_path)


def test_an_experiment_without_points_for_the_profile_is_told(tmp_path):
    with pytest.raises(CourseError, match="numbers has no points for the profile"):
        sweep.run(experiment(points=())[0], tmp_path)


def test_a_damaged_row_is_told(tmp_path):
    sweep.run(experiment()[0], tmp_path, say=lambda text: None)
    path = tmp_path / sweep.ROWS
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    with pytest.raises(CourseError, match="line 4"):
        sweep.run(experiment()[0], tmp_path)
    assert files.read_text(path)
