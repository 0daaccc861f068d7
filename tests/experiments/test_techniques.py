"""Techniques of retrieval: each is measured on the same questions, and compared with the chosen search."""

import pytest

from course_lib.experiments import technique_searches, techniques
from course_lib.experiments.technique_searches import BARE, DENSE


def row(name, hits, kinds=("lookup", "table", "lookup", "table")):
    facts = ["a", "b", "c", "d"]
    return {"technique": name, "hits": hits, "found": "1111", "kinds": list(kinds), "facts": facts}


def test_gains_are_paired_differences_of_all_and_of_a_kind():
    rows = [row(techniques.CHOSEN, "1010"), row("other", "1111"), row("worse", "0000")]
    all_of_them = techniques.gains(rows)
    assert list(all_of_them) == ["other", "worse"]
    assert all_of_them["other"].mean == 0.5 and all_of_them["worse"].mean == -0.5
    assert techniques.gains(rows, kind="table")["other"].mean == 1
    assert techniques.gains(rows, "found")["worse"].mean == 0


def test_every_technique_is_a_point():
    asked = techniques.points("tiny")
    assert [point["technique"] for point in asked] == list(techniques.TECHNIQUES)
    assert asked[0]["technique"] == techniques.CHOSEN and len({point["asked"] for point in asked}) == 1
    few = [point["technique"] for point in techniques.points("laptop")]
    assert set(techniques.TECHNIQUES) - set(few) == set(techniques.BARE_TECHNIQUES) and len(few) == 13


def test_what_stands_beside_meaning_alone_is_held_against_it():
    (bare, *_) = techniques.BARE_TECHNIQUES
    rows = [row(techniques.CHOSEN, "1111"), row(DENSE, "1000"), row(bare, "1100")]
    found = techniques.gains(rows)
    assert found[bare].mean == 0.25 and found[DENSE].mean == -0.75


def test_a_writing_is_usable_if_it_is_new_and_no_abstention():
    drafted, parts = "drafted answer (HyDE)", f"split into parts{BARE}"
    assert techniques.is_usable(drafted, "How heavy?", ["It weighs 4 kg."])
    assert not techniques.is_usable(drafted, "How heavy?", ["how heavy?"])
    assert not techniques.is_usable(drafted, "How heavy?", ["The documents do not say."])
    assert not techniques.is_usable(drafted, "How heavy?", [])
    assert techniques.is_usable(parts, "How heavy, how long?", ["How heavy?", "How long?"])
    assert not techniques.is_usable(parts, "How heavy, how long?", ["How heavy?"])


def test_usable_writings_are_counted_of_older_rows_too():
    name = "drafted answer (HyDE)"
    old = row(name, "1111") | {"written": [("a", ["b"]), ("c", ["c"])]}
    new = old | {"usable": "1" * 30 + "0" * 10}
    told = techniques.usable([row(techniques.CHOSEN, "1111") | {"written": []}, old, new])
    assert list(told["looked at"]) == [2, 40]
    assert told["new"][0].endswith("too few") and told["new"][1].startswith("0.75")


def test_a_reveal_names_no_winner_unless_one_is_clear_of_0_together():
    def long(name, digits):
        kinds, facts = ["lookup"] * 40, [f"fact {n}" for n in range(40)]
        return {"technique": name, "hits": digits, "found": digits, "kinds": kinds, "facts": facts}

    base = long(techniques.CHOSEN, "0" * 40)
    told = techniques.best_told([base, long("one", "1" * 2 + "0" * 38), long("two", "1" + "0" * 39)])
    assert told.startswith("of 2 gains none is clear of 0 together; the largest, one, is 0.05")
    told = techniques.best_told([base, long("one", "1" * 20 + "0" * 20), long("two", "0" * 40)])
    assert "one: 0.50" in told and "two" not in told


def test_every_technique_is_explained():
    told = technique_searches.explained()
    assert set(told.index) | {techniques.CHOSEN} | set(techniques.BARE_TECHNIQUES) == set(
        techniques.TECHNIQUES
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no headers on chunks", "whole tables", f"drafted answer (HyDE){BARE}"])
def test_a_technique_is_measured(name):
    found = techniques.measure({"technique": name, "asked": 6, "seed": 0})
    assert len(found["hits"]) == len(found["found"]) == len(found["kinds"]) == found["questions"]
    assert set(found["hits"] + found["found"]) <= {"0", "1"} and min(found["search_ms"]) > 0
    assert len(found["alone_ms"]) == found["questions"] and min(found["alone_ms"]) > 0
    assert len(found["usable"]) == (found["questions"] if "HyDE" in name else 0)
    assert "1" in found["found"], "whatever the technique, some values are found"


def test_the_table_has_a_row_a_technique_and_marks_what_is_sure():
    costs = {"search_ms": [2.0, 3.0, 4.0], "answer_ms": 900.0, "seconds_to_index": 0.5}
    costs |= {"prompt_tokens": 400.0}
    kinds, digits = ["lookup", "table"] * 10, "1000" * 5
    facts = [f"fact {n}" for n in range(20)]
    base = {"technique": techniques.CHOSEN, "hits": digits, "found": "1" * 20, "kinds": kinds, "facts": facts}
    rows = [base | costs, base | costs | {"technique": "other", "hits": "1" * 20, "alone_ms": [90, 110]}]
    told = techniques.found_and_right(rows)
    assert list(told.index) == [techniques.CHOSEN, "other"]
    assert told.loc["other", "right"].startswith("1.00 [0.8")
    assert told.loc[techniques.CHOSEN, "right"].startswith("0.25")
    assert told.loc[techniques.CHOSEN, "right, gain"] == "" == told.loc[techniques.CHOSEN, "… gain"]
    assert told.loc["other", "… gain"] == "0.00, none of 20 differ", "no interval without width"
    assert told.loc["other", "right, gain"] == told.loc["other", "… together"], "of one there is no luck"
    spent = techniques.costs(rows)
    assert spent.loc["other", "search ms"].startswith("3.00 [2.")
    assert spent.loc["other", "answer ms, one by one"].startswith("100 [")
    assert spent.loc[techniques.CHOSEN, "answer ms, one by one"] == "–", "older rows keep a mean alone"
    kinds = techniques.by_kind(rows)
    assert list(kinds.index) == ["other"] and kinds.loc["other", "table (10)"] == "1.00, too few"
