"""The path of a T4: half precision computes, the trained weights stay in 32 bits, the loss is scaled.

A CPU computes in float16 as well, if slowly, so the path runs here; only the card's own kernels do not.
"""

from dataclasses import replace

import pytest
import torch

from course_lib import runtime
from course_lib.tuning import fresh_model, loop, tune

pytestmark = pytest.mark.slow

EXAMPLES = [
    [{"role": "user", "content": f"How heavy is number {n}?"}, {"role": "assistant", "content": f"{n} kg."}]
    for n in range(6)
]
SETTINGS = {"rank": 2, "learning_rate": 1e-2, "steps": 8, "batch_size": 2}


def compute_in_half(monkeypatch):
    monkeypatch.setattr(runtime, "_current", replace(runtime.current(), dtype="float16"))


def scaled_from(scale, monkeypatch):
    """The scalers that a training makes from now on, which begin at a scale."""
    made, make = [], torch.amp.GradScaler

    def scaler(*args, **settings):
        made.append(make(*args, init_scale=scale, **settings))
        return made[-1]

    monkeypatch.setattr(torch.amp, "GradScaler", scaler)
    return made


@pytest.mark.parametrize("quantize", [None, "nf4"])
def test_a_base_in_half_precision_learns_what_one_in_full_does(llama, monkeypatch, quantize):
    slowly = SETTINGS | {"learning_rate": 2e-3}  # what is rounded adds up from step to step
    full = tune(fresh_model(llama, quantize), EXAMPLES, **slowly)
    compute_in_half(monkeypatch)
    scaled_from(64.0, monkeypatch)  # so low that no step of this miniature overflows
    tuned = tune(fresh_model(llama, quantize), EXAMPLES, **slowly)
    weights = tuned.model.model
    assert {p.dtype for p in weights.parameters() if p.requires_grad} == {torch.float32}
    beside = weights.get_input_embeddings().weight.dtype  # PEFT holds all but the four bits in 32
    assert beside == (torch.float32 if quantize else torch.float16)
    assert tuned.losses == pytest.approx(full.losses, rel=2e-2) and tuned.losses != full.losses
    assert full.losses[-1] < full.losses[0]


def test_a_gradient_that_overflows_costs_its_step_and_halves_the_scale(llama, monkeypatch):
    compute_in_half(monkeypatch)
    made = scaled_from(2.0**40, monkeypatch)
    tuned = tune(fresh_model(llama), EXAMPLES, **SETTINGS)
    assert made[0].get_scale() == 2.0 ** (40 - SETTINGS["steps"]) and len(tuned.losses) == SETTINGS["steps"]
    ups = [p for name, p in tuned.model.model.named_parameters() if "lora_B" in name]
    assert not any(bool(weight.any()) for weight in ups), "a step that overflowed was taken"


def test_the_scale_goes_on_with_a_checkpoint(llama, tmp_path, monkeypatch):
    compute_in_half(monkeypatch)
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    whole = tune(fresh_model(llama), EXAMPLES, **SETTINGS)

    def stop(step, loss):
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, on_step=stop, **SETTINGS)
    assert tune(fresh_model(llama), EXAMPLES, checkpoint=tmp_path, **SETTINGS).losses == whole.losses
