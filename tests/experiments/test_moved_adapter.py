"""Bases that an adapter was not made for: what they compute, and the rule of C14 on tables made for it."""

import pandas as pd
import pytest
import torch

from course_lib.claims import Verdict, judge
from course_lib.experiments import family, moved_adapter, short_form
from course_lib.experiments.moved_adapter import OWN, RANDOM, RELATIVE, TWIN
from course_lib.tuning import fresh_model

N = 60


def table(**share):
    """Three seeds; of N replies the given numbers keep the house style on each base."""
    bases = {OWN: 54, TWIN: 0, RANDOM: 0, RELATIVE: 54} | share
    told = {base: "1" * number + "0" * (N - number) for base, number in bases.items()}
    return pd.DataFrame([told | {"seed": seed} for seed in range(3)])


def test_c14_asks_for_a_move_that_loses_next_to_nothing():
    finding = judge("C14", moved_adapter.c14(table()))
    assert finding.verdict is Verdict.REFUTED
    verdicts = [part.verdict for part in finding.parts]
    assert verdicts == [Verdict.REFUTED, Verdict.CONFIRMED], "random weights are no part of it"
    everywhere = judge("C14", moved_adapter.c14(table(**{TWIN: 54})))
    assert everywhere.verdict is Verdict.CONFIRMED
    half = judge("C14", moved_adapter.c14(table(**{TWIN: 51})))
    assert half.parts[0].verdict is Verdict.NOT_CONFIRMED


def test_one_adapter_a_seed():
    assert [p["seed"] for p in moved_adapter.points("tiny")] == [0, 1, 2]
    assert [p["seed"] for p in moved_adapter.points("laptop")] == [0, 1, 2]


def test_a_twin_replies_as_the_base_and_another_seed_does_not():
    pair = short_form.asked_pairs(1)[0]
    ids = torch.tensor([fresh_model().tokens(pair.prompt)])
    with torch.no_grad():
        own, twin, other = (
            moved_adapter.BASES[base](fresh_model()).model(ids).logits for base in (OWN, TWIN, RANDOM)
        )
    torch.testing.assert_close(twin, own, rtol=1e-3, atol=1e-3)
    assert own.shape == other.shape and (own - other).abs().max() > 1


@pytest.mark.slow
def test_an_adapter_loads_on_every_base_of_the_shape_without_a_word(monkeypatch, recwarn):
    monkeypatch.setitem(family.BUDGET["tiny"], 100, {"steps": 1, "batch_size": 1})
    monkeypatch.setitem(short_form.SCALE, "tiny", {"dev": 1, "asked": 2})
    monkeypatch.setattr(moved_adapter, "STEPS", 1)
    found = moved_adapter.measure({"seed": 0})
    assert found["questions"] == 2 and found["steps"] == 1
    assert [len(found[base]) for base in moved_adapter.BASES] == [2] * 4
    assert not [each for each in recwarn if issubclass(each.category, UserWarning)]
