"""What a full tuning changes, taken apart: rows a kind of layer, and replies with less of the change."""

import pytest
import torch

from course_lib.errors import CourseError
from course_lib.evaluation.kept_runs import runs_of_all_models
from course_lib.experiments import family, short_form, weight_change
from course_lib.tuning.spectrum import Decomposed


def test_a_kind_of_layer_is_one_row_beside_a_random_matrix_of_its_shape():
    random = torch.Generator().manual_seed(0)

    def low(out, size, rank):
        product = torch.randn(out, rank, generator=random) @ torch.randn(rank, size, generator=random)
        return Decomposed.of(product)

    parts = {f"model.layers.{n}.self_attn.k_proj": low(40, 80, rank) for n, rank in enumerate((2, 2, 8))}
    parts |= {"model.layers.0.mlp.up_proj": Decomposed.of(torch.randn(60, 80, generator=random))}
    few, many = weight_change.spectra(parts)
    assert (few["kind"], few["shape"], few["layers"]) == ("k_proj", [40, 80], 3)
    assert few["rank"] <= 2 < 10 < few["random"] and few["share"] == few["rank"] / 40
    assert many["rank"] == pytest.approx(many["random"], abs=3)
    for row in (few, many):
        assert len(row["curve"]) == len(row["random_curve"]) == len(weight_change.DEPTHS)
        assert row["curve"] == sorted(row["curve"]) and row["curve"][-1] == pytest.approx(1)


def test_its_points_take_a_rate_of_the_family():
    for profile in family.RATES:
        for point in weight_change.points(profile):
            assert point["rate"] in family.RATES[profile]["full"]
            assert point["examples"] in family.BUDGET[profile]


def a_run(whole, cut, model="wren"):
    kind = {"kind": "q_proj", "shape": [40, 80], "random": 20, "rank": 4, "share": 0.1}
    kinds = [kind, kind | {"rank": 12, "share": 0.3}]
    rows = [{"seed": n, "hits": whole, "at_rank": {"16": cut}, "kinds": kinds} for n in (0, 1)]
    return {"model": model, "questions": len(whole), "rows": rows}


def test_replies_with_less_of_the_change_are_held_against_those_with_the_whole():
    rows = a_run("1" * 20, "1" * 5 + "0" * 15)["rows"]
    table = weight_change.by_rank(rows)
    assert table[["seed", "kept"]].to_numpy().tolist() == [[0, 0], [0, 16], [1, 0], [1, 16]]
    found = weight_change.lost(rows)
    assert found.mean == -0.75 and found.low < -0.75 < found.high < 0
    with pytest.raises(CourseError, match="kept 4"):
        weight_change.lost(rows, rank=4)


@pytest.mark.parametrize(
    ("whole", "cut", "said"),
    [
        ("1" * 20, "0" * 20, "too low for what was learned"),
        ("0" * 20, "1" * 20, "does the work, and better than the whole"),
        ("01" * 10, "10" * 10, "20 questions show no difference"),
    ],
)
def test_the_answer_follows_from_the_interval(whole, cut, said):
    energy, style = weight_change.is_low(a_run(whole, cut)).splitlines()
    takes = "wren: 90% of the energy takes rank 4 to 12, 10% to 30% of the full one"
    assert energy == f"{takes}; of a random matrix 50% to 50%"
    assert style.endswith(said) and "rank 16 kept − whole change: " in style


def test_what_is_stored_can_be_told():
    for run in runs_of_all_models(weight_change.NAME):
        assert weight_change.is_low(run).startswith(f"{run['model']}: 90% of the energy takes rank ")


@pytest.mark.slow
def test_a_point_is_measured(monkeypatch):
    monkeypatch.setitem(family.BUDGET["tiny"], 100, {"steps": 1, "batch_size": 1})
    monkeypatch.setitem(short_form.SCALE, "tiny", {"dev": 1, "asked": 2})
    monkeypatch.setattr(weight_change, "RANKS", (1,))
    found = weight_change.measure(weight_change.points("tiny")[0])
    assert [row["kind"] for row in found["kinds"]] == [
        *("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    ]
    assert all(row["layers"] == 6 and 0 < row["share"] <= 1 for row in found["kinds"])
    assert set(found["at_rank"]) == {"1"} and len(found["at_rank"]["1"]) == len(found["hits"]) == 2
