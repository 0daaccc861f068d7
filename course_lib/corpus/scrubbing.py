"""Personal data found by stated rules, and replaced before anything is trained on it. Lesson 08.

A rule finds what has a form: an address with an @, a number with a check digit. What this module does not do:
find what has none; BLIND names it. Names need a list or a model, and both miss some.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from course_lib.arguments import checked_text, listed
from course_lib.errors import CourseError

BLIND = (
    "names of people and places",
    "postal addresses",
    "numbers and codes spelt out in words",
    "a code without a word such as PIN or password before it",
    "what is said about a person without any of these: an illness, a salary, a reason for leaving",
)


@dataclass(frozen=True)
class Found:
    """A piece of personal data: its kind, and where it stands in the text, [start:end]."""

    kind: str
    start: int
    end: int


def _mod_97(text: str) -> bool:
    """Whether an IBAN's check digits are right (ISO 7064)."""
    bare = re.sub(r"\s", "", text).upper()
    return 15 <= len(bare) <= 34 and int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def _luhn(text: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1)."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_telephone(text: str) -> bool:
    return 8 <= sum(c.isdigit() for c in text) <= 15


@dataclass(frozen=True)
class Rule:
    """One kind of personal data: how it looks, and what must hold of what looks so; group 1 is replaced."""

    kind: str
    form: re.Pattern[str]
    holds: Callable[[str], bool] = lambda text: True


_OPENS = "access|alarm|door|entry|gate|key|locker|lock|safe|security"
_SECRET = rf"(?:pass ?(?:word|code|phrase)|pin|(?:{_OPENS}) ?code|secret|api[ _-]?key|token)"
RULES = (  # tried in this order; what one has found, a later one leaves alone
    Rule("e-mail", re.compile(r"(?<![\w.+-])([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})(?!\w)")),
    Rule(
        "IBAN",
        re.compile(r"(?<!\w)([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)"),
        _mod_97,
    ),
    Rule("card number", re.compile(r"(?<![\w-])(\d(?:[ -]?\d){12,18})(?![\w-])"), _luhn),
    Rule(
        "IP address",
        re.compile(r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{3,39})(?![\w:])"),
        _is_address,
    ),
    Rule(
        "telephone",
        re.compile(r"(?<![\w.-])((?:\+|00|\(?0)\d(?:[ ()/-]{0,2}\d){6,14})(?![\w-])"),
        _is_telephone,
    ),
    Rule(
        "secret",
        re.compile(
            # "PIN 4821", and "the locker code of Mara is 482"
            rf"\b{_SECRET}s?\b(?:\s{{1,3}}|[^.?!\n\d]{{0,60}}?(?:\bis\b|[:=])\s{{0,3}})[\"']?"
            r"((?=[^\s\"']*\d)[^\s\"']{3,64}?)(?=[.,;\"')]?(?:\s|$))",  # what has a digit in it
            re.IGNORECASE,
        ),
    ),
)


def find_personal(text: str) -> list[Found]:
    """The personal data in a text that RULES find, in order of place, none overlapping another.

    Letters and digits of other widths and scripts count as what they look like, and invisible characters are
    looked through. Raises CourseError for what is no text. Lesson 08.
    """
    seen, places = _plain(checked_text(text, "The text", blank=True))
    found: list[Found] = []
    taken = bytearray(len(seen))
    for rule in RULES:
        for match in rule.form.finditer(seen):
            start, end = match.span(1)
            if not any(taken[start:end]) and rule.holds(match.group(1)):
                taken[start:end] = b"\1" * (end - start)
                found.append(Found(rule.kind, places[start], places[end - 1] + 1))
    return sorted(found, key=lambda each: each.start)


def scrub(text: str) -> tuple[str, list[Found]]:
    """A text with each piece of personal data replaced by its kind, as [e-mail]; and what was found where.

    Scrubbing what is scrubbed changes nothing. Raises as find_personal does. Lesson 08.
    """
    found = find_personal(text)
    for each in reversed(found):
        text = f"{text[: each.start]}[{each.kind}]{text[each.end :]}"
    return text, found


Turns = list[dict[str, str]]


def scrub_examples(examples: Iterable[Turns]) -> tuple[list[Turns], dict[str, int]]:
    """Conversations with every turn scrubbed, and how many pieces of each kind were found.

    Raises CourseError for an example that is no list of turns with a content. Claim C15; lesson 08.
    """
    counts: dict[str, int] = {}
    scrubbed = []
    for number, example in enumerate(listed(examples, "examples"), start=1):
        turns = []
        for turn in listed(example, f"turns of example {number}"):
            if not isinstance(turn, dict) or not isinstance(turn.get("content"), str):
                raise CourseError(
                    f"Example {number} has a turn without a content.",
                    allowed='[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]',
                )
            content, found = scrub(turn["content"])
            turns.append({**turn, "content": content})
            for each in found:
                counts[each.kind] = counts.get(each.kind, 0) + 1
        scrubbed.append(turns)
    return scrubbed, counts


def _plain(text: str) -> tuple[str, list[int]]:
    """A text as the rules read it, and the place in the text that each of its characters comes from."""
    seen, places = [], []
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cf":  # zero-width joiners, soft hyphens, direction marks
            continue
        for each in unicodedata.normalize("NFKC", character):
            seen.append(str(unicodedata.digit(each, each)) if each.isdigit() else each)
            places.append(place)
    return "".join(seen), places
