"""What a model wrote, read: whatever it is, reading it raises nothing.

Models think aloud between tags, put JSON between Markdown fences, repeat a bracket or a digit until their
tokens run out, and name a source by number or in a list. All that reads a reply (answers, citations, values,
scores, guards) reads it here, so that one bad reply never ends a batch. What this module does not do: judge
whether a reply has the form that was asked for (house_style.py does, and takes the whole of it).
"""

import json
import re
from typing import Any

from course_lib.arguments import writable
from course_lib.files import parse_json

THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
# Where the prompt has opened the block already, the reply begins inside it.
REST_OF_THINKING = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
FENCED = re.compile(r"(?:```|~~~)[^\S\n]*[\w.+-]*\s*(.*?)(?:```|~~~|\Z)", re.DOTALL)
BRACKETED = re.compile(r"\[([\d,;\s]+)\]")
LEVELS = 32  # of brackets inside each other; no reply that means something has more
DIGITS = 18  # of a passage's number; Python converts no text of 5,000
NO_JSON = object()  # what whole_json gives for a text that is none, as null is a value too


def said(reply: Any) -> str:
    """The reply without what the model thought aloud; a block that never closes is all thought.

    What is no text says nothing, and half a surrogate pair becomes the mark for an unknown character.
    """
    if not isinstance(reply, str):
        return ""
    without = THINKING.sub("", reply)
    without = REST_OF_THINKING.sub("", without)
    return mended(reply if without == reply else without.strip())


def whole_json(reply: Any) -> Any:
    """The value of a reply that is JSON and nothing else, NO_JSON of another, and of one nested too deep."""
    try:
        value = parse_json(reply) if isinstance(reply, str) else NO_JSON
    except json.JSONDecodeError:
        return NO_JSON
    return value if _shallow(value) else NO_JSON


def json_object(reply: Any) -> dict | None:
    """The JSON object that a reply is, alone or between Markdown fences, or None."""
    text = said(reply).strip("\ufeff \t\r\n")
    fenced = (found[1] for found in FENCED.finditer(text))
    values = (whole_json(each) for each in (text, *fenced))
    return next((each for each in values if isinstance(each, dict)), None)


def told(reply: Any) -> str:
    """What a reply says: itself, or the answer of its JSON object, "" where that has none."""
    body = json_object(reply)
    return said(reply) if body is None else _words(body.get("answer"))


def sources_of(body: dict) -> tuple[str | int, ...]:
    """What a JSON reply names as its source, once each: ids as texts, numbers of passages as integers."""
    source = body.get("source")
    listed = source if isinstance(source, list) else [source]
    texts = [mended(each) if isinstance(each, str) else each for each in listed]
    return tuple(dict.fromkeys(each for each in texts if each and type(each) in (str, int)))


def numbers_in(text: str) -> list[int]:
    """The numbers of the passages that a text cites, in order; several may share a bracket: [1, 3].

    Of a number of more than 18 digits only these count: no prompt holds as many passages.
    """
    found = [each for group in BRACKETED.findall(text) for each in re.findall(r"\d+", group)]
    return [int(each[:DIGITS]) for each in found]


def _words(value: Any) -> str:
    """A JSON value in words: a text is itself, of a list each thing, of null nothing."""
    if isinstance(value, list):
        return " ".join(filter(None, map(_words, value)))
    if value is None or isinstance(value, str):
        return mended(value or "")
    return mended(json.dumps(value, ensure_ascii=False))


def _shallow(value: Any) -> bool:
    level = [value]
    for _ in range(LEVELS):
        inside = [each for each in level if isinstance(each, (dict, list))]
        level = [inner for each in inside for inner in (each.values() if isinstance(each, dict) else each)]
        if not level:
            return True
    return False


def mended(text: str) -> str:
    """A text with the mark for an unknown character in the place of half a surrogate pair."""
    return text if writable(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
