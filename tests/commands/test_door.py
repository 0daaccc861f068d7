"""The one door: it opens at once, on a bare Python, and each verb tells of itself."""

import subprocess
import sys

import pytest

from course_lib import runtime
from course_lib.__main__ import COMMANDS, main


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
