"""Our greedy loop against `model.generate`, on both architectures."""

import pytest

from course_lib.generation import decoding

PROMPTS = [[5, 9, 40, 41, 7], [60, 8], [300, 17, 200, 5, 6, 7, 99, 12, 30], [77, 78, 79], [5, 5, 5, 250]]


@pytest.fixture(scope="module")
def model(miniature):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(miniature).eval()


def by_the_library(model, prompt, stop, limit):
    import torch

    ids = torch.tensor([prompt])
    out = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=limit,
        eos_token_id=sorted(stop),
        pad_token_id=0,
    )
    return out[0, len(prompt) :].tolist()


@pytest.mark.parametrize("stop", [frozenset({4}), frozenset(range(0, 400, 12))], ids=["one end", "many ends"])
def test_a_padded_batch_equals_generate_one_by_one(model, stop):
    done = decoding.greedy(model, PROMPTS, [20] * len(PROMPTS), stop, pad=0)
    assert done.tokens == [by_the_library(model, prompt, stop, 20) for prompt in PROMPTS]
    assert done.prefill > 0 and done.decode > 0


def test_rows_end_at_different_steps_and_at_their_own_limits(model):
    """Otherwise the test above would not see a row leave the batch."""
    stop = frozenset(range(0, 400, 12))
    lengths = [len(row) for row in decoding.greedy(model, PROMPTS, [20] * len(PROMPTS), stop, pad=0).tokens]
    assert len(set(lengths)) >= 3
    never = frozenset({10**6})
    assert [len(row) for row in decoding.greedy(model, PROMPTS, [1, 9, 2, 9, 3], never, pad=0).tokens] == [
        1,
        9,
        2,
        9,
        3,
    ]


def test_padding_is_on_the_left_and_masked():
    ids, mask = decoding.pad_left([[7, 8, 9], [5]], pad=0, device="cpu")
    assert ids.tolist() == [[7, 8, 9], [0, 0, 5]]
    assert mask.tolist() == [[1, 1, 1], [0, 0, 1]]
