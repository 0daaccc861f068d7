"""The sweep of learning rates: both adapters at each rate of the profile, in a folder of its own."""

from itertools import product

import pytest

from course_lib import files, runtime
from course_lib.corpus.documents import load_questions
from course_lib.experiments import HYBRID, TUNED_FACTS, learning_rates
from course_lib.experiments.measures import STYLE, VALUE
from course_lib.experiments.setting import Setting
from course_lib.tuning import recipes
from course_lib.tuning.train import RECORD


def test_every_profile_is_swept_and_its_recipe_takes_a_rate_that_was():
    profiles = runtime.LANGUAGE_MODELS
    assert learning_rates.RATES.keys() == learning_rates.SHORT_WAY.keys() == profiles.keys()
    for profile, model in profiles.items():
        assert recipes.learning_rate(model) in learning_rates.RATES[profile]


@pytest.mark.slow
def test_both_adapters_are_trained_and_scored_at_each_rate(tmp_path, monkeypatch):
    rates, said = (1e-3, 1e-2), []
    monkeypatch.setitem(learning_rates.RATES, "tiny", rates)
    questions = [question for question in load_questions("dev", "2025") if question.value][:3]
    tiny = runtime.LANGUAGE_MODELS["tiny"]
    setting = Setting(tiny, None, questions, tmp_path, changes={"steps": 1}, say=said.append)
    found = learning_rates.measure(setting)
    assert found["questions"] == len(questions)
    rows = {(row["rate"], row["arm"], row["measure"]) for row in found["rates"]}
    measures = (learning_rates.LOSS, VALUE.name, STYLE.name)
    assert rows == set(product(rates, (HYBRID, TUNED_FACTS), measures))
    for rate, name in product(rates, ("style", "knowledge")):
        record = files.read_json(tmp_path / f"{rate:g}" / name / RECORD)
        assert record["config"]["learning_rate"] == rate and record["steps"] == 1
    assert sum(text.startswith("training") for text in said) == 4
