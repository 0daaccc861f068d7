import pytest

from course_lib.claims import Verdict, arithmetic, judge, load_claims, load_sources, verdict
from course_lib.errors import CourseError, DataError
from course_lib.evaluation.statistics import Interval

UP, DOWN, OPEN = Interval(0.2, 0.1, 0.3), Interval(-0.2, -0.3, -0.1), Interval(0.1, -0.1, 0.3)


def test_the_ledger_holds_the_36_claims_with_their_sources():
    claims = load_claims()
    assert list(claims) == [f"C{n:02d}" for n in range(1, 37)]
    assert {source for claim in claims.values() for source in claim.sources} == set(load_sources())


@pytest.mark.parametrize(
    ("found", "expected"),
    [(UP, Verdict.CONFIRMED), (OPEN, Verdict.NOT_CONFIRMED), (DOWN, Verdict.REFUTED)],
)
def test_a_verdict_comes_from_the_interval(found, expected):
    assert verdict(found) is expected


def test_touching_the_threshold_does_not_confirm():
    assert verdict(Interval(0.1, 0.0, 0.2)) is Verdict.NOT_CONFIRMED
    assert verdict(UP, above=0.1) is Verdict.NOT_CONFIRMED


def test_a_claim_of_parts_stands_only_as_a_whole():
    assert judge("C01", {"a": UP, "b": UP}).verdict is Verdict.CONFIRMED
    assert judge("C01", {"a": UP, "b": OPEN}).verdict is Verdict.NOT_CONFIRMED
    assert judge("C01", {"a": UP, "b": OPEN, "c": DOWN}).verdict is Verdict.REFUTED
    with pytest.raises(CourseError):
        judge("C01", {})
    with pytest.raises(CourseError, match="C99"):
        judge("C99", {"a": UP})


def test_an_arithmetic_verdict_shows_its_figures():
    assert arithmetic("C10", "70.55e9 x 4.127 / 8 = 36.4 GB").verdict is Verdict.ARITHMETIC
    with pytest.raises(CourseError):
        arithmetic("C10", " ")


def test_a_record_without_a_field_is_named(tmp_path):
    (tmp_path / "claims.yaml").write_text(
        "sources: {S1: x}\nclaims:\n- {id: C01, claim: x}\n", encoding="utf-8"
    )
    with pytest.raises(DataError, match="experiment"):
        load_claims(tmp_path / "claims.yaml")
