"""The one door: it opens at once, on a bare Python, and each verb tells of itself."""

import subprocess
import sys

import pytest

from course_lib import claims, runtime
from course_lib.__main__ import COMMANDS, main
from course_lib.claims import Verdict, judge
from course_lib.commands.claims import UNKNOWN
from course_lib.evaluation.statistics import Interval


@pytest.mark.parametrize("arguments", [[], *([verb] for verb in COMMANDS)], ids=lambda each: " ".join(each))
def test_help_needs_no_package(arguments):
    """What no package is needed for imports none: so the help is instant."""
    bare = [sys.executable, "-S", "-m", "course_lib", *arguments, "--help"]  # without site-packages
    run = subprocess.run(bare, cwd=runtime.ROOT, capture_output=True, encoding="utf-8")
    assert run.returncode == 0 and run.stderr == ""
    assert all(verb in run.stdout for verb in arguments or COMMANDS)


def test_an_unknown_verb_gets_the_list(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["bake"])
    said = capsys.readouterr().err
    assert stopped.value.code == 2 and all(verb in said for verb in ("bake", *COMMANDS))


def test_the_ledger_shows_what_was_measured_here(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    claims.record([judge("C01", {"a difference": Interval(0.2, 0.1, 0.3)})])
    assert main(["claims"]) == 0
    printed = capsys.readouterr().out.splitlines()
    told = {line[:3]: line for line in printed if not line.startswith(" ")}
    assert list(told) == list(claims.load_claims())
    assert told["C01"] == f"C01  lesson 09  {Verdict.CONFIRMED}"
    assert told["C10"].endswith(Verdict.ARITHMETIC) and told["C02"].endswith(UNKNOWN)
    assert claims.load_claims()["C01"].claim in " ".join(line.strip() for line in printed)
