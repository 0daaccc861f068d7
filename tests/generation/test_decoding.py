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


def test_what_all_prompts_begin_with_is_read_once_and_changes_no_reply(model):
    stop = frozenset(range(0, 400, 12))
    shared = [5 + n % 40 for n in range(140)]
    prompts = [shared + rest for rest in ([7, 8, 9], [7], [11, 12, 13, 14, 15], [7, 8])]
    begun = decoding.beginning(model, prompts)
    assert begun.length == 140 and begun.seconds > 0 and begun.cache.get_seq_length() == 140
    limits = [6] * len(prompts)
    whole = decoding.greedy(model, prompts, limits, stop, 0)
    assert decoding.greedy(model, prompts, limits, stop, 0, begun).tokens == whole.tokens
    assert begun.cache.get_seq_length() == 140, "what is kept stays as it is"
    assert decoding.greedy(model, prompts[:2], limits[:2], stop, 0, begun).tokens == whole.tokens[:2]


def test_a_short_beginning_a_single_prompt_and_none_are_read_as_they_are(model):
    shared = list(range(5, 5 + decoding.WORTH_SHARING - 1))
    for prompts in ([shared + [50], shared + [51]], [[5] * 200], []):
        assert decoding.beginning(model, prompts) == decoding.Beginning(0)
    long = [5] * 200
    assert decoding.beginning(model, [long, long]).length == 199, "each keeps a token of its own"
    assert decoding.beginning(model, [long, long[:150]]).length == 149
