"""The sweep of lesson 06: its points, and the rules of C13 and C35 on tables made for them."""

import pandas as pd
import pytest

from course_lib.claims import Verdict, verdict
from course_lib.errors import CourseError
from course_lib.experiments import family, rank_and_rate
from course_lib.experiments.arm_rates import at, best, row_of
from course_lib.experiments.family import PREFIX, PROMPT
from course_lib.experiments.hits import scores, share
from course_lib.experiments.rank_and_rate import FEW_LAYERS, FULL, LORA

N = 40


def rows(arm, rate, loss, right=0, examples=100, seeds=(0, 1, 2)):
    """Trainings of an arm that differ in the seed: their loss, and how many of N replies keep the style."""
    hits = "1" * right + "0" * (N - right)
    told = {"arm": arm, "rate": rate, "examples": examples, "dev_loss": loss, "loss": loss, "hits": hits}
    return [
        told | {"seed": seed, "losses": [loss + 0.001 * (seed + question % 5) for question in range(N)]}
        for seed in seeds
    ]


def table(*some):
    return pd.DataFrame([row for each in some for row in each])


def said(parts):
    return [verdict(*(part if isinstance(part, tuple) else (part,))) for part in parts.values()]


def of_c35(ten=0.20, same=1.0, few=0.5, full=0.2):
    """A table in which full tuning is best at 1e-3."""
    return table(
        rows(FULL, 3e-4, full + 0.3),
        rows(FULL, 1e-3, full),
        rows(LORA, 1e-3, same),
        rows(LORA, 3e-3, 0.5),
        rows(LORA, 1e-2, ten),
        rows(FEW_LAYERS, 1e-2, few),
    )


def test_the_best_rate_is_chosen_on_dev_and_seeds_are_averaged():
    one = rows(LORA, 1e-2, 0.3, right=40, seeds=(0,)) + rows(LORA, 1e-2, 0.1, right=20, seeds=(1,))
    made = table(one, rows(LORA, 3e-2, 0.25, right=40))
    chosen = best(made, LORA, 100)
    assert chosen == {"arm": LORA, "examples": 100, "rate": 1e-2}  # .2 in the mean
    assert scores(made, "hits", chosen).mean(axis=0).tolist() == [1.0] * 20 + [0.5] * 20
    assert share(made, "hits", chosen).mean == pytest.approx(0.75)
    assert at(made, LORA, 100, 10 * 1e-3) == chosen
    with pytest.raises(CourseError, match="'DoRA' on 100"):
        best(made, "DoRA", 100)
    with pytest.raises(CourseError, match=r"rate 0.5[\s\S]*0.01, 0.03"):
        at(made, LORA, 100, 0.5)


def test_rates_are_compared_on_the_seeds_that_all_of_them_have():
    thrice = rows(LORA, 1e-2, 0.2, seeds=(0,)) + rows(LORA, 1e-2, 0.6, seeds=(1, 2))
    made = table(thrice, rows(LORA, 3e-2, 0.3, seeds=(0,)))
    assert best(made, LORA, 100)["rate"] == 1e-2, "by seed 0: .2 against .3"
    assert len(scores(made, "hits", best(made, LORA, 100))) == 3, "and all of its seeds count"
    with pytest.raises(CourseError, match="No row"):
        best(table(thrice, rows(LORA, 3e-2, 0.3, seeds=(7,))), LORA, 100)


def test_c13_compares_each_at_its_best_rate_and_each_size():
    made = table(
        rows(LORA, 1e-2, 0.2, right=36),
        rows(LORA, 3e-2, 0.9, right=0),
        rows(PREFIX, 1e-1, 0.5, right=12),
        rows(PROMPT, 1e-1, 0.3, right=36),
        rows(LORA, 1e-2, 0.1, right=40, examples=800),
        rows(PREFIX, 1e-1, 0.1, right=40, examples=800),
        rows(PROMPT, 1e-1, 0.1, right=30, examples=800),
    )
    parts = family.c13(made)
    assert list(parts) == [
        f"house style, {n} examples: LoRA − {each}" for n in (100, 800) for each in (PREFIX, PROMPT)
    ]
    confirmed, open_ = Verdict.CONFIRMED, Verdict.NOT_CONFIRMED
    assert said(parts) == [confirmed, open_, open_, confirmed]
    better = table(rows(LORA, 1e-2, 0.2, right=5), rows(PREFIX, 1e-1, 0.2, right=35), rows(PROMPT, 1, 0.2))
    assert said(family.c13(better)) == [Verdict.REFUTED, Verdict.CONFIRMED]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [Verdict.CONFIRMED] * 4),
        ({"ten": 0.24}, [Verdict.CONFIRMED] * 4),  # behind by less than the margin
        ({"ten": 0.60}, [Verdict.REFUTED, Verdict.REFUTED, Verdict.CONFIRMED, Verdict.NOT_CONFIRMED]),
        ({"same": 0.15}, [Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.REFUTED, Verdict.CONFIRMED]),
        ({"few": 0.20}, [Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.NOT_CONFIRMED]),
    ],
)
def test_c35_wants_ten_times_the_rate_to_do_and_the_same_rate_and_few_layers_not_to(changes, expected):
    assert said(rank_and_rate.c35(of_c35(**changes))) == expected


def test_c35_is_asked_on_each_number_of_examples():
    many = of_c35().assign(examples=800)
    few = of_c35()
    found = rank_and_rate.c35(pd.concat([few, many[many["arm"] != FEW_LAYERS]], ignore_index=True))
    assert [sum(f"{n} examples" in name for name in found) for n in (100, 800)] == [4, 3]


def test_c35_asks_for_batches_where_they_were_tried():
    full, lora = (f"{arm}, batches of 32" for arm in (FULL, LORA))
    with_them = pd.concat([of_c35(), table(rows(full, 1e-2, 0.2), rows(lora, 3e-2, 0.6))], ignore_index=True)
    found = rank_and_rate.c35(with_them)
    mean, above = found["loss, batches of 32: full tuning − LoRA, each at its best rate"]
    assert mean.high < above == -rank_and_rate.AS_WELL
    assert not any("batches of 1:" in each for each in found), "which nobody tried"


def test_a_batch_changes_the_steps_and_not_what_is_seen():
    usual = family.settings({"arm": LORA, "rate": 1e-2, "examples": 100, "seed": 0})
    for n in rank_and_rate.BATCHES:
        some = family.settings({"arm": f"{LORA}, batches of {n}", "rate": 1e-2, "examples": 100, "seed": 0})
        seen = some["steps"] * some["batch_size"]
        assert some["batch_size"] == n and abs(seen - usual["steps"] * usual["batch_size"]) < 32
        assert some["rank"] == usual["rank"]


def test_ranks_are_compared_each_at_its_best_rate():
    few = rows("LoRA, rank 1", 1e-2, 0.5) + rows("LoRA, rank 1", 3e-2, 0.3)
    more = table(few, rows("LoRA, rank 64", 1e-2, 0.1))
    found = rank_and_rate.by_rank(pd.concat([of_c35(), more], ignore_index=True))
    assert {rank: round(each.mean, 2) for rank, each in found.items()} == {
        "LoRA, rank 1 instead of 16": -0.1,
        "LoRA, rank 64 instead of 16": 0.1,
    }
    assert rank_and_rate.by_rank(of_c35()) == {}


def test_c35_without_the_point_at_ten_times_the_rate_is_told():
    made = of_c35()
    with pytest.raises(CourseError, match="'LoRA' was not trained on 100 examples at the rate 0.01"):
        rank_and_rate.c35(made[(made["arm"] != LORA) | (made["rate"] != 1e-2)])


@pytest.mark.parametrize("profile", ["tiny", "laptop", "gpu"])
def test_the_points_are_what_the_rules_need(profile):
    made = family.points(profile)
    assert len({tuple(point.items()) for point in made}) == len(made)
    assert {point["seed"] for point in made} == {0, 1, 2}
    told = pd.DataFrame(made)
    for n in family.BUDGET[profile]:
        arms = set(told[told["examples"] == n]["arm"])
        assert {FULL, LORA, PREFIX, PROMPT} <= arms
    for _, some in told.groupby("examples"):
        loras = some[some["arm"] == LORA]["rate"]
        for rate in some[some["arm"] == FULL]["rate"]:
            for times in (1, rank_and_rate.TIMES):
                assert (abs(loras - times * rate) < 1e-9).any()
    assert profile != "tiny" or set(told["arm"]) == set(family.ARMS)
    for arm, rates in family.DECIDING.get(profile, {}).items():
        for rate in family.RATES[profile][arm]:
            seeds = told[(told["arm"] == arm) & (told["rate"] == rate)]["seed"]
            assert len(seeds) == (family.SEEDS if rate in rates else 1)
        assert set(rates) <= set(family.RATES[profile][arm])


def test_a_live_point_is_one_of_the_sweep_and_an_unknown_arm_is_told():
    for arm in family.RATES["tiny"]:
        assert family.live_point(arm) in family.points("tiny")
    assert family.settings(family.live_point("LoRA, rank 1"))["alpha"] == 2
    with pytest.raises(CourseError, match="LoKr"):
        family.live_point("LoKr")
    with pytest.raises(CourseError, match="LoKr"):
        family.settings({"arm": "LoKr", "rate": 1e-3, "examples": 100, "seed": 0})
    point = family.live_point(LORA)
    assert row_of([{"seed": 1}, point | {"loss": 1.0}], point) == point | {"loss": 1.0}
    assert row_of([{"seed": 1}], point) is None


@pytest.mark.slow
def test_a_point_is_trained_and_scored(monkeypatch):
    monkeypatch.setitem(family.BUDGET["tiny"], 100, {"steps": 2, "batch_size": 2})
    monkeypatch.setitem(family.short_form.SCALE, "tiny", {"dev": 2, "asked": 4})
    point = {"arm": "LoRA, rank 1", "rate": 1e-3, "examples": 100, "seed": 1}
    found = family.measure(point)
    assert found["questions"] == len(found["hits"]) == len(found["losses"]) == 4
    assert found["steps"] == 2 and found["tokens"] > 200 and found["trainable"] == 29_184
    assert found["loss"] == pytest.approx(sum(found["losses"]) / 4, abs=1e-3) and found["dev_loss"] > 0
    again = family.measure(point)
    assert {**again, "seconds": 0} == {**found, "seconds": 0}
