"""Before the first word: strings of random tokens to say again, and pairs to look up.

The circuits that reading needs (find the same thing earlier, copy what follows: induction heads, Olsson et
al. 2022) form in about a million tokens of this, where every second token is a lesson, and in tens of
millions of tokens of prose.
"""

import numpy as np

from course_lib.world.wren.rows import NOWHERE, Rows

USER, ASSISTANT, END, FIRST = 2, 3, 4, 5  # the tokenizer's first ids are the special tokens


def primer_batch(rng: np.random.Generator, tokens: int, vocabulary: int) -> Rows:
    """A batch of about `tokens` ids."""
    return _copying(rng, tokens, vocabulary) if rng.random() < 0.4 else _looking_up(rng, tokens, vocabulary)


def _column(value: int, rows: int) -> np.ndarray:
    return np.full((rows, 1), value)


def _rows(ids: np.ndarray, answer: np.ndarray, source: np.ndarray) -> Rows:
    nothing = np.full(ids.shape, NOWHERE)
    return Rows(ids, answer, nothing, nothing, nothing, evidence=source, copied=source)


def _copying(rng: np.random.Generator, tokens: int, vocabulary: int) -> Rows:
    """<user> a b c … <end> <assistant> a b c … <end>"""
    length = int(rng.choice([6, 12, 20, 32, 48]))
    rows = tokens // (2 * length + 4)
    words = rng.integers(FIRST, vocabulary, (rows, length))
    end = _column(END, rows)
    ids = np.concatenate([_column(USER, rows), words, end, _column(ASSISTANT, rows), words, end], axis=1)
    answer = np.zeros(ids.shape, dtype=bool)
    answer[:, -length - 1 :] = True
    source = np.full(ids.shape, NOWHERE)
    source[:, length + 2 : -1] = np.arange(1, length + 2)
    return _rows(ids, answer, source)


def _looking_up(rng: np.random.Generator, tokens: int, vocabulary: int) -> Rows:
    """<user> key value … <end>, then, key by key, <user> key <end> <assistant> value <end>, shuffled."""
    pairs, key, value = int(rng.choice([2, 4, 8, 12])), int(rng.integers(1, 3)), int(rng.integers(1, 4))
    rows = tokens // (2 + pairs * (2 * key + 2 * value + 4))
    keys = rng.integers(FIRST, vocabulary, (rows, pairs, key))
    values = rng.integers(FIRST, vocabulary, (rows, pairs, value))
    listed = np.concatenate([keys, values], axis=2).reshape(rows, -1)
    order = rng.permuted(np.tile(np.arange(pairs), (rows, 1)), axis=1)
    row = np.arange(rows)
    parts = [_column(USER, rows), listed, _column(END, rows)]
    said = [np.zeros((rows, listed.shape[1] + 2), dtype=bool)]
    source = [np.full(said[0].shape, NOWHERE)]
    for i in range(pairs):
        k, v = keys[row, order[:, i]], values[row, order[:, i]]
        parts += [_column(USER, rows), k, _column(END, rows), _column(ASSISTANT, rows), v, _column(END, rows)]
        said += [np.zeros((rows, key + 3), dtype=bool), np.ones((rows, value + 1), dtype=bool)]
        stated = 1 + order[:, i, None] * (key + value) + key + np.arange(value)
        source += [np.full((rows, key + 2), NOWHERE), stated, np.full((rows, 2), NOWHERE)]
    ids, answer = np.concatenate(parts, axis=1), np.concatenate(said, axis=1)
    pointers = np.concatenate(source, axis=1)
    return _rows(ids, answer, pointers)
