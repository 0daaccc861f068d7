from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from course_lib.world.wren.educate import Education
from course_lib.world.wren.model import GUIDED, guidance, loss_of, new_model, plain_attention
from course_lib.world.wren.recipe import Recipe
from course_lib.world.wren.rows import NOWHERE, PLACES, Rows

pytestmark = pytest.mark.slow

SMALL = Recipe(
    tokens=60_000,
    primer=9_000,
    vocabulary=600,
    hidden=64,
    layers=5,
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


def test_plain_attention_stays_on_the_device_of_its_input():
    from types import SimpleNamespace

    x = torch.empty(2, 4, 5, 8, device="meta")  # the one device other than the CPU that every machine has
    out, _ = plain_attention(SimpleNamespace(), x, x[:, :2], x[:, :2], None, 0.3)
    assert out.device.type == "meta" and out.shape == (2, 5, 4, 8)


def test_going_on_with_another_recipe_is_said(tmp_path, capsys):
    trained(tmp_path, [1])
    assert "another recipe" not in capsys.readouterr().out
    Education(replace(SMALL, tokens=70_000), tmp_path)
    assert "tokens 60000 -> 70000" in capsys.readouterr().out


def test_plain_attention_is_the_library_s_attention():
    recipe = Recipe(vocabulary=100, hidden=64, layers=2, intermediate=128)
    ids = torch.randint(5, 100, (2, 12))
    plain = new_model(recipe)
    with torch.no_grad():
        ours = plain(input_ids=ids).logits
        plain.set_attn_implementation("sdpa")
        assert torch.allclose(ours, plain(input_ids=ids).logits, atol=1e-4)


def drawn_batch(rows=2, length=12, vocabulary=100):
    """Random tokens, the last four of each row said by the assistant, with nothing to look at."""
    ids = torch.randint(5, vocabulary, (rows, length))
    answer = torch.zeros_like(ids, dtype=torch.bool)
    answer[:, 8:] = True
    nothing = torch.full_like(ids, NOWHERE)
    return Rows(ids, answer, **{name: nothing.clone() for name in PLACES})


def test_the_loss_counts_the_answers_most():
    recipe = Recipe(vocabulary=100, hidden=64, layers=2, intermediate=128, context_sample=0.0)
    model, batch = new_model(recipe), drawn_batch()
    loss, on_answers = loss_of(model, recipe, batch, torch.ones(batch.ids.shape))
    logits = model(input_ids=batch.ids).logits[:, 7:-1]
    expected = torch.nn.functional.cross_entropy(logits.reshape(-1, 100), batch.ids[:, 8:].reshape(-1))
    assert torch.allclose(loss, expected, atol=1e-5)
    assert torch.allclose(on_answers, expected, atol=1e-5)


def test_copied_tokens_count_more():
    recipe = Recipe(
        vocabulary=100, hidden=64, layers=2, intermediate=128, context_sample=0.0, value_weight=3.0
    )
    model, batch = new_model(recipe), drawn_batch()
    batch.copied[:, 9] = 2
    loss, _ = loss_of(model, recipe, batch, torch.ones(batch.ids.shape))
    logits = model(input_ids=batch.ids).logits[:, 7:-1]
    each = torch.nn.functional.cross_entropy(logits.transpose(1, 2), batch.ids[:, 8:], reduction="none")
    weight = torch.tensor([1.0, 1.0, 4.0, 1.0])
    assert torch.allclose(loss, (each * weight).sum() / (2 * weight.sum()), atol=1e-5)


@pytest.mark.parametrize("name", PLACES)
def test_a_guided_head_learns_to_look_where_it_is_told(name):
    recipe = Recipe(vocabulary=100, hidden=64, layers=5, intermediate=128)
    model, batch = new_model(recipe), drawn_batch()
    getattr(batch, name)[:, 9] = torch.tensor([2, 5])
    few = torch.zeros_like(batch.answer)
    few[:, 9] = True
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(150):
        model(input_ids=batch.ids)
        loss = guidance(model, batch, few)[list(GUIDED).index(name)]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1
    layer, head = GUIDED[name]
    looks = model.model.layers[layer].self_attn.scores[:, head, 9]
    assert looks.argmax(-1).tolist() == [2, 5]


def test_one_head_is_guided_to_the_token_before():
    recipe = Recipe(vocabulary=100, hidden=64, layers=5, intermediate=128)
    model, batch = new_model(recipe), drawn_batch()
    model(input_ids=batch.ids)
    everywhere = torch.ones_like(batch.answer)
    layer, head = GUIDED["previous"]
    scores = model.model.layers[layer].self_attn.scores[:, head]
    expected = torch.nn.functional.cross_entropy(scores[:, 1:].reshape(-1, 12), torch.arange(11).repeat(2))
    assert torch.allclose(guidance(model, batch, everywhere)[0], expected, atol=1e-5)
