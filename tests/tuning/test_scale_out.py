"""Training on several processes: the losses and the adapter of one process, to a thousandth."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course_lib import files, runtime
from course_lib.__main__ import main
from course_lib.errors import CourseError
from course_lib.tuning import recipes, scale_out
from course_lib.tuning.examples import style_examples
from course_lib.tuning.loop import reply_loss
from course_lib.tuning.scale_out import train_on_all
from course_lib.tuning.train import RECORD, TrainingRun, train_adapter

CONFIGS = sorted((runtime.ROOT / "scripts" / "accelerate").glob("*.yaml"))


@pytest.fixture(autouse=True)
def one_process_afterwards():
    """accelerate keeps what it knows of the processes for the whole program."""
    yield
    from accelerate.state import AcceleratorState

    AcceleratorState._reset_state(reset_partial_state=True)


def weights(folder):
    from safetensors.torch import load_file

    return load_file(Path(folder) / "adapter_model.safetensors")


@pytest.mark.slow
def test_two_processes_have_the_losses_of_one(tmp_path):
    """Batches of three, and a last one of one: no process has as many rows as the other."""
    command = [
        *(sys.executable, "-m", "accelerate.commands.launch"),
        *("--config_file", str(runtime.ROOT / "scripts" / "accelerate" / "two_processes.yaml")),
        *("--main_process_port", "0", "-m", "course_lib", "scale-out", "--most", "1"),
        *("--examples", "4", "--steps", "4", "--batch-size", "3", "--output", str(tmp_path / "two")),
    ]
    run = subprocess.run(command, cwd=runtime.ROOT, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr[-2000:]
    (told,) = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    settings = recipes.STYLE | {"learning_rate": recipes.learning_rate(), "steps": 4, "batch_size": 3}
    one = train_adapter(style_examples(4, most=1), output=tmp_path / "one", **settings)
    assert told["processes"] == 2
    assert told["losses"] == pytest.approx(one.losses, abs=1e-3)
    mine, theirs = weights(tmp_path / "one"), weights(tmp_path / "two")
    assert mine.keys() == theirs.keys()
    learned = [name for name in mine if "lora_B" in name]  # they began at 0
    off, size = (
        sum(float(weight.norm()) for weight in which)
        for which in ((mine[n] - theirs[n] for n in learned), (mine[n] for n in learned))
    )
    assert size > 0 and off < 0.02 * size
    taken = TrainingRun.of(tmp_path / "two")
    assert (taken.steps, taken.tokens, taken.examples) == (one.steps, one.tokens, one.examples)
    assert taken.config == one.config and taken.device.startswith("2 × ") and taken.seconds > 0
    assert files.read_json(tmp_path / "two" / RECORD)["base_sha256"] == recipes.base_sha256()


@pytest.mark.slow
def test_a_loss_that_is_no_number_stops_it_before_anything_is_saved(llama, tmp_path, monkeypatch):
    monkeypatch.setattr(scale_out, "reply_loss", lambda *args: reply_loss(*args) * float("nan"))
    with pytest.raises(CourseError, match="loss was nan at step 1"):
        train_on_all(style_examples(2, most=1, passages=False), llama, output=tmp_path / "new", steps=2)
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_a_gradient_that_is_no_number_never_reaches_the_weights(llama, tmp_path, monkeypatch):
    """The loss is finite in the last step: the root of 0 has no slope."""

    def objective(*args):
        loss = reply_loss(*args)
        return loss + (loss - loss.detach()).abs().sqrt()

    monkeypatch.setattr(scale_out, "reply_loss", objective)
    with pytest.raises(CourseError, match="norm was nan at step 1"):
        train_on_all(style_examples(2, most=1, passages=False), llama, output=tmp_path / "new", steps=1)
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_started_plainly_it_is_the_loop_of_one_process(llama, tmp_path):
    examples = [
        [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": "4" * n}] for n in (1, 5, 9)
    ]
    settings = {"rank": 4, "alpha": 8, "learning_rate": 1e-2, "steps": 3, "batch_size": 2}
    scaled = train_on_all(examples, llama, output=tmp_path / "a", **settings)
    plain = train_adapter(examples, llama, output=tmp_path / "b", **settings)
    assert (scaled.processes, scaled.main) == (1, True)
    assert scaled.losses == pytest.approx(plain.losses, abs=1e-5)
    configs = [files.read_json(tmp_path / name / "adapter_config.json") for name in "ab"]
    assert configs[0]["base_model_name_or_path"] == configs[1]["base_model_name_or_path"]
    with pytest.raises(CourseError, match="rank"):
        train_on_all(examples, llama, **settings | {"rank": 0})


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_accelerate_takes_the_configurations(path):
    from accelerate.commands.config.config_args import load_config_from_file

    config = load_config_from_file(str(path))
    assert config.num_processes == 2
    assert "scale-out" in path.read_text(encoding="utf-8")
    known = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert bool(known["use_cpu"]) == (path.stem == "two_processes")


def test_the_help_says_that_a_stopped_run_begins_anew(capsys):
    with pytest.raises(SystemExit):
        main(["scale-out", "--help"])
    assert "cannot go on, and begins anew" in " ".join(capsys.readouterr().out.split())


def test_there_is_one_for_each_way():
    assert [path.stem for path in CONFIGS] == ["several_gpus", "several_gpus_sharded", "two_processes"]
