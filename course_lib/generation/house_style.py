"""Is a reply in the house style? Decided by a schema and three rules, never by eye. Lesson 07 builds it."""

import re
from functools import cache

from course_lib import files
from course_lib.generation.reply_reader import NO_JSON, whole_json
from course_lib.runtime import DATA

KEYS = ["answer", "source", "status"]


@cache
def _validator():
    from jsonschema import Draft202012Validator

    return Draft202012Validator(files.read_json(DATA / "house_style.schema.json"))


def complies(reply: str) -> tuple[bool, tuple[str, ...]]:
    """Whether a reply is in the house style, and every reason why not (data/house_style.schema.json and
    three rules).
    """
    body = whole_json(reply)
    if body is NO_JSON:
        return False, ("not one JSON object and nothing else",)
    if not isinstance(body, dict):
        return False, ("JSON, but not an object",)
    reasons = [
        f"{'/'.join(map(str, e.path)) or 'object'}: {e.message}" for e in _validator().iter_errors(body)
    ]
    if not reasons and list(body) != KEYS:
        reasons.append("keys not in the order answer, source, status")
    if not reasons and re.search(r"[.?] ", body["answer"]):
        reasons.append("more than one sentence")
    return not reasons, tuple(reasons)
