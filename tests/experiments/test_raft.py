"""C17 from a table that was made up: RAFT wins, ties or loses, and the best share is the one that counts."""

import pytest

from course_lib.claims import judge
from course_lib.experiments import raft, sweep
from course_lib.experiments.in_memory import UNTUNED


def row(method, share=None, seed=0, passages=None, **right):
    """A row whose first so many questions of 40 are right."""
    digits = {way: "1" * right.get(way, 0) + "0" * (40 - right.get(way, 0)) for way in raft.SERVED}
    return {"method": method, "share": share, "passages": passages, "seed": seed} | digits


def rows(best):
    return [
        row(UNTUNED, gold=20, retrieved=12),
        row(raft.MEMORY, gold=10, retrieved=8, none=3),
        row(raft.MEMORY, seed=1, gold=10, retrieved=8, none=3),
        row(raft.RAFT, 0.0, passages=4, gold=5, retrieved=39, none=39),
        row(raft.RAFT, 0.8, passages=2, gold=5, retrieved=39, none=39),
        row(raft.RAFT, 0.8, passages=4, gold=best, retrieved=best - 4, none=2),
        row(raft.RAFT, 0.8, seed=1, passages=4, gold=best, retrieved=best - 4, none=2),
    ]


@pytest.mark.parametrize(
    ("best", "said"), [(36, "confirmed here"), (16, "not confirmed here"), (9, "refuted here")]
)
def test_the_verdict_follows_the_intervals(best, said):
    found = judge("C17", raft.c17(sweep.table(rows(best))))
    assert str(found.verdict) == said
    if best == 36:
        assert [round(part.mean, 3) for part in found.parts] == [0.5, 0.6, 0.75]


def test_each_profile_has_the_untuned_model_and_both_trainings():
    for profile, shares in raft.SHARES.items():
        found = raft.points(profile)
        assert found[0]["method"] == UNTUNED
        assert {p["share"] for p in found if p["method"] == raft.RAFT} == set(shares)
        assert {p["share"] for p in found if p["passages"] == raft.FEWER} == {raft.SHARE}
        assert sum(p["method"] == raft.MEMORY for p in found) == raft.SEEDS[profile]


@pytest.mark.slow
def test_a_small_training_is_measured_all_three_ways():
    point = {"method": raft.RAFT, "share": 0.8, "passages": 4, "examples": 9, "asked": 6, "seed": 0}
    found = raft.measure(point)
    assert {len(found[way]) for way in raft.SERVED} == {5}
    assert found["steps"] == 6 and found["tokens"] > 1000 and 0 <= found["says_so"] <= 1


def test_the_shares_are_means_over_the_seeds():
    told = raft.shown(rows(36))
    assert told["RAFT, 80% hold the answer, 4 passages"]["gold"].mean == 0.9
    assert told[UNTUNED]["retrieved"].mean == 0.3 and len(told) == 5
