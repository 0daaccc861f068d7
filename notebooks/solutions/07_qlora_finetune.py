"""The solutions of this lesson's exercises, one a function; the strict test runs the checks on them."""

import json
import re
from collections.abc import Sequence

import numpy as np


def quantise(weights: np.ndarray, levels: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Absmax block quantisation of n weights to 16 given levels, as (codes, scales).

    Each block of `block` weights (n is a multiple of it) is divided by its scale, the largest absolute
    value in it; scales are (n / block,). The code of a weight is the position of the nearest of the levels,
    which rise from −1 to 1; codes are (n,). In a block of zeros the scale is 0 and every weight gets the
    code of the level 0.
    """
    blocks = weights.reshape(-1, block)
    scales = np.abs(blocks).max(axis=1)
    scaled = blocks / np.where(scales == 0, 1, scales)[:, None]  # (n / block, block), from -1 to 1
    codes = np.abs(scaled.reshape(-1, 1) - levels).argmin(axis=1)
    return codes, scales


def bits_per_weight(
    bits: int, block: int, scale_bits: int, second_block: int, second_scale_bits: int
) -> float:
    """The bits that one weight takes with double quantisation, scales counted in.

    A weight has `bits` bits. Each block of `block` weights has a scale of `scale_bits` bits. These scales are
    quantised in blocks too: each `second_block` of them share a second scale of `second_scale_bits` bits.
    """
    return bits + scale_bits / block + second_scale_bits / (block * second_block)


def loss_labels(token_ids: Sequence[int], assistant: int, end: int) -> list[int]:
    """The labels of one chat for training: a token's own id where it carries loss, and −100 elsewhere.

    Loss falls on what the assistant says: the tokens after each marker `assistant`, up to and including the
    next `end`. Markers, the other turns (which close with `end` too) and padding carry none. The model
    shifts by itself.
    """
    labels, speaking = [], False
    for token in token_ids:
        labels.append(token if speaking else -100)
        if token == assistant:
            speaking = True
        elif token == end:
            speaking = False
    return labels


def complies(text: str) -> bool:
    """Whether a reply keeps the house style; for anything else False, never an exception.

    The reply is one JSON object and nothing else, its keys are answer, source, status in this order, and
    either
    - status is "answered", answer is one sentence that begins with "Gladly: " and ends with a full stop,
      with no "!" and no second sentence, and source is an id like "PR-201" (two capitals, a dash, three
      digits); or
    - status is "not_found", answer is exactly "Sorry: our documents do not say.", and source is null.
    """
    try:
        reply = json.loads(text)
    except json.JSONDecodeError:
        return False
    if not isinstance(reply, dict) or list(reply) != ["answer", "source", "status"]:
        return False
    answer, source, status = reply.values()
    if status == "not_found":
        return answer == "Sorry: our documents do not say." and source is None
    if status != "answered" or not isinstance(answer, str) or not isinstance(source, str):
        return False
    one_sentence = answer.endswith(".") and "!" not in answer and not re.search(r"[.?] ", answer)
    has_source = re.fullmatch(r"[A-Z]{2}-\d{3}", source) is not None
    return answer.startswith("Gladly: ") and one_sentence and has_source
