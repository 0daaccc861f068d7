"""How likely a model finds given replies: many candidates that begin alike are read behind one prompt.

The prompt is read once and kept as a cache. Of a thousand codes of three digits the first two are read a
hundred times, not a thousand, since one reading predicts every third digit. What this module does not do: say
what a likelihood means (evaluation/exposure.py does).
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import listed, whole_number
from course_lib.errors import CourseError
from course_lib.generation.language_model import LocalModel
from course_lib.generation.types import Messages

if TYPE_CHECKING:
    import torch


def log_likelihoods(
    model: LocalModel,
    messages: Messages,
    candidates: Sequence[str],
    opening: str = "",
    batch_size: int = 128,
) -> np.ndarray:
    """The log-probability, in nats, of each candidate as what follows `opening` in the reply; (n,) float64.

    Only the tokens in which the candidates differ are counted, so that values compare with each other and
    with nothing else. Raises CourseError for fewer than two candidates, for two that are the same, for one
    that is the beginning of another, and as LocalModel.tokens does. Carlini et al. 2019, section 4. Lesson
    08.
    """
    candidates = listed(candidates, "candidates", str, least=2, allowed="two different texts or more")
    batch_size = whole_number(batch_size, "batch_size")
    texts = [opening + each for each in candidates]
    written = model.tokenizer(texts, add_special_tokens=False)["input_ids"]
    shared = _shared(written)
    tails = [tuple(ids[shared:]) for ids in written]
    begun = {tail[:i] for tail in tails for i in range(len(tail))}
    if len(set(tails)) < len(tails) or begun & set(tails) or not all(tails):
        raise CourseError(
            "Two of the candidates are the same, or one is the beginning of another.",
            allowed="different texts of one form, for instance all numbers of three digits",
        )
    prefix = model.tokens(messages) + written[0][:shared]
    longest = max(map(len, tails))
    if len(prefix) + longest > model.context:
        raise CourseError(
            f"Prompt and candidate have {len(prefix) + longest} tokens; the context has {model.context}.",
            next_step="shorten the prompt",
        )
    after = _next_tokens(model, prefix, sorted({tail[:-1] for tail in tails}), batch_size)
    return np.array([sum(after[tail[:i]][token] for i, token in enumerate(tail)) for tail in tails])


def _shared(rows: Sequence[Sequence[int]]) -> int:
    """With how many tokens all rows begin."""
    first, last = min(rows), max(rows)  # what the smallest and the greatest share, all share
    pairs = zip(first, last, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))


def _next_tokens(
    model: LocalModel, prefix: list[int], beginnings: list[tuple[int, ...]], batch_size: int
) -> dict[tuple[int, ...], np.ndarray]:
    """For the empty beginning and every part of the beginnings: log-probabilities of the next token,
    (vocabulary,).
    """
    import torch
    from transformers import DynamicCache

    network, device = model.model, model.model.device
    with torch.inference_mode():
        cache = DynamicCache(config=network.config)
        ids = torch.tensor([prefix], device=device)
        first = network(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]
        found = {(): first.float().log_softmax(-1).double().cpu().numpy()}
        rows = [row for row in beginnings if row]
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            own = deepcopy(cache)
            own.batch_repeat_interleave(len(batch))
            padded = _right_padded(batch, device)
            logits = network(input_ids=padded, past_key_values=own, use_cache=True).logits
            scored = logits.float().log_softmax(-1).double().cpu().numpy()
            for row, each in zip(batch, scored, strict=True):
                found |= {row[: i + 1]: each[i] for i in range(len(row)) if row[: i + 1] not in found}
    return found


def _right_padded(rows: Sequence[Sequence[int]], device) -> "torch.Tensor":
    """Token ids, (rows, longest); what fills a short row comes after it, where none of its tokens looks."""
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=device)
