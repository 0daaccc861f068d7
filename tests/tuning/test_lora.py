"""LoRA by hand against PEFT, and the parameter counts that are quoted for it."""

import copy

import pytest
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

from course_lib.errors import CourseError
from course_lib.tuning import ALL_LINEAR, lora

IDS = torch.tensor([[5, 9, 40, 41, 7, 300]])


@pytest.fixture
def base(miniature):
    return AutoModelForCausalLM.from_pretrained(miniature).eval()


def test_it_equals_peft_with_the_same_weights(base):
    from peft import LoraConfig, get_peft_model

    ours = copy.deepcopy(base)
    names = lora.inject(ours, ALL_LINEAR, rank=4, alpha=8)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=list(ALL_LINEAR), task_type="CAUSAL_LM")
    theirs = get_peft_model(copy.deepcopy(base), config).eval()
    generator = torch.Generator().manual_seed(0)
    for name in names:
        by_hand = ours.get_submodule(name)
        library = theirs.get_submodule(f"base_model.model.{name}")
        for mine, its in [(by_hand.a, library.lora_A.default), (by_hand.b, library.lora_B.default)]:
            mine.data = torch.randn(mine.shape, generator=generator) * 0.1
            its.weight.data = mine.data.clone()
    with torch.no_grad():
        before = base(IDS).logits
        by_hand = ours(IDS).logits
        torch.testing.assert_close(by_hand, theirs(IDS).logits, rtol=1e-5, atol=1e-4)
        assert (by_hand - before).abs().max() > 0.1, "an adapter that changes nothing would prove nothing"
        lora.merge(ours)
        torch.testing.assert_close(ours(IDS).logits, by_hand, rtol=1e-4, atol=1e-3)
    assert {type(m) for m in ours.modules()} == {type(m) for m in base.modules()}

    counted = lora.count_parameters(base.config, rank=4)
    trained, with_adapter = theirs.get_nb_trainable_parameters()
    assert counted == lora.ParameterCount(trained, with_adapter - trained)


def test_a_fresh_adapter_changes_nothing_and_is_all_that_trains(base):
    ours = copy.deepcopy(base)
    names = lora.inject(ours, ["q_proj", "v_proj"], rank=4, alpha=8)
    assert len(names) == 4 and all(name.endswith(("q_proj", "v_proj")) for name in names)
    torch.testing.assert_close(ours(IDS).logits, base(IDS).logits, rtol=0, atol=0)
    trained = [name for name, p in ours.named_parameters() if p.requires_grad]
    assert len(trained) == 8 and all(name.endswith((".a", ".b")) for name in trained)
    ours(IDS).logits.sum().backward()
    assert all(p.grad is not None for p in ours.parameters() if p.requires_grad)


def test_a_layer_in_16_bits_trains_in_32():
    layer = lora.LoraLinear(torch.nn.Linear(8, 6, dtype=torch.bfloat16), rank=2, alpha=4)
    assert layer(torch.ones(3, 8, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert layer.a.dtype == layer.b.dtype == torch.float32


LLAMA_3_8B = LlamaConfig(
    vocab_size=128_256,
    hidden_size=4096,
    intermediate_size=14_336,
    num_hidden_layers=32,
    num_attention_heads=32,
    num_key_value_heads=8,
    tie_word_embeddings=False,
)
QWEN_05B = Qwen2Config(
    vocab_size=151_936,
    hidden_size=896,
    intermediate_size=4864,
    num_hidden_layers=24,
    num_attention_heads=14,
    num_key_value_heads=2,
    tie_word_embeddings=True,
)


@pytest.mark.parametrize(
    "config, targets, trainable, base",
    [
        (LLAMA_3_8B, ("q_proj", "v_proj"), 6_815_744, 8_030_261_248),
        (LLAMA_3_8B, ALL_LINEAR, 41_943_040, 8_030_261_248),
        (QWEN_05B, ALL_LINEAR, 8_798_208, 494_032_768),
    ],
)
def test_counts_on_the_meta_device_are_the_published_ones(config, targets, trainable, base):
    count = lora.count_parameters(config, targets, rank=16)
    assert count == lora.ParameterCount(trainable, base)
    assert count.share == trainable / base
    assert (count.share > 0.01) == (config is QWEN_05B)


def test_a_target_that_is_not_there_and_a_rank_that_does_not_fit_are_told(base):
    with pytest.raises(CourseError, match=r"c_attn[\s\S]*q_proj"):
        lora.inject(base, ["q_proj", "c_attn"], rank=4, alpha=8)
    with pytest.raises(CourseError):
        lora.inject(base, [], rank=4, alpha=8)
    with pytest.raises(CourseError, match="Rank 0"):
        lora.LoraLinear(torch.nn.Linear(8, 6), rank=0, alpha=1)
    with pytest.raises(CourseError, match="1 to 6"):
        lora.LoraLinear(torch.nn.Linear(8, 6), rank=7, alpha=1)
