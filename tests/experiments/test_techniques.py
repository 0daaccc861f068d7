"""Techniques of retrieval: each is measured on the same questions, and compared with the chosen search."""

import pytest

from course_lib.experiments import techniques


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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no headers on chunks", "whole tables", "with neighbours"])
def test_a_technique_is_measured(name):
    found = techniques.measure({"technique": name, "asked": 6, "seed": 0})
    assert len(found["hits"]) == len(found["found"]) == len(found["kinds"]) == found["questions"]
    assert set(found["hits"] + found["found"]) <= {"0", "1"} and min(found["search_ms"]) > 0
    assert "1" in found["found"], "whatever the technique, some values are found"


def test_the_table_has_a_row_a_technique_and_marks_what_is_sure():
    costs = {"search_ms": [2.0, 3.0, 4.0], "answer_ms": 900.0, "seconds_to_index": 0.5}
    costs |= {"prompt_tokens": 400.0}
    kinds, digits = ["lookup", "table"] * 10, "1000" * 5
    facts = [f"fact {n}" for n in range(20)]
    base = {"technique": techniques.CHOSEN, "hits": digits, "found": "1" * 20, "kinds": kinds, "facts": facts}
    told = techniques.in_words([base | costs, base | costs | {"technique": "other", "hits": "1" * 20}])
    assert list(told.index) == [techniques.CHOSEN, "other"]
    assert told.loc["other", "right"].startswith("1.00 [0.8")
    assert told.loc[techniques.CHOSEN, "right"].startswith("0.25")
    assert told.loc[techniques.CHOSEN, "right, gain"] == "" == told.loc[techniques.CHOSEN, "… gain"]
    assert told.loc["other", "… gain"] == "0.00 [0.00, 0.00]"
    assert told.loc["other", "search ms"].startswith("3.00 [2.")
    assert told.loc["other", "right, gain"] == told.loc["other", "… together"], "of one there is no luck"
    kinds = techniques.by_kind([base | costs, base | costs | {"technique": "other", "hits": "1" * 20}])
    assert list(kinds.index) == ["other"] and kinds.loc["other", "table (10)"] == "1.00 [1.00, 1.00]"
