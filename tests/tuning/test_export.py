"""Examples written for other tools: read back, held against each tool's documented rules."""

import json
import math

import pytest
import yaml

from course_lib.errors import CourseError
from course_lib.files import read_jsonl
from course_lib.tuning import ALL_LINEAR
from course_lib.tuning.examples import style_examples
from course_lib.tuning.export import CONFIG, DATA, export_examples


@pytest.fixture(scope="module")
def examples():
    return style_examples(12, most=1)


TALK = [
    {"role": "system", "content": "Answer."},
    {"role": "user", "content": "How heavy?"},
    {"role": "assistant", "content": "What do you mean?"},
    {"role": "user", "content": "The kettle – “Harbour” \u2028 it is."},
    {"role": "assistant", "content": "412 g."},
]


def openai_faults(row):
    """The checks that the OpenAI cookbook makes of chat data, by their names there."""
    if not isinstance(row, dict):
        return ["data_type"]
    messages = row.get("messages")
    if not messages:
        return ["missing_messages_list"]
    faults = []
    for message in messages:
        if "role" not in message or "content" not in message:
            faults.append("message_missing_key")
        if set(message) - {"role", "content", "name", "function_call", "weight"}:
            faults.append("message_unrecognized_key")
        if message.get("role") not in ("system", "user", "assistant"):
            faults.append("unrecognized_role")
        if not message.get("content") or not isinstance(message["content"], str):
            faults.append("missing_content")
        if "weight" in message and (message["role"] != "assistant" or message["weight"] not in (0, 1)):
            faults.append("weight")
    if not any(message.get("role") == "assistant" for message in messages):
        faults.append("example_missing_assistant_message")
    return faults


def test_openai_takes_every_line(examples, tmp_path):
    done = export_examples([*examples, TALK], tmp_path / "openai", "openai")
    lines = (done.folder / DATA).read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    assert len(rows) == done.examples == 13 and lines[-1] == ""
    assert [openai_faults(row) for row in rows] == [[]] * 13
    assert rows[0]["messages"] == examples[0]
    assert [turn.get("weight") for turn in rows[-1]["messages"]] == [None, None, 0, None, None]
    assert rows[-1]["messages"][3]["content"] == TALK[3]["content"]


def test_openai_asks_for_ten_examples_and_no_blank_turn(examples, tmp_path):
    with pytest.raises(CourseError, match="takes 10 examples or more, and there are 9"):
        export_examples(examples[:9], tmp_path / "openai", "openai")
    blank = [{"role": "system", "content": " "}, *TALK[1:]]
    with pytest.raises(CourseError, match="the system's of 13 is empty"):
        export_examples([*examples, blank], tmp_path / "openai", "openai")
    assert not list(tmp_path.iterdir()), "nothing is left of what was refused"


def test_axolotl_reads_its_configuration_and_learns_the_last_reply_alone(examples, tmp_path):
    done = export_examples(
        [*examples, TALK], tmp_path / "axolotl", "axolotl", base="my/model", context=1024, rank=8, alpha=16,
        learning_rate=2e-5, epochs=2, batch_size=4, seed=3,
    )  # fmt: skip
    config = yaml.safe_load((done.folder / CONFIG).read_text(encoding="utf-8"))
    assert (config["base_model"], config["adapter"], config["load_in_4bit"]) == ("my/model", "qlora", True)
    assert (config["lora_r"], config["lora_alpha"], config["sequence_len"]) == (8, 16, 1024)
    assert config["lora_target_modules"] == list(ALL_LINEAR)
    assert isinstance(config["learning_rate"], float) and math.isclose(config["learning_rate"], 2e-5)
    assert (config["num_epochs"], config["micro_batch_size"], config["seed"]) == (2, 4, 3)
    (data,) = config["datasets"]
    assert (done.folder / data["path"]).is_file() and data["type"] == "chat_template"
    rows = read_jsonl(done.folder / data["path"])
    marks = [turn[data["message_field_training"]] for turn in rows[-1][data["field_messages"]]]
    assert marks == [False, False, False, False, True]
    assert data["roles_to_train"] == [] and data["train_on_eos"] == "turn"
    stripped = [{"role": turn["role"], "content": turn["content"]} for turn in rows[0]["messages"]]
    assert stripped == examples[0]
    assert "axolotl train" in done.command and str(tmp_path) in done.command


def test_axolotl_takes_steps_and_all_linear_layers(examples, tmp_path):
    done = export_examples(examples, tmp_path / "a", "axolotl", steps=50, targets="all-linear")
    config = yaml.safe_load((done.folder / CONFIG).read_text(encoding="utf-8"))
    assert config["max_steps"] == 50 and "num_epochs" not in config
    assert config["lora_target_linear"] is True and "lora_target_modules" not in config


@pytest.mark.slow
def test_datasets_opens_what_trl_reads(examples, tmp_path):
    from datasets import load_dataset

    done = export_examples([*examples, TALK], tmp_path / "trl", "trl")
    opened = load_dataset(str(done.folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert set(opened.column_names) == {"prompt", "completion"} and len(opened) == 13
    for row, example in zip(opened, [*examples, TALK], strict=True):
        assert row["prompt"] + row["completion"] == example
        assert [turn["role"] for turn in row["completion"]] == ["assistant"]
    assert "--use_peft --load_in_4bit" in done.command


def test_an_export_replaces_an_earlier_one_and_nothing_else(examples, tmp_path):
    folder = tmp_path / "mine"
    export_examples(examples, folder, "axolotl")
    export_examples(examples, folder, "trl")
    assert [path.name for path in folder.iterdir()] == [DATA]
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="something else"):
        export_examples(examples, other, "trl")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"examples": []}, "no examples"),
        ({"examples": [TALK[:2]]}, "Example 1"),
        ({"format": "alpaca"}, "format"),
        ({"rank": 0}, "rank"),
        ({"base": ""}, "base"),
        ({"folder": ""}, "folder"),
    ],
)
def test_what_cannot_be_is_told(arguments, said, tmp_path):
    given = {"examples": [TALK], "folder": tmp_path / "x", "format": "trl"} | arguments
    with pytest.raises(CourseError, match=said):
        export_examples(**given)
