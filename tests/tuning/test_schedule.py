import pytest

from course_lib.tuning.schedule import share_of_peak


def test_the_rate_warms_up_stays_and_falls_to_nothing():
    assert [share_of_peak(step, 0, 4, 0.5) for step in (0, 3, 9)] == [0.25, 1, 1]
    assert [share_of_peak(99, done, 4, 0.5) for done in (0.5, 0.75, 1)] == [1, 0.5, 0]
    assert share_of_peak(50, 0.8, 10, 0.4) == pytest.approx(0.5)
