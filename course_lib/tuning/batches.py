"""From chat examples to batches: which tokens are read, and which are learned."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.arguments import checked_text, listed, one_of
from course_lib.errors import CourseError, PromptTooLong
from course_lib.generation.chat_template import filled
from course_lib.generation.decoding import pad_left
from course_lib.generation.types import Messages, check_messages, check_turns

if TYPE_CHECKING:
    import torch

BUCKET = 8  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class Encoded:
    """One example as token ids, prompt then reply, and how many of them, at the end, are the reply's."""

    ids: list[int]
    reply: int


def encode(examples: Iterable[Messages], tokenizer, context: int) -> list[Encoded]:
    """Tokenise chat examples with the model's template; the last turn, the assistant's, is the reply to
    learn.

    The prompt is tokenised exactly as it will be when the model is asked, and the reply ends with the end
    token, so that the model learns to stop. Raises CourseError for an example in another form, PromptTooLong
    for one over `context` tokens.
    """
    found = checked_examples(examples)
    return [_encode(number, example, tokenizer, context) for number, example in enumerate(found, start=1)]


def checked_examples(examples: Iterable[Messages]) -> list[list[dict[str, str]]]:
    """Examples as a list of conversations, each ending with the user's turn and the assistant's reply.

    Needs no model. Raises CourseError if there are none, and for one in another form, with its number.
    """
    found = listed(
        examples,
        "examples to train on",
        least=1,
        allowed="a list of conversations, at least one",
        next_step="look at what made the list: a filter, a folder or a file that is empty",
    )
    return [_checked(number, example) for number, example in enumerate(found, start=1)]


def _checked(number: int, example: Messages) -> list[dict[str, str]]:
    allowed = '[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]'
    try:
        *asked, reply = check_turns(example)
        check_messages(asked)
        checked_text(reply["content"], "The reply")
        one_of(reply["role"], "role of a reply", ("assistant",))
    except CourseError as error:
        raise CourseError(
            f"Example {number} is not a conversation that ends with the assistant's reply. {error.problem}",
            allowed=allowed,
            next_step="correct or drop it",
        ) from None
    return [*asked, reply]


def _encode(number: int, messages: list[dict[str, str]], tokenizer, context: int) -> Encoded:
    asked = filled(tokenizer, messages[:-1], tokenizer.name_or_path or "the model")
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(asked):
        raise CourseError(
            f"The model's chat template rewrites the prompt once example {number} is answered.",
            allowed="a template that only adds the reply",
            next_step="take another model, or drop the example",
        )
    prompt = tokenizer(asked, add_special_tokens=False)["input_ids"]
    reply = tokenizer(whole[len(asked) :].rstrip(), add_special_tokens=False)["input_ids"]
    if not reply or reply[-1] != tokenizer.eos_token_id:
        reply.append(tokenizer.eos_token_id)
    if len(prompt) + len(reply) > context:
        raise PromptTooLong(
            f"Example {number} has {len(prompt) + len(reply)} tokens, and the model's context has {context}.",
            allowed=f"at most {context} tokens for prompt and reply",
            next_step="put fewer passages into the prompt, or drop the example",
        )
    return Encoded(prompt + reply, len(reply))


def labelled_tokens(example: Messages, tokenizer, context: int) -> tuple[list[str], list[int]]:
    """One example as the texts of its tokens and a label for each: its id where it is learned, else -100.

    Raises as encode does. Lesson 07.
    """
    (row,) = encode([example], tokenizer, context)
    start = len(row.ids) - row.reply
    return [tokenizer.decode([token]) for token in row.ids], [-100] * start + row.ids[start:]


def padded(rows: Sequence[Encoded], pad: int, device) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
    """Ids, attention mask and labels, each (rows, longest) int64; labels are -100 but for the replies'
    tokens.
    """
    import torch

    ids, mask = pad_left([row.ids for row in rows], pad, device)
    width = ids.shape[1]
    replies = torch.tensor([row.reply for row in rows], device=device)[:, None]
    is_reply = torch.arange(width, device=device)[None, :] >= width - replies
    return ids, mask, ids.masked_fill(~is_reply, -100)


def plan(
    lengths: Sequence[int], batch_size: int, epochs: int, steps: int | None, seed: int
) -> list[list[int]]:
    """The batches of a whole run, as indices of examples: shuffled anew each epoch, like lengths together.

    Sorting within a few batches saves padding and keeps the order random enough. With `steps` exactly so many
    batches are planned, however many epochs they take.
    """
    shuffle = random.Random(seed).shuffle
    batches: list[list[int]] = []
    per_epoch = -(-len(lengths) // batch_size)
    for _ in range(epochs if steps is None else -(-steps // per_epoch)):
        order = list(range(len(lengths)))
        shuffle(order)
        epoch = []
        for start in range(0, len(order), BUCKET * batch_size):
            bucket = sorted(order[start : start + BUCKET * batch_size], key=lambda i: lengths[i])
            epoch += [bucket[i : i + batch_size] for i in range(0, len(bucket), batch_size)]
        shuffle(epoch)
        batches += epoch
    return batches[:steps]
