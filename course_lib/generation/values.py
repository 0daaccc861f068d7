"""What does a text claim? Its values: numbers with units, dates, times, codes, names; found by stated rules.

A value is the smallest thing that can be checked by a machine: it stands in a passage or it does not. What
this module does not do: understand. "Two weeks" and "14 days" are two values to it, and "not before 9:00"
claims 9:00.
"""

import re
from collections.abc import Iterable
from random import Random

from course_lib.generation.reply_reader import told

MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
UNIT = (
    r"(?:g|kg|mm|cm|m|km|ml|litres?|EUR|euros?|percent|%|°C|watts?|W|kW|lumens|volts?|"
    r"(?:working |calendar )?days?|weeks?|months?|years?|hours?|minutes?|seconds?|pieces|messages)"
)
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
RULES = {  # tried in this order at each place of a text
    "date": rf"\d{{1,2}} {MONTH}(?: \d{{4}})?",
    "month": MONTH,
    "weekday": f"{DAY}s?",
    "time": r"\d{1,2}:\d{2}",
    "code": r"#[a-z][\w-]*\w|[A-Za-z]+(?:-[A-Za-z]+)*-\d+|\d+(?:\.\d+){2,}",
    "labelled number": r"(?:code|bay|bench|version|room) \d+",
    "rate": rf"(?:every|once an?|twice an?) (?!{DAY}|{MONTH})(?:\d+ )?\w+",
    "measure": rf"{NUMBER}\s?{UNIT}",
    "number": NUMBER,
    "name": r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*",
}
VALUE = re.compile(
    "|".join(rf"(?P<r{i}>(?<![\w.#-])(?:{rule})(?!\w|[.,:-]\d))" for i, rule in enumerate(RULES.values()))
)
OPENING = re.compile(r"(?:^|[.!?:]\s+)\W*$")  # what stands before the first word of a sentence
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“\[])")
CITATION = re.compile(r"(?<!\s)\s*\[[\d,;\s]+\]")
CONNECTOR = re.compile(
    r"\b(?:is|are|was|were|be|been|by|of|in|at|to|for|with|from|as|on|has|have|called|named|through|into|"
    r"holds?|costs?|takes?|needs?|means?|uses?|comes?|calls?|gives?|keeps?|lies|stands?|a|an|the)\b",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """Lower case, single spaces, no thousands separators, the degree sign tight."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    return re.sub(r"\s+(?=°)", "", re.sub(r"\s+", " ", text.replace("\u00a0", " "))).strip()


def states(text: str, value: str) -> bool:
    """Whether a text states a value, whole: "12 g" is not in "412 g" nor in "12 grams".

    A value of several parts ("39 EUR | 4 days") asks for each of them. Lessons 00 and 05.
    """
    text = normalise(text)
    return all(re.search(_whole(normalise(part)), text) for part in value.split(" | "))


def replace_value(text: str, old: str, new: str) -> str:
    """A text with one value in the place of another wherever it states it, part by part. Lesson 05.

    All parts are replaced at once, so that what came in for one is never taken for another.
    """
    pairs = list(zip(old.split(" | "), new.split(" | "), strict=True))
    either = "|".join(f"({_whole(was)})" for was, _ in pairs)
    return re.sub(either, lambda found: pairs[found.lastindex - 1][1], text, flags=re.IGNORECASE)


def _whole(value: str) -> str:
    return rf"(?<![\w.-]){re.escape(value)}(?![\w-]|\.\d)"


def claims_of(reply: str, question: str = "") -> tuple[str, ...]:
    """The values that a reply claims, once each, in its order, without those that the question says already.

    A sentence without any value of the rules claims its last words, those after the last connecting word
    ("is approved by the *building director*"). Of a reply that is one JSON object, its answer is read.
    Abstentions are for the caller to leave out. Es et al., "RAGAS", 2023, section 3, draw statements with a
    language model; this is the same step by rules. Lesson 05.
    """
    text = CITATION.sub("", told(reply))
    found = []
    for sentence in SENTENCE_END.split(text):
        values = [value for value in values_in(sentence) if not states(question, value)]
        found += values or _last_words(sentence, question)
    return tuple(dict.fromkeys(found))


def values_in(text: str) -> list[str]:
    """Every value of a text by the rules, in order; a capital that only opens a sentence makes no name."""
    found = []
    for match in VALUE.finditer(text):
        value = match[0]
        if match.lastgroup == f"r{len(RULES) - 1}" and OPENING.search(text[: match.start()]):
            _, _, value = value.partition(" ")  # "The Harbour Kettle": Harbour Kettle; "It": nothing
        if value:
            found.append(value)
    return found


def kind_of(value: str) -> str:
    """The rule that a value as a whole falls under, with its unit or its words ("measure g", "name 2").

    "words" if it falls under none.
    """
    match = VALUE.fullmatch(value)
    if match is None or match.lastgroup is None:
        return "words"
    rule = list(RULES)[int(match.lastgroup[1:])]
    if rule == "measure":
        return f"measure {re.sub(r'[0-9.,]', '', value).strip()}"
    return f"name {len(value.split())}" if rule == "name" else rule


def another_value(value: str, pool: Iterable[str], random: Random) -> str:
    """A value of the same kind and another content: one of the pool, or this one with another first digit.

    What has neither gets any value of the pool without a digit, and "not …" where there is none. Parts of a
    value are changed one by one. Lesson 05.
    """
    others = sorted({part for each in pool for part in each.split(" | ")})
    return " | ".join(_another(part, others, random) for part in value.split(" | "))


def _another(value: str, others: list[str], random: Random) -> str:
    kind, same = kind_of(value), normalise(value)
    if like := [each for each in others if kind_of(each) == kind and normalise(each) != same]:
        return random.choice(like)
    if digit := re.search(r"\d", value):
        other = random.choice([each for each in "123456789" if each != digit[0]])
        return value[: digit.start()] + other + value[digit.end() :]
    like = [each for each in others if not re.search(r"\d", each) and normalise(each) != same]
    return random.choice(like) if like else f"not {value}"


def _last_words(sentence: str, question: str) -> list[str]:
    last = re.sub(r"^\W+|\W+$", "", CONNECTOR.split(sentence)[-1])
    return [last] if last and not states(question, last) else []
