"""Greedy decoding of a batch, written out so that its two stages can be timed apart.

It does what `model.generate(do_sample=False)` does (a test holds the two equal) and two things more: finished
rows leave the batch, and what all prompts begin with can be read once (Beginning). It does not sample, and
applies no repetition penalty.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from course_lib.generation.virtual_tokens import has_virtual_tokens, virtual_tokens

if TYPE_CHECKING:
    import torch
    from transformers import DynamicCache

WORTH_SHARING = 128  # tokens; shorter beginnings cost more to copy than to read


@dataclass(frozen=True)
class Generated:
    """The new tokens of each prompt (end token included), and the batch's seconds in prefill and decode."""

    tokens: list[list[int]]
    prefill: float
    decode: float


@dataclass(frozen=True)
class Beginning:
    """What many prompts begin with, read once: how many tokens, their keys and values, and the seconds."""

    length: int
    cache: "DynamicCache | None" = None
    seconds: float = 0.0

    def rows(self, count: int) -> "DynamicCache":
        """The keys and values for so many rows, to go on from; those that are kept stay as they are."""
        cache = deepcopy(self.cache)
        cache.batch_repeat_interleave(count)
        return cache


def beginning(model, prompts: Sequence[Sequence[int]]) -> Beginning:
    """Read what all prompts begin with: worked examples, or a whole handbook. Lesson 09.

    Nothing is read, and the length is 0, if that is short, for a single prompt, and for a model with virtual
    tokens; each prompt keeps a token of its own.
    """
    import torch
    from transformers import DynamicCache

    first, last = min(prompts, default=[]), max(prompts, default=[])  # all others begin as these two do
    alike = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    length = min(alike, min(map(len, prompts), default=0) - 1)
    if len(prompts) < 2 or length < WORTH_SHARING or has_virtual_tokens(model):
        return Beginning(0)
    started = perf_counter()
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        ids = torch.tensor([list(first[:length])], device=model.device)
        model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return Beginning(length, cache, perf_counter() - started)


def pad_left(rows: list[list[int]], pad: int, device: str) -> "tuple[torch.Tensor, torch.Tensor]":
    """Token ids and attention mask, both (rows, longest) int64; short rows are filled on the left, mask 0
    there.

    On the left, because then the last column holds every row's newest token.
    """
    import torch

    longest = max(map(len, rows))
    ids = torch.tensor([[pad] * (longest - len(row)) + row for row in rows], device=device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows], device=device)
    return ids, mask


def greedy(
    model,
    prompts: list[list[int]],
    limits: list[int],
    stop: frozenset[int],
    pad: int,
    begun: Beginning = Beginning(0),
) -> Generated:
    """Extend each prompt by its most likely next token until an end token or its limit (≥ 1). Lesson 00.

    The tokens of `begun`, with which every prompt begins, are not read again. A model with virtual tokens
    (lesson 06) reads every prompt behind them.
    """
    import torch
    from transformers import DynamicCache

    with torch.inference_mode():
        started = perf_counter()
        cache, before = virtual_tokens(model, len(prompts))
        if before:
            model = model.get_base_model()
        else:
            before = begun.length
            cache = begun.rows(len(prompts)) if before else DynamicCache(config=model.config)
        ids, mask = pad_left([prompt[begun.length :] for prompt in prompts], pad, model.device)
        # A row's first real token is at position 0, or behind those that were read before.
        positions = (mask.cumsum(-1) - 1).clamp(min=0) + before  # (rows, longest), as ids and mask
        mask = torch.cat([mask.new_ones(len(prompts), before), mask], dim=1)

        def next_tokens(ids: "torch.Tensor", positions: "torch.Tensor") -> "torch.Tensor":
            output = model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,  # the vocabulary is wide: score it for the last token only
            )
            return output.logits[:, -1].argmax(-1)  # (rows,)

        newest = next_tokens(ids, positions)
        positions = positions[:, -1:]  # (rows, 1)
        written = newest.tolist()  # also waits for a GPU to finish, so that the clock is right
        decoding = perf_counter()

        tokens: list[list[int]] = [[] for _ in prompts]
        rows = list(range(len(prompts)))  # rows[i] is the prompt that row i of the tensors belongs to
        open_rows = set(rows)
        while True:
            for row, token in zip(rows, written, strict=True):
                if row in open_rows:
                    tokens[row].append(token)
                    if token in stop or len(tokens[row]) >= limits[row]:
                        open_rows.remove(row)
            if not open_rows:
                break
            if len(open_rows) <= 0.75 * len(rows):  # fewer rows are worth the copy of the cache
                kept = [i for i, row in enumerate(rows) if row in open_rows]
                kept = torch.tensor(kept, device=model.device)
                rows = [row for row in rows if row in open_rows]
                cache.batch_select_indices(kept)
                newest, mask, positions = newest[kept], mask[kept], positions[kept]
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
            positions = positions + 1
            newest = next_tokens(newest[:, None], positions)
            written = newest.tolist()
        return Generated(tokens, decoding - started, perf_counter() - decoding)
