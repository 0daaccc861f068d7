"""A teacher's logits as what is learned: for each token of a reply, how likely it found each next token.

The teacher may be a larger model (Hinton et al. 2015), or the same model with the passage in its prompt, so
that what it read goes into the student's weights (prompt distillation: Kujanpää et al. 2024). Only the
likeliest tokens are kept, and the rest as one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.arguments import whole_number
from course_lib.errors import CourseError
from course_lib.generation.language_model import LocalModel
from course_lib.generation.types import Messages
from course_lib.progress_bar import progress_bar
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import Batch, Objective, reply_logits

if TYPE_CHECKING:
    import torch

KEPT = 32  # tokens at each place: more than 99.9 % of the probability where a teacher is sure


@dataclass(frozen=True)
class SoftTargets:
    """What a teacher expects at each of a reply's tokens, its end included: the likeliest tokens, (reply,
    kept) int64, and their log-probabilities, (reply, kept) float32.
    """

    tokens: "torch.Tensor"
    log_probs: "torch.Tensor"


def soft_targets(
    teacher: LocalModel, examples: Iterable[Messages], kept: int = KEPT, batch_size: int = 16
) -> list[SoftTargets]:
    """What the teacher expects at each token of the examples' replies, in their order.

    The examples are those that the *teacher* reads: with the passage in the prompt, say. Raises CourseError
    and PromptTooLong as encode does. Claims C32 and C36; lesson 08.
    """
    import torch

    kept, batch_size = whole_number(kept, "kept"), whole_number(batch_size, "batch_size")
    encoded = encode(examples, teacher.tokenizer, teacher.context)
    order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i].ids))  # like lengths together
    found: dict[int, SoftTargets] = {}
    with torch.inference_mode():
        for start in progress_bar("asking the teacher", range(0, len(order), batch_size)):
            rows = order[start : start + batch_size]
            pad = teacher.tokenizer.pad_token_id or 0
            inputs = padded([encoded[i] for i in rows], pad, teacher.model.device)
            logits, _ = reply_logits(teacher.model, *inputs)
            best = logits.float().log_softmax(-1).topk(min(kept, logits.shape[-1]), dim=-1)
            for row, tokens, values in zip(rows, best.indices, best.values, strict=True):
                length = encoded[row].reply  # a shorter reply stands at the end of its row
                found[row] = SoftTargets(tokens[-length:].clone(), values[-length:].clone())
    return [found[i] for i in range(len(encoded))]


def imitation(targets: Sequence[SoftTargets]) -> Objective:
    """The objective of a student: the mean over the replies' tokens of KL(teacher ‖ student), in nats.

    `targets` belong to the examples of the training, in their order, whose replies have the same tokens.
    Tokens that the teacher's targets do not name count as one. The objective raises CourseError for an
    example whose reply has another number of tokens. Lesson 08.
    """

    def objective(model, batch: Batch) -> "torch.Tensor":
        import torch

        logits, labels = reply_logits(model, batch.ids, batch.mask, batch.labels)
        here = labels != -100
        mine = [targets[row] for row in batch.rows]
        for row, each, places in zip(batch.rows, mine, here, strict=True):
            if len(each.tokens) != int(places.sum()):
                raise CourseError(
                    f"The reply of example {row + 1} has {int(places.sum())} tokens, its targets "
                    f"{len(each.tokens)}.",
                    allowed="the targets of the same replies, in the order of the examples",
                )
        tokens = torch.cat([each.tokens for each in mine])
        log_p = torch.cat([each.log_probs for each in mine])
        log_q = logits[here].float().log_softmax(-1).gather(-1, tokens)  # (tokens, kept)
        return divergence(log_p, log_q).mean()

    return objective


def divergence(log_p: "torch.Tensor", log_q: "torch.Tensor") -> "torch.Tensor":
    """KL(p ‖ q) of each row over its named tokens and, as one more, all others; (rows, named) -> (rows,).

    It is at most that over the whole vocabulary, and equal where p and q agree about the others.
    """
    import torch

    rest_p, rest_q = (_rest(each) for each in (log_p, log_q))
    named = (log_p.exp() * (log_p - log_q)).sum(-1)
    return named + torch.where(rest_p > 0, rest_p * (rest_p.log() - rest_q.log()), torch.zeros_like(rest_p))


def _rest(log_probs: "torch.Tensor") -> "torch.Tensor":
    """The probability of all tokens that are not named, (rows,); never quite 0, whose logarithm is none."""
    return (1 - log_probs.exp().sum(-1)).clamp(min=1e-9)
