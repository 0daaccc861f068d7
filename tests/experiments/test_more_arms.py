"""The arms that need a training of their own: what they are taught."""

import pytest

from course_lib.experiments import more_arms
from course_lib.experiments.setting import passages
from course_lib.tuning import recipes


@pytest.mark.slow
def test_a_reader_learns_every_passage_once(tmp_path):
    few = {"steps": 2, "batch_size": 2, "learning_rate": 1e-3, "quantize": None}
    run = more_arms.train_on_documents(tmp_path / "adapter", **few)
    assert run.examples == len(passages("2026")) and run.steps == 2
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()


def test_most_wordings_take_as_many_steps_as_the_arm_that_they_are_held_against(tmp_path, monkeypatch):
    asked: dict = {}

    def train(examples, **told):
        asked.update(told, n=len(examples))

    monkeypatch.setattr(recipes, "train_adapter", train)
    recipes.train_knowledge(tmp_path)
    usual = asked.copy()
    more_arms.train_in_most_wordings(tmp_path)
    assert asked["steps"] == usual["epochs"] * -(-usual["n"] // usual["batch_size"])
    assert asked["n"] > 1.5 * usual["n"] and asked["learning_rate"] == usual["learning_rate"]
