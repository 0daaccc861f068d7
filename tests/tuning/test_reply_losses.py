"""The loss of a reply, in a batch or alone: that of the library's own loss on its tokens."""

import pytest
import torch

from course_lib.errors import PromptTooLong
from course_lib.generation.language_model import load_language_model
from course_lib.tuning.batches import encode
from course_lib.tuning.reply_losses import reply_losses


def examples(*replies):
    return [[{"role": "user", "content": "How heavy?"}, {"role": "assistant", "content": r}] for r in replies]


@pytest.mark.slow
def test_the_loss_of_a_reply_is_that_of_its_tokens(miniature):
    model = load_language_model(miniature)
    three = examples("412 g", "It weighs 412 g, we think.", "It does.")
    found = reply_losses(model, three, rows=2)
    for row, loss in zip(encode(three, model.tokenizer, model.context), found, strict=True):
        ids = torch.tensor([row.ids])
        labels = ids.clone()
        labels[:, : -row.reply] = -100
        with torch.no_grad():
            assert loss == pytest.approx(model.model(ids, labels=labels).loss.item(), abs=1e-4)
    assert found == pytest.approx(reply_losses(model, three, rows=16), abs=1e-4)


@pytest.mark.slow
def test_an_example_longer_than_the_context_is_told(llama):
    with pytest.raises(PromptTooLong, match="Example 2"):
        reply_losses(load_language_model(llama), examples("412 g", "heavy " * 300))
