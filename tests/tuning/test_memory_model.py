"""The memory of a training step, foretold from a configuration, against what its tensors took."""

import pytest
import torch

from course_lib.errors import CourseError
from course_lib.tuning import nf4
from course_lib.tuning.live_tensors import LiveTensors, step_peak
from course_lib.tuning.loop import Batch
from course_lib.tuning.memory_model import training_memory
from course_lib.tuning.methods import trainable

ROWS, LENGTH, REPLY = 6, 96, 16
TOLERANCE = 0.1  # of the measured peak


def config(kind="llama", **changes):
    from transformers import LlamaConfig, Qwen2Config

    sizes = {
        "vocab_size": 2000,
        "hidden_size": 128,
        "intermediate_size": 448,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "tie_word_embeddings": True,
    }
    return {"llama": LlamaConfig, "qwen2": Qwen2Config}[kind](**sizes | changes)


def llama_8b():
    return config(
        vocab_size=128256, hidden_size=4096, intermediate_size=14336, num_hidden_layers=32,
        num_attention_heads=32, num_key_value_heads=8, tie_word_embeddings=False,
    )  # fmt: skip


def test_weights_gradients_and_moments_are_numbers_times_bytes():
    base, adapter = 8_030_261_248, 41_943_040  # of Llama-3-8B, and of rank 16 on every linear layer
    linear = base - 2 * 128256 * 4096 - (2 * 32 + 1) * 4096
    full, lora, qlora = (training_memory(llama_8b(), method) for method in ("full", "lora", "qlora"))
    assert (full.weights, full.optimiser, full.gradients) == (4 * base, 8 * base, 4 * base)
    assert lora.weights == 2 * base + 4 * adapter
    assert (lora.optimiser, lora.gradients) == (8 * adapter, 4 * adapter)
    bits = nf4.bits_per_weight(double=True)
    assert qlora.weights == pytest.approx(linear * bits / 8 + 4 * (base - linear + adapter), rel=1e-6)
    assert (qlora.optimiser, qlora.gradients) == (lora.optimiser, lora.gradients)


def test_activations_grow_with_the_batch_and_shrink_with_checkpointing():
    def of(**settings):
        return training_memory(llama_8b(), "qlora", **settings)

    assert of(batch=8).activations == pytest.approx(2 * of(batch=4).activations, rel=1e-6)
    assert of(checkpointing=True).activations < 0.2 * of().activations
    assert of(reply=32).logits < 0.2 * of().logits
    assert of(targets=("q_proj",)).activations < of().activations
    assert of(rank=64).optimiser == 4 * of(rank=16).optimiser
    assert of().weights == of(batch=1, length=8, checkpointing=True).weights


def test_at_the_peak_either_activations_or_gradients_count():
    small = training_memory(llama_8b(), "full", batch=1, length=8)
    assert small.peak == small.weights + small.optimiser + small.gradients
    large = training_memory(llama_8b(), "lora")
    assert large.peak == large.weights + large.optimiser + large.activations + large.logits


def measured_peak(model, dtype):
    """The most bytes of tensors in a step of the model on a batch with padding."""
    torch.manual_seed(0)
    ids = torch.randint(0, model.config.vocab_size, (ROWS, LENGTH), device=model.device)
    mask, labels = torch.ones_like(ids), ids.clone()
    mask[0, :9], labels[:, :-REPLY] = 0, -100
    batch = Batch(ids, mask, labels, tuple(range(ROWS)))
    return step_peak(model, batch, str(dtype).removeprefix("torch."))


def small_model(kind, method, dtype, checkpointing, folder=None):
    """A small model made trainable: quantised where it is saved in a folder first."""
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_config(config(kind))
    if method == "qlora":
        from course_lib.generation.loading import load_weights

        base.save_pretrained(folder)
        base = load_weights(str(folder), "nf4", "cpu", "float32")
    base = base.to(dtype) if method == "lora" else base
    model = trainable(base, "full" if method == "full" else "lora", rank=8)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        if method != "full":
            model.enable_input_require_grads()
    return model


FP32, BF16 = torch.float32, torch.bfloat16


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "method", "dtype", "checkpointing"),
    [
        ("llama", "full", FP32, False),
        ("llama", "full", BF16, False),
        ("llama", "full", FP32, True),
        ("llama", "lora", FP32, False),
        ("llama", "lora", BF16, False),
        ("llama", "lora", BF16, True),
        ("llama", "qlora", FP32, False),
        ("qwen2", "lora", FP32, False),
        ("qwen2", "full", BF16, False),
    ],
)
def test_a_step_takes_what_was_foretold(kind, method, dtype, checkpointing, tmp_path):
    torch.manual_seed(0)
    model = small_model(kind, method, dtype, checkpointing, tmp_path)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    told = training_memory(
        config(kind), method, batch=ROWS, length=LENGTH, reply=REPLY, rank=8,
        checkpointing=checkpointing, itemsize=dtype.itemsize,
    )  # fmt: skip
    assert told.peak == pytest.approx(measured_peak(model, dtype), rel=TOLERANCE)
    after = model.state_dict()
    assert all(torch.equal(weight, after[name]) for name, weight in before.items()), "nothing was trained"


@pytest.mark.slow
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")
@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_step_on_a_card_takes_what_was_foretold(method):
    model = small_model("llama", method, BF16, False).cuda()
    told = training_memory(
        config(), method, batch=ROWS, length=LENGTH, reply=REPLY, rank=8, itemsize=2
    )
    assert told.peak == pytest.approx(measured_peak(model, BF16), rel=2 * TOLERANCE)


def test_live_tensors_counts_what_is_there_at_once():
    with LiveTensors() as live:
        a = torch.ones(1000)
        b = a.view(10, 100)  # the same storage
        assert live.now == 4000
        del a, b
        assert live.now == 0
        c = torch.zeros(250)
    assert (live.peak, live.now) == (4000, 1000)
    assert c.sum() == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"batch": 0}, "batch"),
        ({"length": 1.5}, "length"),
        ({"rank": 0}, "rank"),
        ({"reply": 600}, "reply"),
        ({"itemsize": 8}, "itemsize"),
        ({"targets": ["c_attn"]}, "c_attn"),
        ({"method": "prefix"}, "method"),
    ],
)
def test_what_cannot_be_is_told_by_name(settings, said):
    with pytest.raises(CourseError, match=said):
        training_memory(config(), **settings)


def test_blocks_of_another_kind_are_told():
    from transformers import GPT2Config

    with pytest.raises(CourseError, match="not of Llama's kind"):
        training_memory(GPT2Config(n_layer=2, n_embd=64, n_head=2), "lora")
