"""What is learned, what is only read, and in which order."""

import pytest

from course_lib.errors import CourseError, PromptTooLong
from course_lib.tuning import batches


@pytest.fixture(scope="module")
def tokenizer(miniature):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(miniature)


def talk(*contents):
    roles = ["user", "assistant"] * len(contents)
    return [{"role": role, "content": text} for role, text in zip(roles, contents, strict=False)]


def test_only_the_last_reply_and_its_end_are_learned(tokenizer):
    short, long = talk("Why?", "Because."), talk("Who?", "Ada.", "How heavy is it?", "It weighs 412 g.")
    encoded = batches.encode([short, long], tokenizer, context=256)
    ids, mask, labels = batches.padded(encoded, tokenizer.pad_token_id, "cpu")
    assert ids.shape == mask.shape == labels.shape
    for row, reply, whole in [
        (0, "Because.<|end|>", "<|user|>Why?<|end|><|assistant|>Because.<|end|>"),
        (
            1,
            "It weighs 412 g.<|end|>",
            "<|user|>Who?<|end|><|assistant|>Ada.<|end|>"
            "<|user|>How heavy is it?<|end|><|assistant|>It weighs 412 g.<|end|>",
        ),
    ]:
        assert tokenizer.decode(labels[row][labels[row] != -100]) == reply
        assert tokenizer.decode(ids[row][mask[row] == 1]) == whole
    assert (labels[:, -1] == tokenizer.eos_token_id).all()


def test_the_prompt_is_the_one_that_the_model_is_asked_with(miniature, tokenizer):
    from course_lib.generation.language_model import load_language_model

    example = talk("How heavy is the Harbour Kettle?", "The Harbour Kettle weighs 412 g [1].")
    (encoded,) = batches.encode([example], tokenizer, context=256)
    assert encoded.ids[: -encoded.reply] == load_language_model(miniature).tokens(example[:-1])


@pytest.mark.parametrize(
    "example",
    [
        [],
        talk("Why?"),
        talk("Why?", " "),
        [{"role": "assistant", "content": "Alone."}],
        [{"text": "Why?"}, {"text": "So."}],
    ],
)
def test_an_example_in_another_form_is_told_by_its_number(tokenizer, example):
    with pytest.raises(CourseError, match="Example 2 ") as told:
        batches.encode([talk("Why?", "So."), example], tokenizer, context=256)
    assert "assistant" in told.value.allowed and told.value.next_step == "correct or drop it"


def test_no_examples_and_one_that_is_too_long_are_told(tokenizer):
    with pytest.raises(CourseError, match="no examples") as empty:
        batches.encode([], tokenizer, context=256)
    assert "at least one" in empty.value.allowed and "what made the list" in empty.value.next_step
    too_long = r"Example 1 has \d+ tokens, and the model's context has 256"
    with pytest.raises(PromptTooLong, match=too_long) as long:
        batches.encode([talk("kettle " * 300, "So.")], tokenizer, context=256)
    assert "256 tokens" in long.value.allowed and "fewer passages" in long.value.next_step


def test_a_plan_holds_each_example_once_an_epoch_and_follows_its_seed():
    lengths = [(i * 37) % 50 + 5 for i in range(50)]
    plan = batches.plan(lengths, batch_size=8, epochs=2, steps=None, seed=3)
    first, second = plan[: len(plan) // 2], plan[len(plan) // 2 :]
    for epoch in (first, second):
        assert sorted(i for batch in epoch for i in batch) == list(range(50))
        assert max(len(batch) for batch in epoch) == 8
    assert first != second
    assert plan == batches.plan(lengths, batch_size=8, epochs=2, steps=None, seed=3)
    assert plan != batches.plan(lengths, batch_size=8, epochs=2, steps=None, seed=4)
    wasted = sum(max(lengths[i] for i in b) * len(b) - sum(lengths[i] for i in b) for b in first)
    assert wasted < 0.2 * sum(lengths), "like lengths together save padding"


@pytest.mark.parametrize("steps", [1, 7, 30])
def test_steps_take_the_place_of_epochs(steps):
    assert len(batches.plan([5] * 50, batch_size=8, epochs=3, steps=steps, seed=0)) == steps


def test_an_example_is_shown_with_the_labels_that_are_trained(tokenizer):
    example = talk("How heavy?", "412 g")
    tokens, labels = batches.labelled_tokens(example, tokenizer, context=256)
    (row,) = batches.encode([example], tokenizer, context=256)
    _, _, trained = batches.padded([row], 0, "cpu")
    assert labels == trained[0].tolist()
    assert "".join(tokens) == "<|user|>How heavy?<|end|><|assistant|>412 g<|end|>"
    assert tokens[-1] == "<|end|>" and labels[-1] == tokenizer.eos_token_id
