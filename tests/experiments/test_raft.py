"""C17 from a table that was made up: RAFT wins, ties or loses, and the authors' share is what counts."""

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
    assert found["steps"] == 6 and found["tokens"] > 1000 and found["says_so"] in ("0", "1")


def test_the_shares_are_means_over_the_seeds():
    told = raft.shown(rows(36))
    assert told["RAFT 80%, 4 passages"]["gold"].mean == 0.9
    assert told[UNTUNED]["retrieved"].mean == 0.3 and len(told) == 5


def said(row, says_so):
    """A row of a training that was also asked ten questions without an answer."""
    return row | {"questions": 50, "says_so": says_so}


def test_who_says_so_is_read_as_digits_and_as_the_share_that_older_rows_keep():
    digits = [said(row(UNTUNED), "1" * 6 + "0" * 4), said(row(raft.MEMORY), "1" * 10)]
    shares = [said(row(UNTUNED), 0.6), said(row(raft.MEMORY), 1.0)]
    ((_, new),), ((_, old),) = (raft.silence(rows)[UNTUNED].items() for rows in (digits, shares))
    assert new == old and new.mean == 0.6 and new.low < 0.4
    mixed = [said(row(UNTUNED), "1" * 6 + "0" * 4), said(row(UNTUNED, seed=1), 0.2)]
    assert next(iter(raft.silence(mixed)[UNTUNED].values())).mean == 0.4
    assert raft.silence([row(UNTUNED), said(row(raft.MEMORY), None)]) == {}


def test_trainings_are_held_against_the_authors_share_question_by_question():
    found = raft.differences(rows(36))
    assert len(found) == 8, "four other trainings, two ways to serve them"
    alone, together = found["RAFT 80%, 2 passages; retrieved"]
    assert alone.mean == pytest.approx(7 / 40) and together.low <= alone.low < alone.high <= together.high
    assert found[f"{UNTUNED}; gold"][0].mean == pytest.approx(-0.4)
    whole = [said(each, "1100") | {"questions": 44} for each in rows(36)]
    assert raft.differences(whole)["tuned from memory; says so"][0].mean == 0
