"""What `results` is asked for: what makes no sense is told before anything runs; a small run is stored."""

import pytest

from course_lib import files
from course_lib.__main__ import main
from course_lib.commands import results
from course_lib.experiments import chunking, form_and_facts, retriever_tuning
from course_lib.experiments.explorer import EXPERIMENTS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["raft"], "no experiment raft"),
        (["--steps", "2"], "--output"),
        (["chunking", "--seeds", "1"], "--seeds goes with comparison or prompt-format or reading"),
        (["--sizes", "60"], "--sizes goes with chunking"),
        (["chunking", "--rates"], "--rates goes with"),
        (["retriever"], "--work"),
    ],
)
def test_options_that_make_no_sense_are_told(arguments, said, capsys):
    assert main(["results", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_quantisation_that_is_none_of_the_courses_is_told(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["results", "--quantize", "int8"])
    assert stopped.value.code == 2 and "nf4" in capsys.readouterr().err


def test_the_command_and_the_experiments_have_the_same_names():
    """The command says them by itself, so that its help needs no library."""
    assert results.OF_A_MODEL == EXPERIMENTS and results.OF_A_MODEL[0] == form_and_facts.NAME
    assert set(results.TAKES) == {*EXPERIMENTS, chunking.NAME, retriever_tuning.NAME}


@pytest.mark.slow
def test_a_small_run_is_stored_with_the_command_that_made_it(tmp_path, capsys):
    assert main(["results", "reading", "--questions", "6", "--output", str(tmp_path / "results")]) == 0
    told = files.read_json(tmp_path / "results" / "reading-wren.json")
    assert told["command"] == "python -m course_lib results reading --questions 6 --output results"
    assert told["questions"] == 6 and told["verdicts"] == {} and told["model"] == "wren"
    assert "right value" in capsys.readouterr().out
