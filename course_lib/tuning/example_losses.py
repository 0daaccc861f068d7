"""How unlikely a model finds each example's reply: what it has learned, and one way to look for faults."""

from collections.abc import Iterable

import numpy as np

from course_lib.arguments import whole_number
from course_lib.generation.language_model import LocalModel
from course_lib.generation.types import Messages
from course_lib.progress_bar import progress_bar
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import reply_logits


def example_losses(model: LocalModel, examples: Iterable[Messages], batch_size: int = 16) -> np.ndarray:
    """The mean cross-entropy of each example's reply, its end included, in nats a token; (n,) float64.

    To find faults in a set, take a model that has seen it: an untuned one finds the right form as strange as
    a wrong one. Raises CourseError and PromptTooLong as encode does. Claims C07 and C11; lessons 06 and 08.
    """
    import torch

    batch_size = whole_number(batch_size, "batch_size")
    encoded = encode(examples, model.tokenizer, model.context)
    order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i].ids))  # like lengths together
    losses = np.zeros(len(encoded))
    with torch.inference_mode():
        for start in progress_bar("scoring", range(0, len(order), batch_size)):
            rows = order[start : start + batch_size]
            pad, device = model.tokenizer.pad_token_id or 0, model.model.device
            logits, labels = reply_logits(model.model, *padded([encoded[i] for i in rows], pad, device))
            each = torch.nn.functional.cross_entropy(
                logits.float().transpose(1, 2), labels, ignore_index=-100, reduction="none"
            )  # (rows, reply), 0 before a shorter reply begins
            losses[rows] = (each.sum(-1) / (labels != -100).sum(-1)).double().cpu().numpy()
    return losses
