"""Greedy decoding of a batch, written out so that its two stages can be timed apart.

It does what `model.generate(do_sample=False)` does (a test holds the two equal) and one thing more: finished
rows leave the batch. It does not sample, and applies no repetition penalty.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from course_lib.generation.virtual_tokens import virtual_tokens

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Generated:
    """The new tokens of each prompt (end token included), and the batch's seconds in prefill and decode."""

    tokens: list[list[int]]
    prefill: float
    decode: float


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


def greedy(model, prompts: list[list[int]], limits: list[int], stop: frozenset[int], pad: int) -> Generated:
    """Extend each prompt by its most likely next token until an end token or its limit (≥ 1). Lesson 00.

    A model with virtual tokens (lesson 06) reads every prompt behind them.
    """
    import torch
    from transformers import DynamicCache

    with torch.inference_mode():
        started = perf_counter()
        ids, mask = pad_left(prompts, pad, model.device)  # both (rows, longest)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)  # a row's first real token is at position 0
        cache, virtual = virtual_tokens(model, len(prompts))
        if cache is None:
            cache = DynamicCache(config=model.config)
        else:
            model, positions = model.get_base_model(), positions + virtual
            mask = torch.cat([mask.new_ones(len(prompts), virtual), mask], dim=1)

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
