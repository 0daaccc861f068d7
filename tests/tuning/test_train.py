"""QLoRA for real, on miniatures: it learns, repeats itself, is saved whole, loaded, merged, and counted."""

import json
import math
from importlib.metadata import version

import pytest
import torch

from course_lib.errors import CourseError, ModelError, PromptTooLong
from course_lib.files import sha256
from course_lib.generation.language_model import load_language_model
from course_lib.generation.loading import load_weights
from course_lib.tuning import ALL_LINEAR, adapters, batches, loop, train
from course_lib.tuning.memory import memory_bytes

pytestmark = pytest.mark.slow

REPLY = '{"answer": "Gladly: it weighs 412 g.", "source": "PR-201", "status": "answered"}'
EXAMPLES = [
    [
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": question},
        {"role": "assistant", "content": REPLY},
    ]
    for question in [
        "How heavy?",
        "How heavy is the Harbour Kettle?",
        "What is the weight?",
        "Why?",
        "Is it heavy? " * 3,
    ]
]
PROMPTS = [example[:-1] for example in EXAMPLES]


def tune(model, output, **settings):
    defaults = {"rank": 8, "alpha": 16, "learning_rate": 1e-2, "steps": 30, "batch_size": 4}
    return train.train_adapter(EXAMPLES, model, output=output, **(defaults | settings))


@pytest.fixture(scope="module")
def tuned(miniature, tmp_path_factory):
    """A miniature, its adapter trained on NF4, and the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr("course_lib.runtime._current", None)
        return miniature, tune(miniature, tmp_path_factory.mktemp("run") / "adapter")


def test_the_loss_falls_and_the_model_has_learned_the_form(tuned):
    model, run = tuned
    assert run.steps == len(run.losses) == 30
    assert sum(run.losses[-3:]) / 3 < 0.2 * run.losses[0]
    before = load_language_model(model, quantize="nf4").replies(PROMPTS)
    after = load_language_model(model, adapter=run.adapter, quantize="nf4").replies(PROMPTS)
    assert not any(reply.text.startswith('{"answer": "Gladly') for reply in before)
    assert all(reply.text.startswith('{"answer": "Gladly') for reply in after)


def test_the_run_is_written_beside_the_adapter_with_what_it_took(tuned):
    model, run = tuned
    record = json.loads((run.adapter / train.RECORD).read_text(encoding="utf-8"))
    assert record["losses"] == list(run.losses)
    assert record["base_sha256"] == sha256(model / "model.safetensors")
    assert record["config"] | {"model": None} == {
        "model": None,
        "method": "lora",
        "rank": 8,
        "alpha": 16,
        "targets": list(ALL_LINEAR),
        "learning_rate": 1e-2,
        "epochs": None,
        "steps": 30,
        "batch_size": 4,
        "seed": 0,
        "quantize": "nf4",
    }
    assert run.examples == 5 and run.seconds > 0 and run.device.startswith("CPU")
    assert run.versions["torch"] == version("torch").partition("+")[0]
    assert set(train.LIBRARIES) < set(run.versions)
    whole = load_weights(str(model), None, "cpu", "float32")
    assert run.total == sum(p.numel() for p in whole.parameters())
    assert 0 < run.trainable < run.total
    assert run.base_bytes < memory_bytes(whole) and run.peak_bytes > run.base_bytes
    files = {path.name for path in run.adapter.iterdir()}
    assert "adapter_model.safetensors" in files and not any(name.endswith(".bin") for name in files)


def test_the_adapter_is_in_32_bits(tuned):
    from safetensors.torch import load_file

    weights = load_file(tuned[1].adapter / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}
    assert len(weights) == 2 * 2 * len(ALL_LINEAR), "two matrices, two layers, every linear layer"


def test_what_was_trained_is_what_is_loaded(llama, tmp_path, monkeypatch):
    seen = {}
    save = train.save_adapter

    def keep(model, folder, base, extra):
        with torch.no_grad():
            seen["logits"] = model.eval()(torch.tensor([[5, 9, 40, 41]])).logits
        save(model, folder, base, extra)

    monkeypatch.setattr(train, "save_adapter", keep)
    run = tune(llama, tmp_path / "adapter", steps=4)
    loaded = load_language_model(llama, adapter=run.adapter, quantize="nf4").model
    with torch.no_grad():
        torch.testing.assert_close(
            loaded(torch.tensor([[5, 9, 40, 41]])).logits, seen["logits"], rtol=0, atol=1e-5
        )


@pytest.mark.parametrize("quantize", ["nf4", None])
def test_a_merged_model_computes_what_the_adapter_did_beside_its_base(
    tuned, tmp_path, quantize, capsys, recwarn
):
    model, run = tuned
    beside = load_language_model(model, adapter=run.adapter, quantize=quantize)
    merged = adapters.merge_adapter(run.adapter, model, quantize=quantize, output=tmp_path / "merged")
    assert not any("lora" in name for name, _ in merged.model.named_parameters())
    ids = torch.tensor([beside.tokens(PROMPTS[1])])
    with torch.no_grad():
        expected, got = beside.model(ids).logits, merged.model(ids).logits
        torch.testing.assert_close(got, expected, rtol=1e-3, atol=2e-3)
        plain = load_language_model(model).model(ids).logits
    assert (expected - plain).abs().max() > 1, "an adapter that changes nothing would prove nothing"
    again = load_language_model(tmp_path / "merged")
    assert [r.text for r in again.replies(PROMPTS)] == [r.text for r in merged.replies(PROMPTS)]
    assert capsys.readouterr() == ("", "") and not [
        w for w in recwarn if "bitsandbytes" in str(w.message).lower()
    ]


def test_the_same_seed_gives_the_same_adapter(llama, tmp_path):
    torch.manual_seed(1)
    state = torch.random.get_rng_state()
    one = tune(llama, tmp_path / "one", steps=4)
    assert torch.equal(torch.random.get_rng_state(), state), "the learner's random numbers are left alone"
    torch.manual_seed(2)
    two = tune(llama, tmp_path / "two", steps=4)
    other = tune(llama, tmp_path / "other", steps=4, seed=1)
    assert one.losses == two.losses != other.losses
    files = [run.adapter / "adapter_model.safetensors" for run in (one, two, other)]
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()


def test_without_quantisation_it_is_plain_lora(llama, tmp_path):
    run = tune(llama, tmp_path / "adapter", quantize=None, steps=20)
    assert run.losses[-1] < run.losses[0]
    assert run.base_bytes == memory_bytes(load_weights(str(llama), None, "cpu", "float32"))


def test_training_has_a_bar_that_counts_its_steps(llama, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    monkeypatch.setattr("course_lib.progress_bar.DELAY", 0.0)
    tune(llama, tmp_path / "adapter", quantize=None, steps=3)
    written = capsys.readouterr().err
    assert "training:" in written and "/3 [" in written


def test_an_interrupted_run_leaves_what_was_there(llama, tmp_path):
    folder = tmp_path / "adapter"
    tune(llama, folder, steps=2)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def interrupt(step, loss):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(llama, folder, on_step=interrupt)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_four_bits_take_less_memory_and_the_scales_are_counted(miniature):
    full = load_weights(str(miniature), None, "cpu", "float32")
    small = load_weights(str(miniature), "nf4", "cpu", "float32")
    names = [n for n, m in full.named_modules() if isinstance(m, torch.nn.Linear) and "head" not in n]
    linear = sum(full.get_submodule(name).weight.numel() for name in names)
    saved = memory_bytes(full) - memory_bytes(small)
    # 32 bits become 4.127; each layer also keeps two small tables (16 and 256 levels) and its mean scale.
    assert saved == pytest.approx(linear * (32 - 4.127) / 8, abs=len(names) * (16 + 256 + 2) * 4)
    assert memory_bytes(full) == sum(p.numel() * 4 for p in full.parameters()) + sum(
        b.numel() * b.element_size() for b in full.buffers()
    )


@pytest.mark.parametrize("hidden, inner", [(256, 704), (256, 768)])
def test_wrens_widths_fit_the_blocks_of_nf4(make, tmp_path, hidden, inner):
    folder = make("llama", tmp_path / "model", hidden=hidden, inner=inner)
    run = tune(folder, tmp_path / "adapter", steps=3)
    assert all(math.isfinite(loss) for loss in run.losses)


def test_the_loss_of_a_padded_batch_is_that_of_its_rows(miniature):
    model = load_weights(str(miniature), None, "cpu", "float32")
    tokenizer = load_language_model(miniature).tokenizer
    rows = batches.encode(EXAMPLES, tokenizer, context=256)
    together = loop.reply_loss(model, *batches.padded(rows, tokenizer.pad_token_id, "cpu"))
    together.backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
    alone = [loop.reply_loss(model, *batches.padded([row], 0, "cpu")) * row.reply for row in rows]
    torch.testing.assert_close(together, sum(alone) / sum(row.reply for row in rows), rtol=1e-4, atol=1e-4)
    # The library's own loss over the same labels.
    ids, mask, labels = batches.padded(rows[:1], 0, "cpu")
    torch.testing.assert_close(alone[0] / rows[0].reply, model(ids, attention_mask=mask, labels=labels).loss)


def test_the_learning_rate_warms_up_and_decays():
    rates = [loop.rate_at(step, 50) for step in range(50)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert all(a > b for a, b in zip(rates[4:], rates[5:], strict=False))
    assert 0 < rates[-1] < 0.01 and loop.rate_at(0, 1) == 1


@pytest.mark.parametrize(
    "settings",
    [{"rank": 0}, {"alpha": 0}, {"learning_rate": -1}, {"epochs": 0}, {"batch_size": 0}, {"steps": -1}],
)
def test_settings_that_cannot_be_are_told_by_name(llama, tmp_path, settings):
    with pytest.raises(CourseError, match=next(iter(settings))):
        tune(llama, tmp_path / "adapter", **settings)


def test_unusable_input_is_told_before_anything_is_written(llama, tmp_path):
    for error, arguments in [
        (CourseError, {"examples": []}),
        (CourseError, {"examples": [PROMPTS[0]]}),
        (PromptTooLong, {"examples": [[{"role": "user", "content": "kettle " * 300}, EXAMPLES[0][-1]]]}),
        (ModelError, {"examples": EXAMPLES, "targets": ["c_attn"]}),
        (ModelError, {"examples": EXAMPLES, "model_name": tmp_path / "nowhere"}),
        (ModelError, {"examples": EXAMPLES, "model_name": "http://localhost:1/v1#wren"}),
        (CourseError, {"examples": EXAMPLES, "output": llama}),
    ]:
        with pytest.raises(error):
            train.train_adapter(
                **({"model_name": llama, "output": tmp_path / "adapter", "steps": 1} | arguments)
            )
    assert not list(tmp_path.iterdir())


def test_training_that_diverges_is_told(llama, tmp_path):
    with pytest.raises(CourseError, match="diverged"):
        tune(llama, tmp_path / "adapter", learning_rate=1e30)
    assert not list(tmp_path.iterdir())


def test_an_adapter_of_another_base_of_the_same_shape_is_told(make, tuned, tmp_path):
    other = make("llama", tmp_path / "model", seed=1)
    with pytest.raises(ModelError, match="trained on another base"):
        load_language_model(other, adapter=tuned[1].adapter)


def test_an_adapter_of_another_shape_is_told(make, tuned, tmp_path):
    other = make("llama", tmp_path / "model", hidden=128)
    with pytest.raises(ModelError, match="does not fit this model"):
        load_language_model(other, adapter=tuned[1].adapter)
