"""The weights that lesson 07 rounds to three four-bit types: those of all linear layers of a model."""

import pytest

from course_lib import runtime
from course_lib.experiments import four_bits
from course_lib.generation.loading import load_weights
from course_lib.tuning import nf4, rounding


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.setattr("course_lib.runtime._current", None)


@pytest.mark.slow
def test_the_weights_of_all_linear_layers_stand_one_after_the_other():
    wren = runtime.LANGUAGE_MODELS["tiny"]
    model = load_weights(wren, None, "cpu", "float32")
    numbers, _ = four_bits.linear_bytes(model)
    weights = four_bits.linear_weights(wren)
    layers = model.model.layers
    first, last = layers[0].self_attn.q_proj.weight, layers[-1].mlp.down_proj.weight
    assert weights.shape == (numbers,) and str(weights.dtype) == "float32"
    assert weights[: first.numel()].tolist() == first.detach().ravel().tolist()
    assert weights[-last.numel() :].tolist() == last.detach().ravel().tolist()
    assert first.numel() % nf4.BLOCK == 0, "so that no block holds weights of two layers"
    assert rounding.rounding_errors(weights)["error"].idxmin() == "nf4"
