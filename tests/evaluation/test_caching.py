"""The replay counts hits and wrong answers as they fall; the threshold is the lowest that keeps the limit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.evaluation.caching import choose_threshold, replay, sweep, traffic

ANGLES = {"kettle?": 0, "the kettle?": 10, "lamp?": 30, "the lamp?": 38, "far": 180}  # degrees


class AngleEmbedder:
    """A real embedder of two dimensions: each text has its angle, and two are as near as their angles are."""

    fingerprint = "angles"
    dimension = 2

    def embed(self, texts):
        angles = np.radians([ANGLES[text] for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def question(text, value, fact, edition="2026"):
    return Question(text, text, value, (), "products", "lookup", "plain", "written", edition, "dev", fact)


STREAM = [
    question("kettle?", "412 g", "kettle"),
    question("lamp?", "8 W", "lamp"),
    question("the kettle?", "412 g", "kettle"),
    question("the lamp?", "8 W", "lamp"),
    question("far", None, "far"),
    question("kettle?", "412 g", "kettle"),
]


def at(degrees):
    return float(np.cos(np.radians(degrees)))


def test_hits_misses_and_wrong_answers():
    done = replay(STREAM, AngleEmbedder(), at(11))
    assert done["hit"].tolist() == [False, False, True, True, False, True]
    assert done["exact"].tolist() == [False] * 5 + [True]
    assert not done["wrong"].any() and done["nearest"][2] == "kettle?"
    assert done["similarity"][3] == pytest.approx(at(8), abs=1e-6) and np.isnan(done["similarity"][0])
    loose = replay(STREAM, AngleEmbedder(), at(31))  # the lamp is 30 degrees from the kettle
    assert loose["wrong"].tolist() == [False, True, False, False, False, False]
    assert loose["hit"].tolist() == [False, True, True, False, False, True]


def test_a_scope_keeps_editions_apart():
    both = [STREAM[0], replace(STREAM[2], edition="2025", value="398 g")]
    assert not replay(both, AngleEmbedder(), at(11))["hit"].any()
    mixed = replay(both, AngleEmbedder(), at(11), scoped=False)
    assert mixed["hit"].tolist() == mixed["wrong"].tolist() == [False, True]


def test_the_sweep_sums_each_replay_up():
    rows = sweep(STREAM, AngleEmbedder(), (at(31), at(11), 1.0)).set_index("threshold")
    assert rows["hit_rate"].tolist() == pytest.approx([3 / 6, 3 / 6, 1 / 6])
    assert rows["exact_rate"].tolist() == pytest.approx([1 / 6] * 3)
    assert rows["near"].tolist() == [2, 2, 0] and rows["wrong"].tolist() == [1, 0, 0]
    assert rows["wrong_rate"].iloc[:2].tolist() == [1 / 2, 0] and np.isnan(rows["wrong_rate"].iloc[2])


def test_repeats_of_a_pair_count_once_and_exact_hits_never():
    asked = STREAM[:3] + [STREAM[2]] * 5 + [replace(STREAM[0], value="8 W")]  # one text, two values
    done = replay(asked, AngleEmbedder(), at(11))
    assert done["hit"].sum() == 7 and done["wrong"].tolist() == [False] * 8 + [True]
    row = sweep(asked, AngleEmbedder(), [at(11)]).iloc[0]
    assert (row["near"], row["wrong"]) == (1, 0)
    assert row["hit_rate"] - row["exact_rate"] == pytest.approx(6 / 9)


def swept(*wrong_rates):
    thresholds = [0.7 + i / 20 for i in range(len(wrong_rates))]
    return pd.DataFrame({"threshold": thresholds, "near": 10, "wrong_rate": wrong_rates})


def test_the_threshold_is_the_lowest_from_which_on_the_limit_is_kept():
    assert choose_threshold(swept(0.5, 0.2, 0.04, 0.0)) == pytest.approx(0.8)
    assert choose_threshold(swept(0.01, 0.2, 0.04, 0.0)) == pytest.approx(0.8)  # not the lucky one below
    assert choose_threshold(swept(0.5, 0.2, 0.04, 0.0), most_wrong=0.2) == pytest.approx(0.75)
    none_near = pd.DataFrame({"threshold": [0.9, 0.99], "near": [10, 0], "wrong_rate": [0.3, float("nan")]})
    assert choose_threshold(none_near) == 0.99
    with pytest.raises(CourseError, match="At no threshold are 5% or fewer"):
        choose_threshold(swept(0.5, 0.4))


def test_traffic_repeats_what_is_popular():
    facts = [replace(STREAM[0], fact=str(i), text=f"{i} {j}") for i in range(20) for j in range(2)]
    asked = traffic(facts, 2_000)
    by_fact = pd.Series([q.fact for q in asked]).value_counts()
    assert len(asked) == 2_000 and len(by_fact) == 20
    assert by_fact.iloc[0] / by_fact.iloc[1] == pytest.approx(2, rel=0.3)  # the first is asked twice as often
    assert len({q.text for q in asked}) == 40
    assert asked == traffic(facts, 2_000) != traffic(facts, 2_000, seed=1)
