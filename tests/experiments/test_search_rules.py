"""The rules of the lessons on search and on grounded answers, on small tables made for them."""

import pandas as pd
import pytest

from course_lib import claims
from course_lib.claims import Verdict
from course_lib.evaluation.latency import WITH, WITHOUT
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import chunk_grid, grounding_rules, search_rules


def ranked(level, facts=40):
    """Two wordings a fact, the first a bit above the second, with facts that differ."""
    rows = [
        {"fact": f"f{n}", "ndcg@10": level + n % 4 / 100 + w / 50, "recall@5": level + n % 4 / 100 - w / 50}
        for n in range(facts)
        for w in (0, 1)
    ]
    return pd.DataFrame(rows)


def test_a_fact_counts_once_however_often_it_is_asked_for():
    table = ranked(0.5)
    assert len(search_rules.by_fact(table)) == 40
    assert search_rules.by_fact(table)[0] == pytest.approx(0.51)
    more = pd.concat([table, table[table["fact"] == "f0"]])
    assert len(search_rules.by_fact(more)) == 40


HIGH, LOW = ranked(0.8), ranked(0.6)
UP, DOWN, UNSURE = Interval(0.2, 0.1, 0.3), Interval(-0.2, -0.3, -0.1), Interval(0.0, -0.1, 0.1)


def stored(far):
    row = {"measure": "ndcg@10", "difference": 0.1, "low": 0.05, "high": 0.2}
    elsewhere = row | {"kind": "all", "task": "docstrings", "pairs": 64} | dict(
        zip(("difference", "low", "high"), far, strict=True)
    )
    return {"by_passage": [row | {"kind": "seen"}, row | {"kind": "new"}], "summary": [elsewhere]}


@pytest.mark.parametrize(
    "claim, parts, expected",
    [
        ("C18", search_rules.c18(HIGH, LOW, stored((-0.005, -0.015, 0.0))), Verdict.CONFIRMED),
        ("C18", search_rules.c18(HIGH, LOW, stored((-0.1, -0.15, -0.05))), Verdict.REFUTED),
        ("C21", search_rules.c21({"RRF": HIGH, "dense": LOW, "BM25": LOW}), Verdict.CONFIRMED),
        ("C21", search_rules.c21({"RRF": HIGH, "dense": LOW, "BM25": HIGH}), Verdict.NOT_CONFIRMED),
        ("C22", search_rules.c22(UP, UNSURE), Verdict.NOT_CONFIRMED),
        ("C22", search_rules.c22(UP, UP, DOWN), Verdict.REFUTED),
        ("C24", search_rules.c24(LOW, HIGH), Verdict.REFUTED),
        ("C24", search_rules.c24(HIGH, LOW), Verdict.CONFIRMED),
    ],
)
def test_the_rules_of_search(claim, parts, expected):
    assert claims.judge(claim, parts).verdict == expected


@pytest.mark.parametrize(
    "ms, expected", [(500, Verdict.CONFIRMED), (900, Verdict.REFUTED), (20, Verdict.REFUTED)]
)
def test_what_retrieval_adds_must_lie_between_200_and_800_milliseconds(ms, expected):
    rows = [
        {"question": n, "arm": arm, "stage": stage, "ms": 100 + n % 5 + (ms if arm == WITH else 0)}
        for n in range(30)
        for arm in (WITH, WITHOUT)
        for stage in ("prefill", "total")
    ]
    assert claims.judge("C25", grounding_rules.c25(pd.DataFrame(rows))).verdict == expected


def test_large_chunks_against_our_best_and_tables_whole_against_cut():
    def found(share):
        known = [n % 10 < 10 * share for n in range(60)]
        columns = {"360 words": known, "720 words": known, "right": known}
        return pd.DataFrame({"question_id": range(60), "fact": [f"f{n}" for n in range(60)], **columns})

    read = {"whole": found(0.8), "cut, names repeated": found(0.8), "cut, names once": found(0.2)}
    parts = chunk_grid.c20(found(0.2), found(0.8), read, "60/0")
    finding = claims.judge("C20", parts)
    assert "360/36 − 60/0" in finding.parts[0].what
    assert [part.verdict for part in finding.parts] == [Verdict.REFUTED] * 2 + [Verdict.CONFIRMED] * 2
