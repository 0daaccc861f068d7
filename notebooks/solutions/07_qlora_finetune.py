"""Solutions to the exercises of lesson 07, in another form than those that `ex.solution` explains."""

import json
import re

import numpy as np


def quantise(weights, levels, block):
    borders = (levels[1:] + levels[:-1]) / 2  # between two levels the nearer one changes here
    codes, scales = [], []
    for start in range(0, len(weights), block):
        piece = weights[start : start + block]
        scale = max(piece.max(), -piece.min())
        codes.append(np.searchsorted(borders, piece / (scale or 1)))
        scales.append(scale)
    return np.concatenate(codes), np.array(scales)


def bits_per_weight(bits, block, scale_bits, second_block, second_scale_bits):
    scale = scale_bits + second_scale_bits / second_block  # what one scale takes with its share of a second
    return bits + scale / block


def training_bytes(base, bits, trained):
    per_number = {"itself": 4, "gradient": 4, "first moment": 4, "second moment": 4}
    return base * (bits / 8) + trained * sum(per_number.values())


def loss_labels(token_ids, assistant, end):
    labels, start = [-100] * len(token_ids), None
    for place, token in enumerate(token_ids):
        if start is None:
            start = place + 1 if token == assistant else None
        elif token == end:
            labels[start : place + 1] = token_ids[start : place + 1]
            start = None
    if start is not None:  # cut off before its end
        labels[start:] = token_ids[start:]
    return labels


def complies(text):
    try:
        reply = json.loads(text)
    except ValueError:
        return False
    match reply:
        case {"answer": str(answer), "source": source, "status": status}:
            pass
        case _:
            return False
    if list(reply) != ["answer", "source", "status"]:
        return False
    if status == "not_found":
        return (answer, source) == ("Sorry: our documents do not say.", None)
    one_sentence = re.fullmatch(r"Gladly: ((?![.?] )[^!])*\.", answer)
    named = isinstance(source, str) and re.fullmatch(r"[A-Z][A-Z]-\d\d\d", source)
    return status == "answered" and bool(one_sentence and named)
