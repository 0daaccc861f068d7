"""Many questions on one text: one row computes what the conversations compute in rows of their own."""

import pytest
import torch

from course_lib.generation.loading import load_tokenizer, load_weights
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import reply_loss
from course_lib.tuning.shared_context import row_loss, share, sharing, tensors

TEXT = "[1] The kettle weighs 12 g.\n\nQuestion:"
ASKED = (("What does it weigh?", "12 g [1]."), ("how heavy", "It weighs 12 g [1]."), ("What colour?", "No."))


def conversations(asked=ASKED):
    return [
        [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": f"{TEXT} {question}"},
            {"role": "assistant", "content": reply},
        ]
        for question, reply in asked
    ]


@pytest.fixture
def model(miniature):
    return load_weights(str(miniature), None, "cpu", "float32")


@pytest.fixture
def rows(miniature):
    return encode(conversations(), load_tokenizer(str(miniature)), 256)


def gradient(model, loss):
    weight = model.model.layers[0].self_attn.q_proj.weight
    (found,) = torch.autograd.grad(loss, weight)
    return found


@pytest.mark.parametrize("count", [1, 2, 3])
def test_loss_and_gradient_are_those_of_the_conversations_apart(model, rows, count):
    rows = rows[:count]
    alone = reply_loss(model, *padded(rows, 0, "cpu"))
    with sharing(model):
        together = row_loss(model, share(rows))
    torch.testing.assert_close(together, alone)
    torch.testing.assert_close(gradient(model, together), gradient(model, alone), rtol=1e-4, atol=1e-6)


def test_the_shared_text_stands_once(rows):
    row = share(rows)
    assert row.ids[: row.shared] == rows[0].ids[: row.shared]
    assert row.ids.count(rows[0].ids[0]) == 1, "the token that opens a conversation"
    assert len(row.ids) == row.shared + sum(len(each.ids) - row.shared for each in rows)
    parts = [row.ids[: row.shared] + row.ids[a:b] for a, b in zip(row.starts, row.ends, strict=True)]
    assert parts == [each.ids for each in rows]


def test_a_part_sees_the_text_and_itself_alone(rows):
    row = share(rows)
    _, positions, mask, learned = tensors(row, "cpu")
    seen = mask[0, 0]
    second = row.starts[1] - row.shared
    assert seen[second, : row.shared].all() and not seen[second, row.starts[0] : row.starts[1]].any()
    assert seen[second, row.starts[1]] and not seen[second, row.starts[1] + 1 :].any()
    assert positions[0, row.starts[0]] == positions[0, row.starts[1]] == row.shared
    assert len(learned) == sum(row.replies) and learned.max() == len(row.ids) - 2


def test_the_model_attends_as_before_once_the_block_is_over(model, rows):
    before = model.config._attn_implementation
    with pytest.raises(RuntimeError), sharing(model):
        raise RuntimeError
    assert model.config._attn_implementation == before
