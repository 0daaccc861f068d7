"""What `make results` stores of an experiment, and which two models it holds against each other."""

import json

import pytest

from course_lib import experiments, runtime
from course_lib.experiments import reading, stored
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply

QUESTIONS = experiments.held_out(12)


@pytest.fixture
def results(script):
    return script("results")


def table(model):
    """An arm that knows every value and one that knows none, with two seeds."""
    import pandas as pd

    values = {question.text: question.value or "The documents do not say." for question in QUESTIONS}

    def arm(name, say):
        def answers(texts):
            replies = [Reply(say(text), 5, 3, {"prefill": 0.01, "decode": 0.02}) for text in texts]
            return [Answer(reply.text, (), (), reply, reply.seconds) for reply in replies]

        return experiments.Arm(name, answers)

    arms = [arm(experiments.RAG, values.get), arm(experiments.GOLD, lambda text: "?")]
    once = experiments.compare(arms, QUESTIONS).assign(model=model)
    return pd.concat([once.assign(seed=seed) for seed in range(2)], ignore_index=True)


def test_what_is_stored_is_json_that_any_reader_takes(results):
    told = results.summed_up(table("wren"), [])
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again["questions"] == 12 and {row["seed"] for row in again["by_seed"]} == {0, 1}
    assert set(again["failures"]) == {"all", "origin", "kind"}
    assert set(again["costs"]) == {"RAG", "gold passage"}
    right = [row for row in again["summary"] if row["measure"] == experiments.VALUE.name]
    assert [row["mean"] for row in right] == [1, 0]


def test_a_model_is_held_against_the_same_model_taught_once_both_are_there(results, tmp_path, capsys):
    before, after = runtime.PRETRAINED, runtime.READER
    assert results.taught_pair(table("wren"), "wren", tmp_path) is None
    assert results.taught_pair(table(after), after, tmp_path) is None
    assert before in capsys.readouterr().out
    stored.write(tmp_path, f"{reading.NAME}-{before}", table(before), [], {})
    pair = results.taught_pair(table(after), after, tmp_path)
    assert [set(each["model"]) for each in pair] == [{before}, {after}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["raft"], "no experiment raft"),
        (["--steps", "2"], "--output"),
        (["--quantize", "int8"], "nf4 or none"),
    ],
)
def test_arguments_that_make_no_sense_are_told(results, arguments, said, capsys):
    with pytest.raises(SystemExit):
        results.options_of(arguments)
    assert said in capsys.readouterr().err


def test_one_quantisation_is_for_every_arm(results):
    assert results.options_of([]).quantize == "nf4"
    assert results.options_of(["--quantize", "none"]).quantize is None
