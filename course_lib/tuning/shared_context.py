"""Many questions on one text as one row: the text is read once, and each question sees it and itself alone.

A question that stands alone behind its passages is what the model is served with; ten of them on the same
four passages cost little more than three in rows of their own. Used to teach SmolLM2 to read (its card says
how).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.tuning.batches import Encoded

if TYPE_CHECKING:
    import torch

ATTENTION = "shared_context"


@dataclass(frozen=True)
class SharedRow:
    """Token ids that begin alike: `shared` of them once, then what each conversation adds.

    `starts` says where the part of each conversation begins, `reply` how many tokens at its end are learned.
    """

    ids: list[int]
    shared: int
    starts: list[int]
    replies: list[int]

    @property
    def ends(self) -> list[int]:
        """Where the part of each conversation ends."""
        return [*self.starts[1:], len(self.ids)]


def share(conversations: Sequence[Encoded]) -> SharedRow:
    """Lay encoded conversations side by side behind the tokens with which all of them begin.

    Each keeps at least one token of its own before its reply, so that a single conversation is a row too.
    """
    first = conversations[0].ids
    most = min(len(c.ids) - c.reply for c in conversations) - 1
    shared = next((i for i in range(most) if any(c.ids[i] != first[i] for c in conversations)), most)
    ids, starts = list(first[:shared]), []
    for conversation in conversations:
        starts.append(len(ids))
        ids += conversation.ids[shared:]
    return SharedRow(ids, shared, starts, [c.reply for c in conversations])


def tensors(row: SharedRow, device) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]":
    """Ids and positions, both (1, length); the mask of the parts, (1, 1, length - shared, length), true where
    a token looks; and the places whose next token is learned, (learned,).
    """
    import torch

    length, shared = len(row.ids), row.shared
    positions = torch.arange(length)
    mask = torch.ones(length - shared, length, dtype=torch.bool).tril(diagonal=shared)
    learned = []
    for start, end, reply in zip(row.starts, row.ends, row.replies, strict=True):
        positions[start:end] = torch.arange(shared, shared + end - start)
        mask[start - shared : end - shared, shared:start] = False
        learned += range(end - reply - 1, end - 1)
    ids, learned = torch.tensor([row.ids], device=device), torch.tensor(learned, device=device)
    return ids, positions[None].to(device), mask[None, None].to(device), learned


def attend(module, query, key, value, attention_mask, scaling, **_):
    """Attention over a shared row: causal over the shared text, then each part over that text and itself.

    query is (1, heads, length, size), key and value have fewer heads; the mask is the parts' of `tensors`.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention as attention

    groups = query.shape[1] // key.shape[1]
    key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    shared = query.shape[2] - attention_mask.shape[2]
    text = attention(
        query[:, :, :shared], key[:, :, :shared], value[:, :, :shared], is_causal=True, scale=scaling
    )
    rest = attention(query[:, :, shared:], key, value, attn_mask=attention_mask, scale=scaling)
    return torch.cat([text, rest], dim=2).transpose(1, 2).contiguous(), None


@contextmanager
def sharing(model) -> Iterator[None]:
    """Within the block a loaded model attends by `attend`; its weights stay as they are."""
    from transformers import AttentionInterface

    AttentionInterface.register(ATTENTION, attend)
    before = model.config._attn_implementation
    model.config._attn_implementation = ATTENTION
    try:
        yield
    finally:
        model.config._attn_implementation = before


def row_loss(model, row: SharedRow) -> "torch.Tensor":
    """The mean cross-entropy over the replies of a row, in nats a token; within `sharing(model)`."""
    import torch

    ids, positions, mask, learned = tensors(row, model.device)
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    hidden = core.model(
        input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False
    ).last_hidden_state[0]  # (length, width)
    logits = core.lm_head(hidden[learned]).float()  # the vocabulary is wide: score it for the replies alone
    return torch.nn.functional.cross_entropy(logits, ids[0, learned + 1])
