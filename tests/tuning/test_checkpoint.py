"""A training that is stopped goes on to the losses that it would have had; what cannot go on says why."""

import errno
import os
import signal
import time

import pytest
import torch
from safetensors.torch import load_file

from course_lib.errors import CourseError
from course_lib.tuning import checkpoint, fresh_model, loop, train_adapter, tune

pytestmark = pytest.mark.slow

EXAMPLES = [
    [{"role": "user", "content": f"How heavy is number {n}?"}, {"role": "assistant", "content": f"{n} kg."}]
    for n in range(6)
]
SETTINGS = {"rank": 2, "learning_rate": 1e-2, "steps": 8, "batch_size": 2}


def stop_at(number):
    def on_step(step, loss):
        if step == number:
            os.kill(os.getpid(), signal.SIGTERM)

    return on_step


def test_a_run_stopped_by_sigterm_goes_on_to_the_same_end(llama, tmp_path):
    whole = tune(fresh_model(llama), EXAMPLES, **SETTINGS)
    for number in (3, 6):
        with pytest.raises(CourseError, match=f"stopped after {number} of 8 steps"):
            tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=stop_at(number), **SETTINGS)
    rest = []
    resumed = tune(
        fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=lambda *a: rest.append(a), **SETTINGS
    )
    assert len(rest) == 2 and resumed.losses == whole.losses
    pairs = zip(whole.model.model.parameters(), resumed.model.model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, "the handlers are as they were"


def test_the_seconds_before_a_stop_count_too(llama, tmp_path):
    def slow(step, loss):
        time.sleep(2)
        stop_at(1)(step, loss)

    with pytest.raises(CourseError, match="stopped after 1 of 8"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=slow, **SETTINGS)
    assert tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **SETTINGS).seconds > 2


def test_a_checkpoint_of_another_run_is_told(llama, tmp_path):
    with pytest.raises(CourseError, match="stopped"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=stop_at(1), **SETTINGS)
    with pytest.raises(CourseError, match="of another run: its config") as told:
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **(SETTINGS | {"rank": 4}))
    assert "another folder" in told.value.next_step and "settings that it began with" in told.value.next_step
    with pytest.raises(CourseError, match="of another run: its examples"):
        tune(fresh_model(llama), EXAMPLES[:-1] + EXAMPLES[:1], checkpoint=tmp_path, **SETTINGS)


def test_a_checkpoint_of_another_base_is_told(make, llama, tmp_path):
    work = tmp_path / "work"
    with pytest.raises(CourseError, match="stopped"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=work, on_step=stop_at(1), **SETTINGS)
    other = make("llama", tmp_path / "model", seed=1)
    with pytest.raises(CourseError, match="of another run: its base_sha256"):
        tune(fresh_model(other), EXAMPLES, checkpoint=work, **SETTINGS)


def test_a_damaged_checkpoint_is_told(llama, tmp_path):
    with pytest.raises(CourseError, match="stopped"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=stop_at(1), **SETTINGS)
    weights = tmp_path / checkpoint.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(CourseError, match="cannot be read"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **SETTINGS)


def diverges(name, folder, objective, done, said):
    """A training stops with these words, and names the checkpoint that it left; `done` gets its steps."""
    with pytest.raises(CourseError, match=f"(?s){said}.*last good checkpoint"):
        tune(
            fresh_model(name),
            EXAMPLES,
            checkpoint=folder,
            objective=objective,
            on_step=lambda *step: done.append(step),
            **SETTINGS,
        )


def test_a_loss_that_is_no_number_leaves_the_last_good_checkpoint(llama, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)

    def objective(model, batch):
        loss = loop.reply_objective(model, batch)
        return loss * float("nan") if len(done) == 3 else loss

    done: list = []
    diverges(llama, tmp_path, objective, done, "loss was nan at step 4")
    resumed = []
    tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=lambda *a: resumed.append(a), **SETTINGS)
    assert [step for step, _ in resumed] == [4, 5, 6, 7, 8]


def test_a_full_disk_is_told_and_the_checkpoint_before_is_whole(llama, tmp_path, monkeypatch):
    import safetensors.torch

    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    write, written = safetensors.torch.save_file, []

    def save_file(state, path, metadata=None):
        write(state, path, metadata=metadata)
        written.append(path)
        if len(written) == 3:
            path.write_bytes(path.read_bytes()[:50])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(safetensors.torch, "save_file", save_file)
    with pytest.raises(CourseError, match="(?s)No space left on device.*one before it is whole"):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **SETTINGS)
    assert {path.name for path in tmp_path.iterdir()} == {checkpoint.WEIGHTS, checkpoint.STATE}
    monkeypatch.setattr(safetensors.torch, "save_file", write)
    rest = []
    tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=lambda *a: rest.append(a), **SETTINGS)
    assert rest[0][0] == 3


def test_a_gradient_that_is_no_number_never_reaches_weights_or_checkpoint(llama, tmp_path, monkeypatch):
    """The loss may still be finite: the root of 0 has no slope."""
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)

    def objective(model, batch):
        loss = loop.reply_objective(model, batch)
        return loss + (loss - loss.detach()).abs().sqrt() if len(done) == 3 else loss

    done: list = []
    diverges(llama, tmp_path, objective, done, "norm was nan at step 4")
    assert all(bool(t.isfinite().all()) for t in load_file(tmp_path / checkpoint.WEIGHTS).values())


def test_a_disk_that_is_full_at_the_end_is_told_and_costs_no_training(llama, tmp_path, monkeypatch):
    work, adapter = tmp_path / "work", tmp_path / "adapter"

    def full(*args, **settings):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("peft.PeftModel.save_pretrained", full)
        with pytest.raises(CourseError, match="(?s)adapter cannot be written.*No space left"):
            train_adapter(EXAMPLES, llama, output=adapter, quantize=None, checkpoint=work, **SETTINGS)
    assert not adapter.exists()
    steps = []
    again = {"checkpoint": work, "on_step": lambda *step: steps.append(step)}
    run = train_adapter(EXAMPLES, llama, output=adapter, quantize=None, **again, **SETTINGS)
    assert steps == [] and run.steps == 8 and (adapter / "adapter_config.json").is_file()
    assert not work.exists(), "the adapter stands, and nobody needs the checkpoint"


def test_of_a_folder_with_other_files_only_the_checkpoint_goes(llama, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    where = {"output": tmp_path / "adapter", "checkpoint": tmp_path}
    train_adapter(EXAMPLES, llama, quantize=None, **where, **SETTINGS)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "adapter"}


def test_a_first_checkpoint_that_fails_promises_none_before_it(llama, tmp_path, monkeypatch):
    def full(*args, **settings):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(CourseError, match="cannot be written") as told:
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **SETTINGS)
    assert "before" not in str(told.value)
