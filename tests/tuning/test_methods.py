"""Every way of tuning learns, trains few numbers or all, and answers as it was trained."""

import pytest
import torch

from course_lib.errors import CourseError, ModelError
from course_lib.generation.virtual_tokens import virtual_tokens
from course_lib.tuning import fresh_model, tune
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import reply_loss
from course_lib.tuning.methods import METHODS, trainable

pytestmark = pytest.mark.slow

EXAMPLES = [
    [{"role": "user", "content": question}, {"role": "assistant", "content": "3 kg, gladly."}]
    for question in ("How heavy?", "What is the weight of it?", "Why?", "And how wide is the Harbour Kettle?")
]
# Methods that learn little at the rate of the others, as lesson 06 shows.
RATES = {"full": 3e-3, "prefix": 3e-1, "prompt": 3e-1, "ia3": 1e-1}


@pytest.mark.parametrize("method", METHODS)
def test_each_method_learns_and_is_served_as_it_was_trained(llama, method):
    model = fresh_model(llama)
    before = model.replies([e[:-1] for e in EXAMPLES], max_new_tokens=8)
    rate = RATES.get(method, 3e-2)
    tuned = tune(model, EXAMPLES, method=method, learning_rate=rate, steps=60, batch_size=3, rank=4)
    assert min(tuned.losses[-5:]) < 0.7 * tuned.losses[0]
    assert tuned.config["method"] == method and tuned.steps == 60 and tuned.tokens > 60 * 3 * 10
    assert 0 < tuned.trainable <= tuned.total and (tuned.trainable == tuned.total) == (method == "full")
    after = tuned.model.replies([e[:-1] for e in EXAMPLES], max_new_tokens=8)
    assert [r.text for r in before] != [r.text for r in after]
    alone = [tuned.model.reply(e[:-1], max_new_tokens=8).text for e in EXAMPLES]
    assert alone == [r.text for r in after], "a batch answers as each prompt alone"


@pytest.mark.parametrize("method", ("prefix", "prompt"))
def test_a_padded_row_behind_virtual_tokens_has_the_loss_that_it_has_alone(llama, method):
    model = fresh_model(llama)
    learner = trainable(model.model, method, virtual_tokens=5)
    rows = encode(EXAMPLES, model.tokenizer, context=256)
    together = reply_loss(learner, *padded(rows, 0, "cpu"))
    together.backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in learner.parameters() if p.requires_grad)
    alone = [reply_loss(learner, *padded([row], 0, "cpu")) * row.reply for row in rows]
    torch.testing.assert_close(together, sum(alone) / sum(row.reply for row in rows), rtol=1e-4, atol=1e-4)
    assert virtual_tokens(learner, 3)[1] == 5 and virtual_tokens(learner, 3)[0].get_seq_length() == 5


def test_prefix_tuning_computes_what_the_library_computes(llama):
    model = fresh_model(llama)
    learner = trainable(model.model, "prefix", virtual_tokens=4)
    ids, mask, labels = padded(encode(EXAMPLES[:1], model.tokenizer, context=256), 0, "cpu")
    theirs = learner(input_ids=ids, attention_mask=mask, labels=labels).loss
    torch.testing.assert_close(reply_loss(learner, ids, mask, labels), theirs, rtol=1e-4, atol=1e-4)


def test_a_full_tuning_in_four_bits_and_an_unknown_method_are_told(llama):
    with pytest.raises(CourseError, match="four bits cannot be trained"):
        tune(fresh_model(llama, "nf4"), EXAMPLES, method="full", steps=1)
    with pytest.raises(CourseError, match="method"):
        tune(fresh_model(llama), EXAMPLES, method="lore", steps=1)
    with pytest.raises(CourseError, match="virtual_tokens"):
        tune(fresh_model(llama), EXAMPLES, method="prompt", virtual_tokens=0, steps=1)


def test_a_model_without_the_layers_of_a_method_is_told():
    from transformers import GPT2Config, GPT2LMHeadModel

    gpt = GPT2LMHeadModel(GPT2Config(n_layer=1, n_embd=8, n_head=2, vocab_size=20))
    with pytest.raises(ModelError, match="ia3"):
        trainable(gpt, "ia3")


def test_an_objective_of_ones_own_is_what_is_made_small(llama):
    seen = []

    def objective(model, batch):
        seen.append(batch.rows)
        return 2 * reply_loss(model, batch.ids, batch.mask, batch.labels)

    doubled = tune(fresh_model(llama), EXAMPLES, steps=1, batch_size=2, objective=objective)
    plain = tune(fresh_model(llama), EXAMPLES, steps=1, batch_size=2)
    assert doubled.losses[0] == pytest.approx(2 * plain.losses[0])
    assert len(seen) == 1 and len(seen[0]) == 2 and set(seen[0]) <= set(range(4))
