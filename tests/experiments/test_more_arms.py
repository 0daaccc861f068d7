"""The arms that need a training of their own: what they are taught."""

import pytest

from course_lib import files
from course_lib.errors import CourseError
from course_lib.experiments import facts_by_tuning, more_arms, sweep
from course_lib.experiments.hits import matching
from course_lib.experiments.setting import passages
from course_lib.runtime import DATA
from course_lib.tuning import recipes


@pytest.mark.slow
def test_a_reader_learns_every_passage_once(tmp_path):
    few = {"steps": 2, "batch_size": 2, "learning_rate": 1e-3, "quantize": None}
    run = more_arms.train_on_documents(tmp_path / "adapter", **few)
    assert run.examples == len(passages("2026")) and run.steps == 2
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()


def test_the_best_wordings_take_as_many_steps_as_the_arm_that_they_are_held_against(tmp_path, monkeypatch):
    asked: dict = {}

    def train(examples, **told):
        asked.update(told, n=len(examples))

    monkeypatch.setattr(recipes, "train_adapter", train)
    recipes.train_knowledge(tmp_path)
    usual = asked.copy()
    monkeypatch.setattr(facts_by_tuning, "best_wordings", lambda table: 10)
    more_arms.train_in_best_wordings(tmp_path)
    assert asked["steps"] == usual["epochs"] * -(-usual["n"] // usual["batch_size"])
    assert asked["n"] > 1.5 * usual["n"] and asked["learning_rate"] == usual["learning_rate"]
    monkeypatch.setattr(more_arms, "stored_run", lambda name: None)
    with pytest.raises(CourseError, match="not stored for this model"):
        more_arms.train_in_best_wordings(tmp_path)


@pytest.mark.parametrize("model", ["wren", "SmolLM2-135M-reader"])
def test_the_number_of_wordings_is_as_good_on_dev_as_the_best(model):
    table = sweep.table(files.read_json(DATA / f"results/facts_by_tuning-{model}.json")["rows"])
    wrong = {
        facts_by_tuning.WORDINGS[way]: table[matching(table, facts_by_tuning.chosen(table, way))][
            "dev_wrong"
        ].mean()
        for way in facts_by_tuning.WORDINGS
        if way in set(table["way"])
    }
    assert wrong[facts_by_tuning.best_wordings(table)] <= min(wrong.values()) + 0.1


@pytest.mark.parametrize(
    ("one", "ten", "chosen"),
    [
        (0.0, 1 / 40, 10),  # a question more decides nothing, so the most wordings are taken
        (0.0, 20 / 40, 1),
        (20 / 40, 0.0, 10),
    ],
)
def test_a_tie_goes_to_more_wordings(one, ten, chosen):
    def row(way, wrong):
        examples = 60 * facts_by_tuning.WORDINGS[way]  # 60 facts, 20 of them asked in both wordings
        return {"way": way, "rate": 1.0, "seed": 0, "dev_wrong": wrong, "questions": 40, "examples": examples}

    table = sweep.table([row(facts_by_tuning.ONE, one), row(facts_by_tuning.TEN, ten)])
    assert facts_by_tuning.best_wordings(table) == chosen
