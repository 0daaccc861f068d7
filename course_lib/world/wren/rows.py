"""Chat examples as token ids, one a row or several in a batch, with the places that wren is guided to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.generation.prompts import Message
from course_lib.world.wren.pointers import NOWHERE, Text, copied_from, layout

PLACES = ("passage", "column", "line", "evidence", "copied")
FILL = {"ids": 0, "answer": False} | dict.fromkeys(PLACES, NOWHERE)


@dataclass(frozen=True)
class Rows:
    """Chat examples as token ids: one example a row, or several padded into a batch; all (rows, length).

    The last five hold, for each token, a place in the same row, or -1.
    """

    ids: np.ndarray
    answer: np.ndarray  # what the assistant says, and its end
    passage: np.ndarray  # the number of the passage that the token stands in
    column: np.ndarray  # the head of its column, in a table
    line: np.ndarray  # the first cell of its line, in a table
    evidence: np.ndarray  # where the answer that the assistant is about to give is stated
    copied: np.ndarray  # the very token that the next one repeats

    @property
    def length(self) -> int:
        return self.ids.shape[1]


def encode(tokenizer, examples: Sequence[list[Message]]) -> list[Rows]:
    """Each example as one row. An assistant's message may say under "value" what it copies (None: that
    there is nothing to find), under "number" from which passage, and under "id" that passage's document.
    """
    role = {name: tokenizer.token_to_id(f"<|{name}|>") for name in ("system", "user", "assistant")}
    end = tokenizer.token_to_id("<|end|>")
    flat = tokenizer.encode_batch([m["content"] for example in examples for m in example])
    encodings = iter(flat)
    rows = []
    for example in examples:
        ids: list[int] = []
        answer: list[bool] = []
        pointers: list[tuple[str, int, int]] = []  # which place, of which token, where
        source: Text | None = None
        for message in example:
            encoding = next(encodings)
            says = message["role"] == "assistant"
            text = Text(message["content"], encoding.offsets, len(ids) + 1)
            if source is None and message["role"] == "user":
                source = text
                pointers += layout(text)
            if says and source:
                pointers += copied_from(message, text, source)
            ids += [role[message["role"]], *encoding.ids, end]
            answer += [False, *[says] * len(encoding.ids), says]
        places = {name: np.full((1, len(ids)), NOWHERE) for name in PLACES}
        for name, token, place in pointers:
            places[name][0, token] = place
        rows.append(Rows(np.array(ids)[None], np.array(answer)[None], **places))
    return rows


def batches(rows: Iterable[Rows], tokens: int, longest: int) -> list[Rows]:
    """Rows of similar length, padded on the right into batches of about `tokens` ids; rows above
    `longest` are left out.
    """
    groups: list[list[Rows]] = [[]]
    for row in sorted((row for row in rows if row.length <= longest), key=lambda row: row.length):
        if groups[-1] and (len(groups[-1]) + 1) * row.length > tokens:
            groups.append([])
        groups[-1].append(row)
    return [padded(group) for group in groups if group]


def padded(group: Sequence[Rows]) -> Rows:
    """The rows of a group in one batch, as wide as its longest."""
    width = max(row.length for row in group)
    wide = {
        name: np.concatenate(
            [
                np.pad(getattr(row, name), ((0, 0), (0, width - row.length)), constant_values=fill)
                for row in group
            ]
        )
        for name, fill in FILL.items()
    }
    return Rows(**wide)
