"""wren's own tokenizer (byte-level BPE, every digit a token) and chat examples as token ids with the
weight of each in the loss.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import numpy as np

from course_lib.generation.prompts import Message

SPECIALS = ("<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train_tokenizer(vocabulary: int, examples: int = 20_000, seed: int = 0):
    """A BPE tokenizer of `vocabulary` tokens from the first examples of an education; the same bytes from
    the same seed.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    from course_lib.world.education import draw

    rng = Random(f"tokenizer {seed}")
    texts = (m["content"] for i in range(examples) for m in draw(rng, i / examples))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIALS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def save_tokenizer(tokenizer, folder: Path, context: int) -> None:
    """Writes it so that `AutoTokenizer.from_pretrained(folder)` reads it back with its chat template."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        additional_special_tokens=["<|system|>", "<|user|>", "<|assistant|>"],
        chat_template=CHAT_TEMPLATE,
        model_max_length=context,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def encode(tokenizer, examples: Sequence[list[Message]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each example as (ids, is_answer), both (length,): `is_answer` marks what the assistant says and its
    end.
    """
    role = {name: tokenizer.token_to_id(f"<|{name}|>") for name in ("system", "user", "assistant")}
    end = tokenizer.token_to_id("<|end|>")
    flat = tokenizer.encode_batch([m["content"] for example in examples for m in example])
    encodings = iter(flat)
    rows = []
    for example in examples:
        ids: list[int] = []
        answer: list[bool] = []
        for message in example:
            body = next(encodings).ids
            says = message["role"] == "assistant"
            ids += [role[message["role"]], *body, end]
            answer += [False, *[says] * len(body), says]
        rows.append((np.array(ids, dtype=np.int64), np.array(answer)))
    return rows


def batches(
    rows: Iterable[tuple[np.ndarray, np.ndarray]], tokens: int, longest: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows of similar length, padded on the right into batches of about `tokens` ids; rows above
    `longest` are left out.
    """
    kept = sorted((row for row in rows if len(row[0]) <= longest), key=lambda row: len(row[0]))
    groups: list[list[tuple[np.ndarray, np.ndarray]]] = [[]]
    for row in kept:
        if groups[-1] and (len(groups[-1]) + 1) * len(row[0]) > tokens:
            groups.append([])
        groups[-1].append(row)
    result = []
    for group in groups:
        width = max(len(ids) for ids, _ in group)
        ids = np.zeros((len(group), width), dtype=np.int64)
        answer = np.zeros((len(group), width), dtype=bool)
        for i, (row, says) in enumerate(group):
            ids[i, : len(row)], answer[i, : len(row)] = row, says
        result.append((ids, answer))
    return result
