"""C27's cases: two wordings of one fact that both hold its value, and a swap that holds another."""

import pandas as pd
import pytest

from course_lib.claims import Verdict, judge
from course_lib.errors import CourseError
from course_lib.experiments import text_scores as experiment
from course_lib.experiments.text_scores import BERTSCORE, EXACT, ROUGE_1, ROUGE_L
from course_lib.generation.values import replace_value, states


@pytest.fixture(scope="module")
def cases():
    return experiment.cases()


def test_both_wordings_state_the_value_and_the_swap_does_not(cases):
    assert len(cases) > 80 and len({case.fact for case in cases}) == len(cases)
    assert {case.origin for case in cases} == {"generated", "written"}
    for case in cases:
        assert states(case.sentence, case.value) and states(case.words, case.value), case
        assert case.sentence != case.words and any(map(str.isdigit, case.value))
        for wording in (case.sentence, case.words):
            swapped = replace_value(wording, case.value, case.wrong)
            assert swapped != wording and not states(swapped, case.value), case


def test_last_years_values_are_those_of_facts_that_changed(cases):
    stale = experiment.cases(stale=True)
    assert 10 < len(stale) < len(cases) / 2
    assert {case.fact for case in stale} <= {case.fact for case in cases}
    assert experiment.cases() == cases  # drawn by the seed


def test_exact_value_ranks_every_pair_and_n_grams_count_words(cases):
    exact = experiment.table_of(cases[:5], EXACT)
    assert len(exact) == 10 and exact["ranked"].all() and not exact["wrong"].any()
    longest = experiment.table_of(cases[:5], ROUGE_L)
    assert (longest["wrong"] > longest["right"]).all()
    with pytest.raises(CourseError, match="BLEU"):
        experiment.table_of(cases, "BLEU")


def test_a_point_keeps_two_hits_a_fact(cases):
    found = experiment.measure({"score": EXACT, "seed": 0})
    assert found == {"questions": len(cases), "hits": "11" * len(cases), "right": 1.0, "wrong": 0.0}
    assert [point["score"] for point in experiment.points("tiny")] == list(experiment.SCORES)


def table(**hits):
    names = {"bert": BERTSCORE, "one": ROUGE_1, "longest": ROUGE_L}
    return pd.DataFrame([{"score": names[name], "hits": text} for name, text in hits.items()])


def test_c27_wants_more_than_n_grams_and_more_than_a_coin():
    half, none = "10" * 20 + "00" * 20, "00" * 40
    better = experiment.c27(table(bert="11" * 40, one=half, longest=none))
    assert judge("C27", better).verdict is Verdict.CONFIRMED
    still_bad = experiment.c27(table(bert=half, one=none, longest=none))
    assert [part.verdict for part in judge("C27", still_bad).parts] == [
        Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.REFUTED,
    ]  # fmt: skip
    alike = experiment.c27(table(bert=half, one=half, longest=half))
    assert judge("C27", alike).parts[0].verdict is Verdict.NOT_CONFIRMED
    assert experiment.ranked(table(bert=half), BERTSCORE).mean == 0.25
