"""The arms that need a training of their own: what they are taught."""

import pytest

from course_lib.experiments import more_arms
from course_lib.experiments.setting import passages


@pytest.mark.slow
def test_a_reader_learns_every_passage_once(tmp_path):
    few = {"steps": 2, "batch_size": 2, "learning_rate": 1e-3, "quantize": None}
    run = more_arms.train_on_documents(tmp_path / "adapter", **few)
    assert run.examples == len(passages("2026")) and run.steps == 2
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()
