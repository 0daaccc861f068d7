"""How unlikely a model finds replies that it did not write: one number for each, to compare models by."""

from collections.abc import Sequence

from course_lib.generation.language_model import LocalModel
from course_lib.generation.types import Messages
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.loop import reply_logits


def reply_losses(model: LocalModel, examples: Sequence[Messages], rows: int = 16) -> list[float]:
    """The loss of each example's reply: the mean over its tokens, in nats; `rows` are read at once.

    Raises as encode does. Lessons 06 and 07.
    """
    import torch

    encoded, pad = encode(examples, model.tokenizer, model.context), model.tokenizer.pad_token_id or 0
    found: list[float] = []
    with torch.inference_mode():
        for start in range(0, len(encoded), rows):
            batch = padded(encoded[start : start + rows], pad, model.model.device)
            logits, labels = reply_logits(model.model, *batch)
            by_token = torch.nn.functional.cross_entropy(
                logits.transpose(1, 2).float(), labels, ignore_index=-100, reduction="none"
            )  # (rows, reply width)
            found += (by_token.sum(1) / (labels != -100).sum(1)).tolist()
    return found
