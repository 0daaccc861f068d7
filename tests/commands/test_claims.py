"""What the ledger prints: every claim, what was measured of it, and which command would measure the rest."""

import pytest

from course_lib import claims, files, runtime
from course_lib.__main__ import main
from course_lib.claims import NEVER, UNKNOWN, Verdict, in_full, judge, measuring
from course_lib.evaluation.statistics import Interval


@pytest.fixture
def printed(capsys, tmp_path, monkeypatch):
    """What the command prints, with a record of its own: the lines of each claim, by its id."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    claims.record([judge("C04", {"a difference": Interval(0.2, 0.1, 0.3)})])

    def say(*names):
        assert main(["claims", *names]) == 0
        blocks = capsys.readouterr().out.strip().split("\n\n")
        return {block[:3]: " ".join(block.split()) for block in blocks}

    return say


def test_every_claim_is_there_with_its_sources_and_what_others_published(printed):
    every = printed()
    for id, claim in claims.load_claims().items():
        assert every[id].startswith(f"{id} lesson {claim.lesson} {' '.join(claim.claim.split())}")
        assert f"said by {', '.join(claim.sources)}; published: " in every[id]
    assert len(every) == 36


def test_a_stored_verdict_is_shown_with_its_numbers_and_can_be_traced(printed):
    standing = claims.stored_findings()["C01"][0]
    shown = printed("C01")["C01"]
    assert f"{standing.model}: {standing.finding.verdict} ({standing.file}, by `{standing.command}`" in shown
    result = files.read_json(runtime.ROOT / standing.file)
    assert standing.commit == result["commit"][:7] + "+" * (not result["clean"])
    assert f"at {standing.commit})" in shown
    for part in standing.finding.parts:
        assert f"{part.what}: {Interval(part.mean, part.low, part.high)}, must lie above 0" in shown


def test_this_machines_verdict_stands_beside_and_what_is_missing_names_its_command(printed):
    shown = printed("c04", "C29")
    assert list(shown) == ["C04", "C29"]
    assert f"this machine: {Verdict.CONFIRMED}" in shown["C04"] and "0.20 [0.10, 0.30]" in shown["C04"]
    missing = " ".join(" ".join(in_full(claims.load_claims()["C29"])).split())
    for model, profile in (("wren", "tiny"), ("SmolLM2-135M-reader", "laptop")):
        assert f"{model}: {UNKNOWN}; COURSE_PROFILE={profile} python -m course_lib results ladder" in missing


def test_what_counting_settles_needs_no_command(printed):
    shown = printed("C10")["C10"]
    assert "arithmetic: 7.055e+10 weights" in shown and UNKNOWN not in shown
    assert "experiments/arithmetic.py, by `python -m course_lib claims C10`" in " ".join(shown.split())


def test_a_claim_that_nothing_tests_says_so(monkeypatch):
    monkeypatch.setattr(measuring, "trials", dict)
    shown = " ".join(in_full(claims.load_claims()["C01"]))
    assert f"wren: {NEVER}" in " ".join(shown.split())


def test_a_model_that_a_sweep_has_no_points_for_is_sent_to_none(printed):
    """four_bits asks for weights that were never rounded; wren was never anything but taught."""
    shown = printed("C09", "C17")
    assert f"SmolLM2-135M-reader: {NEVER}" in shown["C09"] and "PROFILE=laptop" not in shown["C09"]
    assert "COURSE_PROFILE=tiny python -m course_lib results reading" not in shown["C17"]


def test_a_claim_that_is_not_in_the_ledger_is_told(capsys):
    assert main(["claims", "C99"]) == 1
    assert "no claim 'C99'" in capsys.readouterr().err
