"""Words and sentences in any script: where they end, and where a text that is too long may be cut.

Scripts that put no space between words have no words here: two of their letters count as one, which is about
the length of a word in Chinese. Letters are those of Unicode, with the marks that belong to them.
"""

from collections.abc import Iterator
from itertools import islice

import regex

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ーｰ\p{Bopomofo}\p{Yi}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
LETTER = rf"(?=\w)[{UNSPACED}]\p{{M}}*+"  # one of them, with its marks
_SIGN = r"\w\p{N}\p{Emoji_Presentation}\u2600-\u27BF"  # a tick or an emoji alone says something too
_LONGEST = 50  # a run without spaces counts one word for so many characters: no address or key is endless

# A table's bars and rules are no words. SKIP: signs without a word are passed over once, not from each anew.
WORD = regex.compile(
    rf"[^\s|{_SIGN}]*+(?:{LETTER}(?:{LETTER})?+[^\s|{_SIGN}]*+"
    rf"|(?![{UNSPACED}])[{_SIGN}][^\s|{UNSPACED}]{{0,{_LONGEST - 1}}}+\p{{M}}*+|(*SKIP)(*FAIL))"
)

# Where a block that is too long may be cut, the best place first: list items or lines, sentences, words.
_CLOSING = "\"'”’»)]*_」』）】"
ITEM = regex.compile(r"\n(?=[ \t>]*(?:[-*+]|\d+[.)])[ \t])")
SENTENCE = regex.compile(
    rf"""(?<=\p{{STerm}})[{regex.escape(_CLOSING)}]*+\s++(?=["'“‘„«¿¡(\[*_`「『（【]*+[\p{{Lu}}\p{{Lt}}\p{{Lo}}])"""
    rf"""|(?<=[。！？｡])[{regex.escape(_CLOSING)}]*+\s*+(?=[^\s。！？｡])"""
)
LINE = regex.compile(r"\n")
SPACE = regex.compile(r"\s+|(?<=[、，；：])")


def count_words(text: str) -> int:
    """How many words a Markdown text holds; the bars and rules of a table are none."""
    return sum(1 for _ in WORD.finditer(text))


def parts(text: str, start: int, end: int, cut: regex.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The spans between the places of one kind, without the white space there."""
    for gap in cut.finditer(text, start, end):
        closing = len(gap[0]) - len(gap[0].lstrip(_CLOSING))  # marks that close a sentence stay with it
        yield start, gap.start() + closing
        start = gap.end()
    yield start, end


def word_parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of single words, each with all that stands before the next."""
    for word in islice(WORD.finditer(text, start, end), 1, None):
        yield start, word.start()
        start = word.start()
    yield start, end
