"""wren's own tokenizer (byte-level BPE, every digit a token) and chat examples as token ids, with the
places from which an answer was copied.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from random import Random

import numpy as np

from course_lib.generation.prompts import Message

SPECIALS = ("<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train_tokenizer(vocabulary: int, examples: int = 20_000, seed: int = 0):
    """A BPE tokenizer of `vocabulary` tokens from the first examples of an education; the same bytes from
    the same seed.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    from course_lib.world.education import draw

    rng = Random(f"tokenizer {seed}")
    texts = (m["content"] for i in range(examples) for m in draw(rng, i / examples))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIALS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def save_tokenizer(tokenizer, folder: Path, context: int) -> None:
    """Writes it so that `AutoTokenizer.from_pretrained(folder)` reads it back with its chat template."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        additional_special_tokens=["<|system|>", "<|user|>", "<|assistant|>"],
        chat_template=CHAT_TEMPLATE,
        model_max_length=context,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


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


NOWHERE = -1
PLACES = ("passage", "column", "line", "evidence", "copied")
FILL = {"ids": 0, "answer": False} | dict.fromkeys(PLACES, NOWHERE)


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
        source: _Text | None = None
        for message in example:
            encoding = next(encodings)
            says = message["role"] == "assistant"
            text = _Text(message["content"], encoding.offsets, len(ids) + 1)
            if source is None and message["role"] == "user":
                source = text
                pointers += _layout(text)
            if says and source:
                pointers += _pointers(message, text, source)
            ids += [role[message["role"]], *encoding.ids, end]
            answer += [False, *[says] * len(encoding.ids), says]
        places = {name: np.full((1, len(ids)), NOWHERE) for name in PLACES}
        for name, token, place in pointers:
            places[name][0, token] = place
        rows.append(Rows(np.array(ids)[None], np.array(answer)[None], **places))
    return rows


@dataclass(frozen=True)
class _Text:
    """A message with the characters of each of its tokens, the first of which stands at `start` of its
    row.
    """

    text: str
    offsets: list[tuple[int, int]]
    start: int

    def tokens(self, low: int, high: int) -> list[int]:
        """Where the tokens stand that hold the characters from `low` to `high`."""
        result = []
        for i in range(bisect_right(self.offsets, low, key=itemgetter(1)), len(self.offsets)):
            first, last = self.offsets[i]
            if first >= high:
                break
            if self.text[max(first, low) : min(last, high)].strip():
                result.append(self.start + i)
        return result

    def piece(self, token: int) -> str:
        """What a token says, whatever its capitals and its blank."""
        first, last = self.offsets[token - self.start]
        return self.text[first:last].strip().lower()

    def only(self, words: str, low: int = 0, high: int | None = None) -> list[int]:
        """The tokens of `words` between two characters; none where they do not stand there just once."""
        pattern = rf"(?<![\w.-]){re.escape(words)}(?![\w-]|\.\d)"
        found = list(re.compile(pattern, re.IGNORECASE).finditer(self.text, low, high or len(self.text)))
        return self.tokens(*found[0].span()) if len(found) == 1 else []

    def passage(self, number: int | None) -> tuple[int, int, int]:
        """The first character of passage `number`, of its body, and the character after it."""
        marker = re.search(rf"^\[{number}\] .*$", self.text, re.MULTILINE) if number else None
        if not marker:
            return 0, 0, len(self.text)
        after = self.text.find("\n\n[" + str(number + 1) + "] ", marker.end())
        last = self.text.rfind("\n\nQuestion: ")
        return marker.start(), marker.end(), after if after >= 0 else max(last, marker.end())


def _layout(source: _Text) -> list[tuple[str, int, int]]:
    """Which passage each token of the passages stands in, and its column and line where it is a table."""
    result: list[tuple[str, int, int]] = []
    number: int | None = None
    heads: list[int] = []  # the last token of each head of the table that we are in
    tokens = iter([*enumerate(source.offsets, source.start), (-1, (len(source.text), len(source.text)))])
    token, (first, _) = next(tokens)
    at = 0
    for line in source.text.splitlines(keepends=True):
        begin, at = at, at + len(line)
        mine = []
        while first < at and token >= 0:
            mine.append((token, first))
            token, (first, _) = next(tokens)
        marker = re.match(r"\[(\d)\] ", line)
        if marker and mine:
            number = next((t for t, where in mine if where >= begin + 1), None)
        elif line.startswith("Question: "):
            number = None
        if number is not None and not marker:
            result += [("passage", t, number) for t, _ in mine]
        if not line.startswith("| "):
            heads = []
            continue
        bars = [begin + i for i, sign in enumerate(line) if sign == "|"]
        cells = [
            [t for t, where in mine if low < where < high - 1 or where == low + 1 < high]
            for low, high in zip(bars, bars[1:], strict=False)
        ]
        ends = [cell[-1] if cell else NOWHERE for cell in cells]
        if not heads:
            heads = ends
        elif len(ends) == len(heads) and "---" not in line:
            for i, cell in enumerate(cells):
                result += [("column", t, heads[i]) for t in cell]
                result += [("line", t, ends[0]) for t in cell if i]
    return result


def _pointers(message: Message, reply: _Text, source: _Text) -> list[tuple[str, int, int]]:
    """Where the evidence stands for each token from <|assistant|> on, and what those that copy repeat."""
    if "value" not in message:
        return []
    places = range(reply.start - 1, reply.start + len(reply.offsets))
    if message["value"] is None:
        return [("evidence", token, 0) for token in places]
    start, body, stop = source.passage(message.get("number"))
    stated = source.only(message["value"], body, stop)
    if not stated:
        return []
    number, document = message.get("number"), message.get("id") or " "
    name = source.text.find(message.get("subject") or "\0", start, stop)
    same: dict[int, int] = {}
    for words, found in (
        (
            message.get("subject"),
            source.tokens(name, name + len(message.get("subject", ""))) if name >= 0 else [],
        ),
        (message["value"], stated),
        (message.get("id"), source.only(document, start, body)),
        (f"[{number}]", source.tokens(start + 1, start + 2)),
    ):
        said = reply.only(words) if words else []
        if words and words.startswith("["):
            said = said[1:2]
        if [reply.piece(token) for token in said] == [source.piece(token) for token in found]:
            same |= {a - 1: b for a, b in zip(said, found, strict=True)}
    result, now = [("copied", token, place) for token, place in same.items()], stated[0]
    for token in places:
        now = same[token] if same.get(token) in stated else now
        result.append(("evidence", token, now))
    return result


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
