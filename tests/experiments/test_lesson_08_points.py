"""A point of each sweep of lesson 08, made small: trained, asked, stored as JSON, and read by its figure."""

import json

import pytest

from course_lib.experiments import forgetting, in_memory, prompt_shift, refusals, sweep, unknown_facts
from course_lib.experiments.in_memory import COST, Budget
from course_lib.tuning.train import fresh_model, tune

pytestmark = pytest.mark.slow
SMALL = {"tiny": Budget(8, 1, 4, 1e-2)}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    for experiment in (forgetting, prompt_shift, refusals):
        monkeypatch.setattr(experiment, "STYLE", SMALL)
    monkeypatch.setattr(unknown_facts, "BUDGETS", SMALL)
    monkeypatch.setattr(forgetting, "ASKED", {"tiny": (4, 2, 2, 3)})
    monkeypatch.setattr(prompt_shift, "FACTS", 2)
    monkeypatch.setattr(refusals, "ASKED", 2)
    monkeypatch.setattr(unknown_facts, "ASKED", {"tiny": 4})
    monkeypatch.setattr(unknown_facts, "TAUGHT", {"tiny": 4})


def measured(experiment, *points):
    """The rows of some points, as a stored run gives them back."""
    rows = [dict(point) | experiment.measure(point) for point in points]
    assert all(set(COST) <= row.keys() and "seed" in row and "seconds" in row for row in rows)
    return sweep.table(json.loads(json.dumps(rows)))


@pytest.mark.parametrize("arm", forgetting.ARMS)
def test_what_a_tuning_forgets(arm):
    untuned, *others = forgetting.points("tiny")
    point = next(each for each in others if each["arm"] == arm and each["learning_rate"] >= 1e-3)
    table = measured(forgetting, untuned, point)
    before, after = table.to_dict("records")
    assert (before["kl"], before["steps"]) == (0, 0) and before["general"] == "1111"
    assert after["kl"] > 0 and after["learning"] < before["learning"]
    assert len(after["text"]) == 2 and len(after["formats"]) == 2 and len(after["style"]) == 3
    assert after["steps"] == (3 if arm == forgetting.REHEARSED else 2)
    assert list(forgetting.summary(table)["arm"]) == ["untuned", arm]


def test_the_same_seed_gives_the_same_row():
    point = forgetting.live_point("tiny")
    first, second = (forgetting.measure(point) | {"seconds": 0} for _ in range(2))
    assert first == second


def test_a_full_tuning_and_a_merged_adapter_answer():
    for method in ("full", "lora"):
        tuned = tune(fresh_model(), forgetting.pairs("tiny")[0][:4], method=method, steps=1)
        model = in_memory.ready(tuned)
        assert not hasattr(model.model, "peft_config") and model.reply([{"role": "user", "content": "Hi"}])


def test_other_forms_of_prompt_are_asked_of_the_same_facts():
    untuned, narrow, *_ = prompt_shift.points("tiny")
    table = measured(prompt_shift, untuned, narrow)
    assert {len(row) for form in prompt_shift.FORMS for row in table[f"{form}: style"]} == {2}
    assert len(prompt_shift.c12(table)) == 4


def test_refusals_are_counted_on_both_sides():
    untuned, *tuned = refusals.points("tiny")
    some = [next(each for each in tuned if each["refusals"] == share) for share in (0.0, 0.1)]
    table = measured(refusals, untuned, *some)
    assert {len(row) for name in ("says_so", "silent") for row in table[name]} == {2}
    assert len(refusals.c33(table)) == 2


def test_unknown_facts_are_taught_and_others_are_asked():
    untuned, *tuned = unknown_facts.points("tiny")
    some = [next(each for each in tuned if each["unknown"] == share) for share in (0.0, 1.0)]
    table = measured(unknown_facts, untuned, *some)
    assert {len(row) for row in table["right"]} == {4} and {len(row) for row in table["made_up"]} == {20}
    assert [len(row) for row in table["recalled"].dropna()] == [4, 4]
    assert len(unknown_facts.c04(table)) == 2
