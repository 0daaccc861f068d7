"""The rank of a change: on matrices whose rank is known, and back in the model that they came from."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from course_lib.errors import CourseError
from course_lib.tuning import spectrum
from course_lib.tuning.lora import inject, merge

IDS = torch.tensor([[5, 9, 40, 41, 7, 300]])


def test_the_energy_held_is_the_entries_own():
    matrix = torch.randn(12, 20, generator=torch.Generator().manual_seed(1))
    part = spectrum.Decomposed.of(matrix)
    held = spectrum.held(part.values)
    assert held[-1] == pytest.approx(1.0) and (np.diff(held) > 0).all()
    for rank in (1, 5, 12):
        left = (matrix - part.at(rank)).square().sum() / matrix.square().sum()
        assert 1 - held[rank - 1] == pytest.approx(float(left), abs=1e-5)
        assert torch.linalg.matrix_rank(part.at(rank)) == rank


def test_the_effective_rank_of_what_has_few_directions_is_small_and_of_noise_large():
    random = torch.Generator().manual_seed(2)
    product = torch.randn(64, 3, generator=random) @ torch.randn(3, 48, generator=random)
    assert spectrum.effective_rank(torch.linalg.svdvals(product), 0.999) == 3
    assert spectrum.effective_rank(spectrum.random_values((64, 48))) > 24
    assert spectrum.effective_rank([1.0, 1.0, 1.0, 1.0], 0.5) == 2
    assert spectrum.effective_rank([2.0, 1.0], 1.0) == 2


def test_a_merged_adapter_is_a_change_of_its_rank(miniature):
    model = AutoModelForCausalLM.from_pretrained(miniature)
    before = spectrum.linear_weights(model)
    for name in inject(model, ["q_proj", "up_proj"], rank=3, alpha=6):
        torch.nn.init.normal_(model.get_submodule(name).b)
    merge(model)
    changes = spectrum.changes(before, spectrum.linear_weights(model))
    for name, change in changes.items():
        if name.endswith(("q_proj", "up_proj")):
            assert spectrum.effective_rank(torch.linalg.svdvals(change), 0.9999) == 3
        else:
            assert not change.any()


def test_a_change_cut_down_is_in_the_model_within_the_block_alone(llama):
    model = AutoModelForCausalLM.from_pretrained(llama).eval()
    before = spectrum.linear_weights(model)
    with torch.no_grad():
        plain = model(IDS).logits
        for layer in model.model.layers:
            layer.mlp.up_proj.weight += 0.1 * torch.randn_like(layer.mlp.up_proj.weight)
        whole = model(IDS).logits
        parts = {
            name: spectrum.Decomposed.of(change)
            for name, change in spectrum.changes(before, spectrum.linear_weights(model)).items()
            if change.any()
        }
        assert len(parts) == 2
        with spectrum.at_rank(model, before, parts, 64):
            torch.testing.assert_close(model(IDS).logits, whole, rtol=1e-3, atol=1e-3)
        with spectrum.at_rank(model, before, parts, 1):
            cut = model(IDS).logits
        assert not torch.allclose(cut, whole, atol=1e-3) and not torch.allclose(cut, plain, atol=1e-6)
        torch.testing.assert_close(model(IDS).logits, whole, rtol=0, atol=0)


def test_what_cannot_be_is_told(llama):
    with pytest.raises(CourseError, match="zeros"):
        spectrum.held([0.0, 0.0])
    with pytest.raises(CourseError, match="singular values"):
        spectrum.held([])
    with pytest.raises(CourseError, match="share"):
        spectrum.effective_rank([1.0], 1.2)
    with pytest.raises(CourseError, match="rank"):
        spectrum.Decomposed.of(torch.eye(3)).at(0)
    with pytest.raises(CourseError, match="two models"):
        spectrum.changes({"a": torch.eye(2)}, {"a": torch.eye(3)})
    with pytest.raises(CourseError, match="q_proj"):
        spectrum.linear_weights(torch.nn.Sequential(torch.nn.Linear(2, 2)))
