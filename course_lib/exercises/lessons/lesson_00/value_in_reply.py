"""Exercise 0.2: a score that no longer number can fool."""

import re

from course_lib.exercises.judging import exercise, like, misses, when


def value_in_reply(reply: str, value: str) -> bool:
    """Whether a reply states a value such as "12 g", as whole words and whole numbers.

    Capitals and the number of blanks do not count: "12  G" states "12 g". But "412 g", "0.12 g" and "12 grit"
    do not, nor does "12.5" state "12". A full stop that ends the sentence is no part of a number.
    """
    reply, value = (" ".join(text.casefold().split()) for text in (reply, value))
    pattern = r"(?<!\w)(?<!\d[.,])" + re.escape(value) + r"(?!\w)(?![.,]\d)"
    return re.search(pattern, reply) is not None


def _tidy(text: str) -> str:
    return " ".join(text.casefold().split())


def _finds(reply: str, pattern: str) -> bool:
    return re.search(r"(?<!\w)(?<!\d[.,])" + pattern + r"(?!\w)(?![.,]\d)", reply) is not None


VALUE = exercise(
    "0.2",
    "Is the value in the reply?",
    value_in_reply,
    minutes=12,
    imports="import re",
    cases=(
        ("The Harbour Kettle weighs 12 g without its lid.", "12 g"),
        ("It weighs 412 g.", "12 g"),
        ("It weighs 12  g with its lid.", "12 g"),
        ("It is sold from 3 march 2026 on.", "3 March 2026"),
        ("It costs 12x50 EUR today.", "12.50 EUR"),
        ("It weighs 0.12 g.", "12 g"),
        ("The scale shows 12.5", "12"),
        ("The scale shows 12.", "12"),
        ("It takes 3 minutes.", "3 m"),
        ("12 g", "12 g"),
    ),
    mistakes=(
        when(lambda run: run.call.error is None and not isinstance(run.returned, bool | int), "not-a-bool",
             "Return `True` or `False`. `re.search` gives a match or `None`: add `is not None`."),
        like(lambda reply, value: value in reply, "plain-substring",
             "`value in reply` compares letters only. It misses `12  g`, and it finds `12 g` inside `412 g`, "
             "so that a wrong answer scores as right."),
        like(lambda reply, value: _tidy(value) in _tidy(reply), "inside-a-longer-number",
             "Capitals and blanks are fine now, but `12 g` is still found inside `412 g`: look at what "
             "stands beside the match."),
        like(lambda reply, value: _tidy(value) == _tidy(reply).rstrip("."), "whole-reply",
             "You compare with the whole reply. The value may stand anywhere in a sentence."),
        like(lambda reply, value: re.search(rf"\b{re.escape(_tidy(value))}\b", _tidy(reply)) is not None,
             "decimals",
             r"`\b` sees a boundary in the middle of `0.12` and of `12.5`. A dot or comma with a digit on "
             r"its "
             "other side belongs to the number."),
        like(lambda reply, value: _finds(_tidy(reply), _tidy(value)), "dot-is-any-character",
             "In a pattern a dot stands for any character, so `12.50 EUR` is found in `12x50 EUR`: use "
             "`re.escape(value)`."),
        like(lambda reply, value: _finds(reply, re.escape(value)), "not-normalised",
             "The boundaries are right, but capitals and blanks still count. Bring both texts to one form "
             "first."),
        like(lambda reply, value: _finds(" ".join(reply.split()), re.escape(value)), "capitals-count",
             "`3 March 2026` and `3 march 2026` are one date: bring both texts to lower case."),
        like(lambda reply, value: _finds(reply.casefold(), re.escape(value.casefold())), "blanks-count",
             '`12  g` with two blanks states the same value: `" ".join(text.split())` leaves one.'),
        misses(("The scale shows 12.", "12"), "full-stop",
               "A full stop may just end the sentence. It goes on with the number only if a digit follows "
               "it."),
        misses(("It takes 3 minutes.", "3 m"), "inside-a-longer-word",
               "`3 m` is found in `3 minutes`: the match must not run on into a letter either."),
    ),
    hints=(
        ("`12  G` is not found", 'Bring both texts to one form first: `" ".join(text.casefold().split())`.'),
        ("`12 g` is found in `412 g`",
         r"Search with `re`, and forbid neighbours: `(?<!\w)` before the value, `(?!\w)` after it."),
        ("`12 g` is found in `0.12 g`",
         r"Add `(?<!\d[.,])` before the value (no digit and dot just before) and `(?![.,]\d)` after it."),
        ("`12.50 EUR` is found in `12x50 EUR`",
         "In a pattern a dot stands for any character. `re.escape(value)` makes it a plain dot."),
    ),
    why="Normalising forgives what does not matter; the boundaries refuse what only looks right. A scorer "
        "that errs once in fifty hides a difference of two points, and everything later in the course is "
        "measured with it.",
)
