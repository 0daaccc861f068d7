"""Wrong answers of lesson 07 as learners write them, each with the diagnosis that it must get."""

import json

import numpy as np

from course_lib.exercises.catalogue import find_exercise


def quantise_one_by_one(weights, levels, block, divide=lambda x, scale: x / scale if scale else 0.0):
    codes, scales = [], []
    for start in range(0, len(weights), block):
        part = weights[start : start + block]
        scales.append(max(abs(part)))
        codes += [int(np.argmin(abs(levels - divide(x, scales[-1])))) for x in part]
    return codes, scales


def labels_without_the_end(token_ids, assistant, end):
    labels, speaking = [], False
    for token in token_ids:
        speaking = speaking and token != end
        labels.append(token if speaking else -100)
        speaking = speaking or token == assistant
    return labels


def labels_with_the_marker(token_ids, assistant, end):
    labels, speaking = [], False
    for token in token_ids:
        speaking = speaking or token == assistant
        labels.append(token if speaking else -100)
        speaking = speaking and token != end
    return labels


def complies_without_catching(text):
    return list(json.loads(text)) == ["answer", "source", "status"]


def complies_without_asking_for_an_object(text):
    try:
        return complies_without_catching(text)
    except json.JSONDecodeError:
        return False


def complies_but_in_one_case(position):
    check = find_exercise("7.5").check
    (case,) = check.cases[position]
    return lambda text: check.solution(text) != (text == case)


HOUSE_STYLE = (  # one for each case; plain text and a number have no name of their own
    *("too-strict", "no-not-found", None, None, "text-around", "any-order", "no-gladly"),
    *("two-sentences", "loud", "no-full-stop", "answer-without-source", "source-is-no-id"),
    *("sorry-with-source", "other-sorry", "other-status", "question-first", "answer-is-no-text"),
)

WRITTEN = [
    ("7.1", lambda w, x, b: quantise_one_by_one(w, x, b)[0], "not-two"),
    ("7.1", lambda w, x, b: (np.reshape(quantise_one_by_one(w, x, b)[0], (-1, b)), [1]), "codes-in-blocks"),
    ("7.1", lambda w, x, b: quantise_one_by_one(w, x, b, np.divide), "zero-block"),
    ("7.2", lambda bits, n, s, m, t: bits + (s + t / m), None),
    ("7.2", lambda bits, n, s, m, t: bits + t / n, "no-double"),
    ("7.3", lambda base, bits, n: (base + n) * 16 + base * bits / 8, "frozen-weights-trained"),
    ("7.3", lambda base, bits, n: base * bits / 8 + 3 * 4 * n, "twelve-bytes"),
    ("7.3", lambda base, bits, n: base * bits / 8 + 4 * n + 4 * (base + n) + 8 * n, "frozen-gradients"),
    ("7.3", lambda base, bits, n: base + n, None),
    ("7.4", labels_without_the_end, "end-left-out"),
    ("7.4", labels_with_the_marker, "marker-included"),
    ("7.5", complies_without_catching, "text-raises"),
    ("7.5", complies_without_asking_for_an_object, "no-object-raises"),
    *(("7.5", complies_but_in_one_case(position), key) for position, key in enumerate(HOUSE_STYLE)),
]

RIGHT = [("7.1", quantise_one_by_one)]
