"""From chat examples to batches: which tokens are read, and which are learned."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.errors import CourseError, PromptTooLong
from course_lib.generation.decoding import pad_left
from course_lib.generation.types import Messages

if TYPE_CHECKING:
    import torch

BUCKET = 8  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class Encoded:
    """One example as token ids, prompt then reply, and how many of them, at the end, are the reply's."""

    ids: list[int]
    reply: int


def encode(examples: Sequence[Messages], tokenizer, context: int) -> list[Encoded]:
    """Tokenise chat examples with the model's template; the last turn, the assistant's, is the reply to
    learn.

    The prompt is tokenised exactly as it will be when the model is asked, and the reply ends with the end
    token, so that the model learns to stop. Raises CourseError for an example in another form, PromptTooLong
    for one over `context` tokens.
    """
    if not examples:
        raise CourseError(
            "There are no examples to train on.", allowed="a list of conversations, at least one"
        )
    return [
        _encode(number, list(example), tokenizer, context) for number, example in enumerate(examples, start=1)
    ]


def _encode(number: int, messages: list[dict[str, str]], tokenizer, context: int) -> Encoded:
    well_formed = len(messages) >= 2 and all(
        isinstance(m, dict) and {"role", "content"} <= m.keys() for m in messages
    )
    if not well_formed or messages[-1]["role"] != "assistant" or not str(messages[-1]["content"]).strip():
        raise CourseError(
            f"Example {number} is not a conversation that ends with the assistant's reply.",
            allowed='[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]',
        )
    asked = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(asked):
        raise CourseError(f"The model's chat template rewrites the prompt once example {number} is answered.")
    prompt = tokenizer(asked, add_special_tokens=False)["input_ids"]
    reply = tokenizer(whole[len(asked) :].rstrip(), add_special_tokens=False)["input_ids"]
    if reply[-1] != tokenizer.eos_token_id:
        reply.append(tokenizer.eos_token_id)
    if len(prompt) + len(reply) > context:
        raise PromptTooLong(
            f"Example {number} has {len(prompt) + len(reply)} tokens, and the model's context has {context}.",
            allowed=f"at most {context} tokens for prompt and reply",
            next_step="put fewer passages into the prompt, or drop the example",
        )
    return Encoded(prompt + reply, len(reply))


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
