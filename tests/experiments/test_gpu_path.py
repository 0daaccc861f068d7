"""The path that a GPU takes, on a tiny shape and this machine's CPU: random weights, trained, asked, told."""

import json

import pytest

from course_lib import files, runtime
from course_lib.__main__ import main
from course_lib.errors import CourseError, DataError
from course_lib.experiments import gpu_path
from course_lib.manifest import data_file
from course_lib.tuning.examples import style_examples
from course_lib.tuning.random_model import save_random_model

SIZES = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 1024,
    "tie_word_embeddings": True,
}


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setattr("course_lib.runtime._current", None)


def config(vocabulary=9_000):
    from transformers import Qwen2Config

    return Qwen2Config(vocab_size=vocabulary, **SIZES)


@pytest.mark.slow
def test_each_method_is_measured_and_asked(tmp_path):
    folder = save_random_model(config(), tmp_path / "model")
    examples = style_examples(6, most=1)
    rows = {
        method: gpu_path.measure(folder, examples, method, steps=3, batch_size=2)
        for method in ("qlora", "lora", "full")
    }
    assert rows["qlora"]["base_bytes"] < rows["lora"]["base_bytes"]
    assert rows["full"]["trainable"] == rows["full"]["parameters"] > rows["lora"]["trainable"]
    for row in rows.values():
        assert row["steps"] == len(row["losses"]) == 3 and row["tokens"] > 100
        assert row["tokens_a_second"] > 0 and row["answering_tokens_a_second"] > 0
        assert row["peak_bytes"] > row["counted_bytes"], "the process holds Python and libraries too"
        assert row["counted_bytes"] == pytest.approx(row["foretold_bytes"], rel=0.1)
        assert row["counted"].startswith("the tensors of one step")
    assert rows["full"]["counted_bytes"] > rows["lora"]["counted_bytes"] > rows["lora"]["base_bytes"]
    with pytest.raises(CourseError, match="method"):
        gpu_path.measure(folder, examples, "prefix")


@pytest.mark.slow
def test_the_command_says_that_random_weights_claim_no_quality(tmp_path, capsys):
    shape = tmp_path / "config.json"
    config().save_pretrained(tmp_path)
    output = tmp_path / "told.json"
    arguments = ["--shape", str(shape), "wren", "--methods", "qlora", "--steps", "2", "--batch-size", "2"]
    assert main(["gpu-path", *arguments, "--most", "1", "--output", str(output)]) == 0
    printed = capsys.readouterr().out
    assert gpu_path.RANDOM in printed and "tokens/s in training" in printed
    told = json.loads(output.read_text(encoding="utf-8"))
    assert told["random_weights"] is True and told["dtype"] == "float32"
    assert [(row["shape"], row["method"]) for row in told["rows"]] == [
        (str(shape), "qlora"),
        ("wren", "qlora"),
    ]
    table = gpu_path.forecast_table(told)
    assert list(table.index) == [(str(shape), "qlora"), ("wren", "qlora")]
    assert (table["off"].abs() < 0.1).all()
    assert told["command"].startswith("python -m course_lib gpu-path")


def test_the_forecast_stands_beside_the_count():
    row = {"method": "qlora", "foretold_bytes": 2_000_000, "counted_bytes": 2_100_000}
    table = gpu_path.forecast_table({"rows": [row | {"shape": "a"}, row | {"shape": "b", "method": "lora"}]})
    assert list(table.index) == [("a", "qlora"), ("b", "lora")]
    assert table.iloc[0].tolist() == pytest.approx([2.0, 2.1, 0.05])
    big = row | {"shape": "a", "foretold_bytes": 2 * 10**9, "counted_bytes": 19 * 10**8}
    told = gpu_path.told_forecast({"command": "this", "rows": [big | {"counted": "tensors"}]})
    assert "by `this`. Counted: tensors." in told
    assert told.split()[-4:] == ["qlora", "2,000", "1,900", "-5.0%"]


def test_a_file_without_counts_is_read_too():
    """Rows of an earlier form held the process's memory alone, and the file named the shape."""
    rows = [{"method": "qlora", "peak_bytes": 4_594_827_264, "foretold_bytes": 1_647_020_960}]
    table = gpu_path.forecast_table({"shape": "Qwen2.5-0.5B", "rows": rows})
    assert list(table.index) == [("Qwen2.5-0.5B", "qlora")]
    assert table["foretold, MB"].tolist() == pytest.approx([1647.02], abs=0.01)
    assert table[["counted, MB", "off"]].isna().all(axis=None), "a process is no count of tensors"
    told = gpu_path.told_forecast({"shape": "Qwen2.5-0.5B", "rows": rows})
    assert "were not counted" in told and told.split()[-3:] == ["1,647", "–", "–"]


def test_the_stored_file_is_one_that_can_be_read():
    table = gpu_path.forecast_table(files.read_json(data_file(gpu_path.STORED)))
    assert len(table) and (table["foretold, MB"] > 0).all()
    assert (table["off"].dropna().abs() < 0.15).all()


@pytest.mark.parametrize("kept", [{}, {"rows": [{"method": "lora"}]}, {"rows": None}, {"rows": [3]}])
def test_a_file_in_another_form_is_told(kept):
    with pytest.raises(DataError, match="malformed") as told:
        gpu_path.forecast_table(kept)
    assert "python -m course_lib gpu-path" in told.value.next_step


def test_random_weights_have_their_seed_and_leave_the_learners_alone(tmp_path):
    import torch
    from safetensors.torch import load_file

    state = torch.random.get_rng_state()
    one, two, other = (
        load_file(save_random_model(config(), tmp_path / name, seed) / "model.safetensors")
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert torch.equal(torch.random.get_rng_state(), state)
    name = "model.layers.0.mlp.up_proj.weight"
    assert torch.equal(one[name], two[name]) and not torch.equal(one[name], other[name])


def test_a_vocabulary_that_is_too_small_is_told(tmp_path):
    with pytest.raises(CourseError, match="too small for the tokenizer"):
        save_random_model(config(vocabulary=100), tmp_path / "model")
    assert runtime.current().profile == "tiny"
