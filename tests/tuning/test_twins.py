"""A model with its neurons in another order computes the same, and no weight is where it was."""

import pytest
import torch
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel

from course_lib.errors import CourseError, ModelError
from course_lib.tuning.twins import shuffle_neurons

IDS = torch.tensor([[5, 9, 40, 41, 7, 300]])


def test_a_twin_computes_the_same_from_other_weights(miniature):
    model, twin = (AutoModelForCausalLM.from_pretrained(miniature).eval() for _ in range(2))
    shuffle_neurons(twin, seed=3)
    with torch.no_grad():
        torch.testing.assert_close(twin(IDS).logits, model(IDS).logits, rtol=1e-4, atol=1e-4)
    theirs = dict(twin.named_parameters())
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            assert theirs[name].shape == weight.shape
            assert (theirs[name] != weight).float().mean() > 0.9, name


def test_the_seed_decides_and_one_that_is_none_is_told(llama):
    twins = [AutoModelForCausalLM.from_pretrained(llama) for _ in range(3)]
    for twin, seed in zip(twins, (1, 1, 2), strict=True):
        shuffle_neurons(twin, seed)
    one, same, other = (twin.model.layers[0].mlp.up_proj.weight for twin in twins)
    assert torch.equal(one, same) and not torch.equal(one, other)
    with pytest.raises(CourseError, match="seed"):
        shuffle_neurons(twins[0], seed=-1)


def test_a_model_of_another_kind_is_told_before_it_is_changed():
    gpt = GPT2LMHeadModel(GPT2Config(n_layer=1, n_embd=8, n_head=2, vocab_size=20))
    before = gpt.transformer.wte.weight.clone()
    with pytest.raises(ModelError, match="Llama"):
        shuffle_neurons(gpt)
    assert torch.equal(gpt.transformer.wte.weight, before)
