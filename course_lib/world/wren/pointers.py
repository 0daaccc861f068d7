"""Where a token of a chat example should look: its passage, its column and line, its evidence."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter

from course_lib.generation.prompts import Message

NOWHERE = -1


@dataclass(frozen=True)
class Text:
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


def layout(source: Text) -> list[tuple[str, int, int]]:
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


def copied_from(message: Message, reply: Text, source: Text) -> list[tuple[str, int, int]]:
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
