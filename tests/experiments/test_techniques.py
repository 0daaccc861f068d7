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
    assert set(found["hits"] + found["found"]) <= {"0", "1"} and found["search_ms"] > 0
    assert "1" in found["found"], "whatever the technique, some values are found"
