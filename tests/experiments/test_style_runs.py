"""The sweeps of lesson 07: their points, their rules on tables that were made up, and a cheap point."""

import pytest

from course_lib import runtime
from course_lib.claims import Verdict, judge
from course_lib.errors import CourseError
from course_lib.experiments import four_bits, style_curve, style_runs, style_steps, sweep
from course_lib.generation.loading import load_weights
from course_lib.tuning import nf4, recipes
from course_lib.tuning.examples import style_examples

N = 100
FACTS = [f"fact {n}" for n in range(N)]


def digits(right):
    return "1" * right + "0" * (N - right)


def curve(**shares):
    """A table of sizes ("at200") with the replies in the house style of three seeds."""
    rows = [
        {"examples": int(size.removeprefix("at")), "seed": seed, "hits": digits(right), "facts": FACTS}
        for size, right in shares.items()
        for seed in range(3)
    ]
    return sweep.table(rows)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"at25": 10, "at200": 98, "at400": 99}, Verdict.CONFIRMED),
        ({"at25": 10, "at200": 93, "at400": 99}, Verdict.NOT_CONFIRMED),
        ({"at25": 10, "at200": 70, "at400": 99}, Verdict.REFUTED),
        ({"at400": 99, "at800": 20}, Verdict.CONFIRMED),
        ({"at300": 50}, Verdict.REFUTED),
    ],
)
def test_c06_asks_for_nine_in_ten_at_both_ends_of_the_range(shares, said):
    found = judge("C06", style_curve.c06(curve(**shares)))
    assert found.verdict == said
    sizes = [size for size in shares if 200 <= int(size[2:]) <= 500]
    assert [part.what for part in found.parts] == [f"house style after {size[2:]} examples" for size in sizes]
    assert {part.above for part in found.parts} == {0.9}


def test_c06_needs_a_size_in_its_range():
    with pytest.raises(CourseError, match="no size of 200 to 500"):
        style_curve.c06(curve(at25=90, at800=90))


def test_the_curve_has_a_share_a_seed_and_one_interval_a_size():
    table = curve(at25=10, at200=90)
    assert style_curve.shares(table) == {25: [0.1] * 3, 200: [0.9] * 3}
    assert style_curve.share(table, 200).mean == pytest.approx(0.9)
    with pytest.raises(CourseError, match="examples 7"):
        style_curve.share(table, 7)


def arm(kind, right=60, hits=90, loss=0.5, ratio=3.876, peak=20_000_000, seeds=3):
    weights = 1_000_000
    return [
        {
            "quantize": kind,
            "seed": seed,
            "right": digits(right),
            "hits": digits(hits),
            "facts": FACTS,
            "losses": [loss + 0.001 * (n % 7) for n in range(60)],
            "loss": loss,
            "weights": weights,
            "linear_bytes": round(2 * weights / (ratio if kind == four_bits.NF4 else 0.5)),
            "base_bytes": 9_000_000,
            "peak_bytes": peak if kind == four_bits.NF4 else 90_000_000,
        }
        for seed in range(seeds)
    ]


def four(**ours):
    return sweep.table([*arm(four_bits.NF4, **ours), *arm(four_bits.WHOLE)])


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ({}, Verdict.CONFIRMED),
        ({"right": 59, "hits": 91, "loss": 0.51}, Verdict.CONFIRMED),
        ({"right": 56}, Verdict.NOT_CONFIRMED),
        ({"right": 40}, Verdict.REFUTED),
        ({"hits": 70}, Verdict.REFUTED),
        ({"loss": 0.6}, Verdict.REFUTED),
        ({"ratio": 3.7}, Verdict.REFUTED),
        ({"peak": 90_000_000}, Verdict.REFUTED),  # the weights are smaller, and all else is as large
    ],
)
def test_c09_asks_for_the_memory_and_for_the_quality(ours, said):
    found = judge("C09", four_bits.c09(four(**ours)))
    assert found.verdict == said
    by_name = {part.what: part for part in found.parts}
    measured = by_name["quantised weights, 16 bits / NF4"]
    assert measured.low == measured.mean == pytest.approx(ours.get("ratio", 3.876), abs=1e-3)
    lost = by_name["right value: NF4 − not quantised"]
    assert lost.mean == pytest.approx((ours.get("right", 60) - 60) / N)


def test_c09_needs_both_arms():
    with pytest.raises(CourseError, match="quantize none"):
        four_bits.c09(sweep.table(arm(four_bits.NF4)))


def test_both_arms_stand_side_by_side():
    shown = four_bits.compared(four(right=58))
    assert list(shown.columns) == ["nf4", "not quantised"]
    assert shown.loc["right value"].tolist() == [0.58, 0.6] and shown.loc["base, MB"].tolist() == [9, 9]


def test_at_equal_steps_each_size_is_held_against_the_one_before():
    rows = [{"examples": n, "steps": 100, "seed": s, "hits": digits(share)} for n, share in
            ((25, 30), (100, 60), (400, 61)) for s in range(2)]  # fmt: skip
    found = style_steps.gains(sweep.table(rows))
    assert list(found) == ["100 − 25 examples", "400 − 100 examples"]
    more, most = found.values()
    assert more.mean == pytest.approx(0.3) and more.low > 0 and most.mean == pytest.approx(0.01)


def test_the_points_are_those_that_the_claims_ask_for():
    for profile, sizes in style_curve.SIZES.items():
        points = style_curve.points(profile)
        assert len(points) == sum(sizes.values())
        assert recipes.LIVE_STYLE[profile]["examples"] in sizes, "what the lesson trains live is a point"
        assert style_curve.c06(sweep.table([p | {"hits": digits(95), "facts": FACTS} for p in points]))
    steps = style_steps.points("tiny")
    assert len(steps) == 9 and len({point["steps"] for point in steps}) == 1
    assert not style_steps.points("laptop"), "where each would take a quarter of an hour"
    points = four_bits.points("tiny")
    assert len(points) == 6 and points == four_bits.points("gpu")
    assert recipes.LIVE_STYLE["tiny"]["examples"] == four_bits.EXAMPLES
    assert not four_bits.points("laptop"), "whose weights were rounded before"


@pytest.mark.parametrize("name, before", [("SmolLM2-135M-reader", True), ("wren", False)])
def test_it_is_told_whose_weights_were_rounded_before(name, before, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", name)
    monkeypatch.setattr("course_lib.runtime._current", None)
    assert four_bits.rounded_before() is before
    assert ("second time" in four_bits.told_of_weights()) is before


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setattr("course_lib.runtime._current", None)


@pytest.mark.slow
def test_the_weights_of_the_linear_layers_are_a_quarter_of_16_bits(tiny):
    wren = runtime.LANGUAGE_MODELS["tiny"]
    numbers, size = four_bits.linear_bytes(load_weights(wren, "nf4", "cpu", "float32"))
    same, whole = four_bits.linear_bytes(load_weights(wren, None, "cpu", "float32"))
    assert numbers == same and whole == 4 * numbers
    assert 8 * size / numbers == pytest.approx(nf4.bits_per_weight(double=True), abs=0.002)


@pytest.mark.slow
def test_a_small_point_is_measured(tiny, monkeypatch):
    monkeypatch.setattr(style_runs, "QUESTIONS", {"tiny": 3})
    monkeypatch.setattr(style_runs, "HELD_OUT", {"tiny": 3})
    monkeypatch.setattr(four_bits, "EXAMPLES", 4)
    monkeypatch.setattr(four_bits, "ROWS", 2)
    found = four_bits.measure({"quantize": "nf4", "seed": 0})
    assert len(found["hits"]) == len(found["right"]) == len(found["facts"]) == found["questions"] == 3
    assert len(found["losses"]) == 3 and found["steps"] == 2 and found["tokens"] > 500
    assert found["linear_bytes"] < found["base_bytes"] < found["peak_bytes"]
    assert style_runs.trained(0, 0).run is None


def test_no_held_out_pair_is_trained_on(tiny):
    most = max(style_curve.SIZES["tiny"])
    learned = [each[-2:] for each in style_examples(most, 1, most=recipes.live_style()["most"])]
    pairs = style_runs.held_out_pairs(1)
    assert len(pairs) == style_runs.HELD_OUT["tiny"]
    assert not [pair for pair in pairs if pair[-2:] in learned]
