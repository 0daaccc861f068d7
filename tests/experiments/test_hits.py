import numpy as np
import pandas as pd
import pytest

from course_lib.errors import CourseError
from course_lib.experiments.hits import gain, hits, matching, scores, share

TABLE = pd.DataFrame(
    [
        {"way": "a", "noise": 0.25, "seed": 0, "hits": "1100"},
        {"way": "a", "noise": 0.25, "seed": 1, "hits": "1010"},
        {"way": "b", "noise": 0.25, "seed": 0, "hits": "0000"},
        {"way": "b", "noise": 0.5, "seed": 0, "hits": "11"},
        {"way": "c", "noise": 0.0, "seed": 0, "hits": None},
    ]
)


def test_hits_are_a_text():
    assert hits(np.array([True, False, True])) == hits([1, 0, 1]) == "101"


def test_a_row_a_seed_and_the_mean_of_seeds_counts():
    assert scores(TABLE, "hits", {"way": "a"}).tolist() == [[1, 1, 0, 0], [1, 0, 1, 0]]
    assert scores(TABLE, "hits", {"way": "a"}, together=2).tolist() == [[1, 0], [0.5, 0.5]]
    assert share(TABLE, "hits", {"way": "a"}).mean == 0.5
    assert share(TABLE, "hits", {"way": "b", "noise": 0.25}).high == pytest.approx(0.49, abs=0.01)  # Wilson


def test_a_gain_is_paired():
    found = gain(TABLE, "hits", {"way": "a"}, {"way": "b", "noise": 0.25})
    assert found.mean == 0.5 and 0 <= found.low < 0.5 < found.high <= 1
    assert vars(gain(TABLE, "hits", {"way": "a"}, {"way": "a"})) == {"mean": 0, "low": 0, "high": 0}


def test_rows_are_found_by_their_settings():
    assert matching(TABLE, {"way": "b", "noise": 0.5}).tolist() == [False, False, False, True, False]


@pytest.mark.parametrize("where", [{"way": "d"}, {"way": "c"}, {"way": "b"}])
def test_rows_that_are_missing_or_do_not_fit_together_are_told(where):
    with pytest.raises(CourseError, match="way [dcb] with hits"):
        scores(TABLE, "hits", where)


def test_a_column_that_nobody_measured_is_told():
    with pytest.raises(CourseError, match="hits_new are not in the table"):
        scores(TABLE, "hits_new", {"way": "a"})
