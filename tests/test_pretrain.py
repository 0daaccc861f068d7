import pytest
import torch
from safetensors.torch import load_file

from course_lib.pretrain import Education, Recipe, loss_of, new_model, rate

SMALL = Recipe(
    tokens=60_000,
    primer=9_000,
    vocabulary=600,
    hidden=64,
    layers=2,
    intermediate=128,
    batch_tokens=2048,
    pool=24,
    warmup=4,
)


def trained(folder, stops):
    """A miniature trained to the last of `stops`, interrupted and loaded anew at each of the others."""
    for stop in stops:
        education = Education(SMALL, folder)
        education.run(until=stop, every=5)
        education.save()
    return education


def test_an_interrupted_education_ends_with_the_same_weights(tmp_path):
    whole = trained(tmp_path / "whole", [14])
    pieces = trained(tmp_path / "pieces", [3, 9, 14])
    assert whole.step == pieces.step == 14
    one, other = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("whole", "pieces"))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)
    assert whole.log[-1]["loss"] < 7


def test_the_exported_model_is_read_by_the_course(tmp_path):
    from course_lib.generation.language_model import load_language_model

    education = trained(tmp_path / "work", [2])
    education.export(tmp_path / "wren")
    assert (tmp_path / "wren" / "model.safetensors").exists()
    assert not list(tmp_path.rglob("*.bin"))
    model = load_language_model(str(tmp_path / "wren"))
    reply = model.reply([{"role": "user", "content": "Hello"}], max_new_tokens=4)
    assert reply.completion_tokens <= 4


def test_the_rate_warms_up_stays_and_falls_to_nothing():
    recipe = Recipe(tokens=1000, warmup=10, decay=0.4)
    assert rate(recipe, 0, 0) == 0.1
    assert rate(recipe, 50, 500) == 1.0
    assert rate(recipe, 50, 800) == pytest.approx(0.5)
    assert rate(recipe, 50, 1000) == 0.0


def test_plain_attention_is_the_library_s_attention():
    recipe = Recipe(vocabulary=100, hidden=64, layers=2, intermediate=128)
    ids = torch.randint(5, 100, (2, 12))
    plain = new_model(recipe)
    with torch.no_grad():
        ours = plain(input_ids=ids).logits
        plain.set_attn_implementation("sdpa")
        assert torch.allclose(ours, plain(input_ids=ids).logits, atol=1e-4)


def test_the_loss_counts_the_answers_most():
    recipe = Recipe(vocabulary=100, hidden=64, layers=2, intermediate=128, context_sample=0.0)
    model = new_model(recipe)
    ids = torch.randint(5, 100, (2, 12))
    answer = torch.zeros_like(ids, dtype=torch.bool)
    answer[:, 8:] = True
    loss, on_answers = loss_of(model, recipe, ids, answer, torch.ones(ids.shape))
    logits = model(input_ids=ids).logits[:, 7:-1]
    expected = torch.nn.functional.cross_entropy(logits.reshape(-1, 100), ids[:, 8:].reshape(-1))
    assert torch.allclose(loss, expected, atol=1e-5)
    assert torch.allclose(on_answers, expected, atol=1e-5)
