"""LoRA by hand against PEFT, and the parameter counts that are quoted for it."""

import copy

import pytest
import torch
from transformers import AutoModelForCausalLM

from course_lib.errors import CourseError
from course_lib.tuning import ALL_LINEAR, lora
from course_lib.tuning.shapes import MODELS, shipped_config

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
        torch.testing.assert_close(by_hand, theirs(IDS).logits, rtol=0, atol=1e-5)
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


def test_what_was_merged_comes_out_again(base):
    ours = copy.deepcopy(base)
    names = lora.inject(ours, ["q_proj", "down_proj"], rank=4, alpha=8)
    for name in names:
        torch.nn.init.normal_(ours.get_submodule(name).b)
    with torch.no_grad():
        beside = ours(IDS).logits
        merged = lora.merge(ours)
        assert list(merged) == names and not any(isinstance(m, lora.LoraLinear) for m in ours.modules())
        assert (ours(IDS).logits - base(IDS).logits).abs().max() > 0.1
        lora.unmerge(ours, merged)
        torch.testing.assert_close(ours(IDS).logits, beside, rtol=1e-4, atol=1e-3)
    for name in names:
        plain, ours_again = base.get_submodule(name).weight, ours.get_submodule(name).base.weight
        torch.testing.assert_close(ours_again, plain, rtol=0, atol=1e-5)
    with pytest.raises(CourseError, match=r"No adapter is merged[\s\S]*q_proj"):
        lora.unmerge(ours, merged)  # a second time


def test_a_head_that_is_the_embedding_is_not_merged(base):
    ours = copy.deepcopy(base)
    lora.inject(ours, ["lm_head", "q_proj"], rank=4, alpha=8)
    torch.nn.init.normal_(ours.lm_head.b)
    before = ours.model.embed_tokens.weight.clone()
    with pytest.raises(CourseError, match="lm_head shares its weights"):
        lora.merge(ours)
    torch.testing.assert_close(ours.model.embed_tokens.weight, before, rtol=0, atol=0)
    assert isinstance(ours.get_submodule("model.layers.0.self_attn.q_proj"), lora.LoraLinear)


def test_a_rank_that_fits_some_layers_alone_leaves_the_model_as_it_was(base):
    ours = copy.deepcopy(base)
    with pytest.raises(CourseError, match="Rank 40 does not fit"):
        lora.inject(ours, ["q_proj", "k_proj"], rank=40, alpha=8)  # k_proj has 32 outputs
    assert not any(isinstance(m, lora.LoraLinear) for m in ours.modules())


def test_a_layer_in_16_bits_trains_in_32():
    layer = lora.LoraLinear(torch.nn.Linear(8, 6, dtype=torch.bfloat16), rank=2, alpha=4)
    assert layer(torch.ones(3, 8, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert layer.a.dtype == layer.b.dtype == torch.float32


@pytest.mark.parametrize(
    "model, rank, targets, trainable, base",
    [
        ("Llama-3-8B", 16, ("q_proj", "v_proj"), 6_815_744, 8_030_261_248),
        ("Llama-3-8B", 16, ALL_LINEAR, 41_943_040, 8_030_261_248),
        ("Llama-2-7B", 8, ("q_proj", "v_proj"), 4_194_304, 6_738_415_616),
        ("Llama-3-70B", 16, ALL_LINEAR, 207_093_760, 70_553_706_496),
        ("Qwen2.5-0.5B", 16, ALL_LINEAR, 8_798_208, 494_032_768),
        ("SmolLM2-135M", 16, ALL_LINEAR, 4_884_480, 134_515_008),
    ],
)
def test_counts_on_the_meta_device_are_the_published_ones(model, rank, targets, trainable, base):
    count = lora.count_parameters(shipped_config(model), targets, rank)
    assert count == lora.ParameterCount(trainable, base)
    assert count.share == trainable / base
    assert (count.share > 0.01) == (base < 1e9)


def test_the_shipped_shape_of_wren_is_that_of_its_weights():
    from safetensors import safe_open

    from course_lib.runtime import DATA

    with safe_open(DATA / "models" / "wren" / "model.safetensors", "pt") as stored:
        numbers = sum(stored.get_tensor(name).numel() for name in stored.keys())  # noqa: SIM118
    assert lora.count_parameters(shipped_config("wren")).base == numbers


def test_every_configuration_names_its_source_and_an_unknown_one_is_told():
    from course_lib import files
    from course_lib.manifest import data_file

    for name, path in MODELS.items():
        if path.startswith("configs/"):
            kept = files.read_json(data_file(path))
            assert kept["name"] == name and len(kept["source"]) > 20
    with pytest.raises(CourseError, match="Llama-3-8B"):
        shipped_config("Llama-4")


def test_a_target_that_is_not_there_and_a_rank_that_does_not_fit_are_told(base):
    with pytest.raises(CourseError, match=r"c_attn[\s\S]*q_proj"):
        lora.inject(base, ["q_proj", "c_attn"], rank=4, alpha=8)
    with pytest.raises(CourseError):
        lora.inject(base, [], rank=4, alpha=8)
    with pytest.raises(CourseError, match="Rank 0"):
        lora.LoraLinear(torch.nn.Linear(8, 6), rank=0, alpha=1)
    with pytest.raises(CourseError, match="1 to 6"):
        lora.LoraLinear(torch.nn.Linear(8, 6), rank=7, alpha=1)
