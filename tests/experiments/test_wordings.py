"""Wordings: the same facts in each phrasing, and what is lost, paired by fact."""

import pytest

from course_lib.errors import CourseError
from course_lib.experiments import wordings
from course_lib.experiments.arms import RAG, TUNED_FACTS
from course_lib.experiments.sampling import PHRASINGS, in_every_phrasing


def row(arm, plain, casual, misspelt, **more):
    digits = dict(zip(PHRASINGS, (plain, casual, misspelt), strict=True))
    return {"arm": arm, "facts": len(plain), "seed": 0} | digits | more


def test_each_fact_is_asked_in_every_phrasing():
    asked = in_every_phrasing(60)
    assert len({each["plain"].fact for each in asked}) == 60
    for each in asked:
        assert list(each) and set(each) == set(PHRASINGS)
        assert all(q.phrasing == phrasing and q.value is not None for phrasing, q in each.items())
        assert len({(q.fact, q.value) for q in each.values()}) == 1
    assert in_every_phrasing(60) == asked and in_every_phrasing(60, seed=1) != asked
    with pytest.raises(CourseError):
        in_every_phrasing(10_000)


def test_what_is_lost_is_paired_by_fact():
    rows = [row(RAG, "1" * 20 + "0" * 20, "1" * 10 + "0" * 30, "0" * 20 + "1" * 20)]
    found = wordings.falls(rows)[RAG]
    casual, strict = found["plain − casual"]
    assert casual.mean == 0.25 and casual.low > 0.1 and strict.low <= casual.low
    assert found["plain − misspelt"][0].mean == 0 and found["plain − misspelt"][0].high > 0.2
    assert list(wordings.as_gains(rows)) == [f"{RAG}: plain − casual", f"{RAG}: plain − misspelt"]
    told = wordings.in_words(rows)
    assert told.loc[RAG, "plain"] == "0.50 [0.35, 0.65]"
    assert told.loc[RAG, "plain − casual"].startswith("0.25 [")
    same = wordings.in_words([row(RAG, "1" * 40, "1" * 40, "1" * 40)])
    assert same.loc[RAG, "plain − casual"] == "0.00, none of 40 differ"


def test_evidence_is_told_of_the_ways_that_search_alone():
    found = {f"{wordings.FOUND}{phrasing}": "11" for phrasing in PHRASINGS}
    rows = [row(RAG, "10", "10", "00", **found), row(TUNED_FACTS, "10", "10", "00")]
    assert list(wordings.falls(rows, wordings.FOUND)) == [RAG]
    assert set(wordings.shown(rows)) == {RAG, TUNED_FACTS}


def test_a_tuned_way_needs_its_stored_adapter(monkeypatch):
    monkeypatch.setattr(wordings.recipes, "stored_adapter", lambda name: None)
    assert len(wordings.points("tiny")) == 2
    with pytest.raises(CourseError, match="not stored"):
        wordings.measure({"arm": TUNED_FACTS, "facts": 2, "seed": 0})


@pytest.mark.slow
def test_a_way_to_answer_is_measured_in_all_phrasings():
    found = wordings.measure({"arm": RAG, "facts": 3, "seed": 0})
    assert found["questions"] == 9
    for phrasing in PHRASINGS:
        assert len(found[phrasing]) == len(found[wordings.FOUND + phrasing]) == 3
