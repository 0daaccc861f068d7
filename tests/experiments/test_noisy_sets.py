import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.answers import complies
from course_lib.experiments.noisy_sets import by_label, by_rule, drop_worst, found, noisy_set


@pytest.mark.parametrize(("n", "noise", "faulty"), [(120, 0.25, 30), (700, 0.5, 350), (350, 0, 0)])
def test_a_set_has_the_share_of_faults_that_was_asked_for(n, noise, faulty):
    rows = noisy_set(n, noise, seed=1)
    assert len(rows) == n and sum(row["noise"] is not None for row in rows) == faulty
    sound = [row for row in rows if row["noise"] is None]
    assert all(complies(row["reply"])[0] for row in sound)
    assert len({row["id"] for row in sound}) == len(sound)


def test_a_duplicate_repeats_a_sound_row_of_the_set():
    rows = noisy_set(240, 0.25)
    sound = {(row["question"], row["reply"]) for row in rows if row["noise"] is None}
    twice = [row for row in rows if row["noise"] == "duplicate"]
    assert len(twice) > 3 and all((row["question"], row["reply"]) in sound for row in twice)


def test_a_larger_set_of_the_seed_holds_the_smaller_one():
    small, large = noisy_set(60, 0.25, seed=3), noisy_set(120, 0.25, seed=3)
    kept = {(row["id"], row["noise"]) for row in small if row["noise"] != "duplicate"}
    assert kept <= {(row["id"], row["noise"]) for row in large}
    assert noisy_set(60, 0.25, seed=3) == small != noisy_set(60, 0.25, seed=4)


def test_a_fifth_is_dropped_by_the_label_first():
    rows = noisy_set(120, 0.25)
    kept = drop_worst(rows, by_label(rows))
    assert len(kept) == 96 and found(rows, kept) == 1
    assert sum(row["noise"] is not None for row in kept) == 6


def test_the_rules_find_most_faults_and_few_others():
    rows = noisy_set(240, 0.25)
    broken = by_rule(rows)
    flagged = [row["noise"] for row, count in zip(rows, broken, strict=True) if count]
    assert sum(kind is not None for kind in flagged) > 0.8 * len(flagged)
    missed = {row["noise"] for row, count in zip(rows, broken, strict=True) if not count} - {None}
    assert not missed & {"wrong schema", "wrong tone", "truncated"}
    assert found(rows, drop_worst(rows, broken)) > 0.75


def test_equals_fall_by_the_seed():
    rows = noisy_set(50, 0)
    assert drop_worst(rows, [0.0] * 50, 0) != drop_worst(rows, [0.0] * 50, 1)
    assert found(rows, rows) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: noisy_set(0, 0.1),
        lambda: noisy_set(10, 1.1),
        lambda: noisy_set(1000, 0.5),
        lambda: noisy_set(1001, 0),
        lambda: drop_worst(noisy_set(10, 0), [1.0]),
    ],
)
def test_sets_that_there_are_not_are_told(call):
    with pytest.raises(CourseError):
        call()
