"""Each claim has one rule; on small tables made for it, the rule says confirmed, refuted or neither."""

import itertools

import pandas as pd
import pytest

from course_lib import claims
from course_lib.claims import Verdict, verdict
from course_lib.errors import CourseError
from course_lib.experiments import arithmetic, form_and_facts, prompt_format, reading, search_rules
from course_lib.experiments import arms as names
from course_lib.experiments.form_and_facts import AFTER

ALL = (form_and_facts, prompt_format, reading)
N = 40


def rows(arm, **shares):
    """N facts asked of an arm: for each column, the share of them where it is true. The last ten of 50 ask
    what no document answers.
    """
    made = []
    for number in range(N + 10):
        known = number < N
        place = number if known else number - N
        of = N if known else 10
        row = {"arm": arm, "question": f"q{number}", "fact": f"f{number}", "asked": True}
        row |= {"answerable": known, "unanswerable": not known, "changed": known, "unchanged": known}
        row |= dict.fromkeys(("correct", "compliant", "abstained", "source_right", "stale"), False)
        row |= {"cited": known, "reads": True, "evidence": False, "precision": 0.0, "recall": 0.0}
        row |= {name: place < round(share * of) for name, share in shares.items()}
        row |= {name: float(row[name]) for name in ("precision", "recall")}
        made.append(row)
    return pd.DataFrame(made)


def table(*some):
    return pd.concat(some, ignore_index=True)


def said(parts):
    """The verdict on each part of a claim."""
    return [verdict(*(part if isinstance(part, tuple) else (part,))) for part in parts.values()]


def test_no_claim_has_two_rules_but_c33_which_two_tables_can_show():
    count = itertools.chain.from_iterable(each.RULES.items() for each in ALL)
    by_claim = {}
    for claim, rule in count:
        by_claim.setdefault(claim, set()).add(rule)
    assert all(len(rules) == 1 for rules in by_claim.values())
    assert set(by_claim) == {"C01", "C02", "C05", "C16", "C31", "C33", "C34"}
    assert not set(by_claim) & set(arithmetic.WORKINGS)


def test_the_ledger_shows_every_verdict_that_was_weighed(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    kinds = dict.fromkeys(("correct", "compliant", "source_right", "recall"), 1.0)
    lesson = table(
        rows(names.RAG, correct=0.6, source_right=0.6, recall=0.6, precision=0.9),
        rows(names.HYBRID, **kinds),
        rows(names.OLD_INDEX),
        rows(names.TUNED_FACTS, stale=0.9),
    )
    formats = table(
        rows(prompt_format.arm_name("with passages", "with passages"), correct=0.9, compliant=0.9),
        rows(prompt_format.arm_name("without", "with passages")),
        rows(prompt_format.arm_name("without", "without"), compliant=0.9),
        rows(prompt_format.arm_name("with passages", "without")),
    )
    taught = reading.together(
        table(rows(names.RAG), rows(names.GOLD, correct=0.3), rows(reading.RAG + reading.SHOWN)),
        table(rows(names.RAG, correct=0.7), rows(names.GOLD, correct=0.9), rows(names.CLOSED_BOOK)),
    )
    for each, experiment in zip((lesson, formats, taught), ALL, strict=True):
        claims.record(claims.weigh(each, experiment.RULES))
    shown = claims.recorded()
    expected = {"C01", "C02", "C05", "C08", "C10", "C16", "C31"}
    assert set(shown) & expected == expected
    assert {shown[claim].verdict for claim in expected - {"C08", "C10"}} == {Verdict.CONFIRMED}


def test_what_counting_settles_is_in_the_ledger_without_a_run(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    found = claims.recorded()
    assert found["C10"].verdict is Verdict.ARITHMETIC
    assert "36.4 GB, which does not fit into 24 GB or 32 GB" in found["C10"].working
    assert found["C08"].verdict is Verdict.ARITHMETIC
    assert "6,815,744 of 8,030,261,248 = 0.085%" in found["C08"].working
    assert found["C08"].working.endswith("more than 1 % for wren, SmolLM2-135M, Qwen2.5-0.5B")
    claims.record([])
    assert "C10" not in (tmp_path / claims.RECORD).read_text(encoding="utf-8")
    (tmp_path / claims.RECORD).write_text("{", encoding="utf-8")
    assert set(claims.recorded()) == {"C08", "C10"}


def test_c31_is_one_rule_for_both_lessons():
    cites = table(rows(names.RAG, recall=0.8), rows(names.TUNED_FACTS, recall=0.3, precision=0.3))
    whole = form_and_facts.c31(cites)
    narrow = form_and_facts.c31(cites[["arm", "question", "fact", "precision", "recall"]])  # lesson 05's
    assert whole == narrow and said(whole) == [Verdict.CONFIRMED] * 2
    honest = table(rows(names.RAG, recall=0.8), rows(names.TUNED_FACTS, recall=0.8, precision=0.95))
    assert said(form_and_facts.c31(honest)) == [Verdict.NOT_CONFIRMED, Verdict.REFUTED]
    silent = cites.assign(precision=cites["precision"].where(cites["arm"] == names.RAG))
    assert len(form_and_facts.c31(silent)) == 1


def test_c16_wants_the_matching_training_better_both_ways():
    way = prompt_format.arm_name
    crossed = table(
        rows(way("with passages", "with passages"), correct=0.5, compliant=0.9),
        rows(way("without", "with passages"), correct=0.5, compliant=0.2),
        rows(way("without", "without"), compliant=0.2),
        rows(way("with passages", "without"), compliant=0.9),
    )
    parts = prompt_format.c16(crossed)
    assert said(parts) == [Verdict.CONFIRMED, Verdict.REFUTED, Verdict.NOT_CONFIRMED]
    assert list(parts)[0] == "house style, served with passages: tuned with passages − tuned without"


def test_a_model_before_and_after_is_put_together_only_if_both_were_asked_the_same():
    before = table(rows(names.RAG, correct=0.1), rows(names.GOLD, correct=0.2), rows(names.CLOSED_BOOK))
    learned = table(rows(names.RAG, correct=0.6), rows(names.GOLD, correct=0.9), rows(names.CLOSED_BOOK))
    both = reading.together(before, learned)
    assert len(both) == len(before) + len(learned) and names.GOLD + reading.AFTER in set(both["arm"])
    with pytest.raises(CourseError, match="same questions"):
        reading.together(before, learned[learned["question"] != "q1"])


def test_c33_takes_the_tunes_that_the_table_has():
    lesson = table(rows(names.RAG, abstained=1.0), rows(names.HYBRID), rows(names.FACTS_RAG, abstained=1.0))
    parts = form_and_facts.c33(lesson)
    assert [what.split(" on ")[-1] for what in parts] == ["form", "facts"]
    assert said(parts) == [Verdict.CONFIRMED, Verdict.NOT_CONFIRMED]
    taught = table(rows(names.RAG), rows(names.RAG + AFTER, abstained=1.0))
    assert said(form_and_facts.c33(taught)) == [Verdict.REFUTED]
    with pytest.raises(CourseError, match="both of its arms"):
        form_and_facts.c33(rows(names.RAG))


def test_c34_counts_what_is_wrong_with_the_very_passage_that_states_it():
    before = table(rows(names.GOLD, correct=0.1), rows(names.RAG, correct=0.1))
    parts = reading.c34(reading.together(before, rows(names.GOLD, correct=0.9)))
    assert said(parts) == [Verdict.CONFIRMED, Verdict.REFUTED]  # an arm that is not there has no part
    assert [round(share.mean, 2) for share, _ in parts.values()] == [0.9, 0.1]


def test_c23_a_filter_brings_this_years_values_and_fewer_of_last_years():
    some = table(rows("filter", correct=0.9), rows("none", correct=0.2, stale=0.6))
    assert said(search_rules.c23(some, "filter", "none")) == [Verdict.CONFIRMED] * 2
    assert said(search_rules.c23(some, "none", "filter")) == [Verdict.REFUTED] * 2
