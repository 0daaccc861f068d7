"""Exercises of lesson 00: a few-shot prompt, a score that no longer number can fool, and how sure it is."""

import math
import re
from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, misses, when


def few_shot_messages(instruction: str, examples: list[tuple[str, str]], question: str) -> list[dict]:
    """The chat messages of a few-shot prompt, each a dict with the keys "role" and "content".

    First the instruction (role "system"), then every example as two messages, its question (role "user") and
    its answer (role "assistant"), and last the new question (role "user"). An example is a pair of strings.
    """
    messages = [{"role": "system", "content": instruction}]
    for example_question, example_answer in examples:
        messages.append({"role": "user", "content": example_question})
        messages.append({"role": "assistant", "content": example_answer})
    return [*messages, {"role": "user", "content": question}]


def _turns(roles: Sequence[str], texts: Sequence[str]) -> list[dict]:
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=True)]


def _shots(examples: list[tuple[str, str]], roles: Sequence[str] = ("user", "assistant")) -> list[dict]:
    return [turn for pair in examples for turn in _turns(roles, pair)]


def _with_roles(*roles: str):
    return lambda i, e, q: [*_turns(["system"], [i]), *_shots(e, roles), *_turns(["user"], [q])]


FEW_SHOT = exercise(
    "0.1",
    "A few-shot prompt",
    few_shot_messages,
    minutes=8,
    cases=(
        ("Be brief.", [("How many legs has an ant?", "Six."), ("And a spider?", "Eight.")], "And a crab?"),
        ("Answer in one sentence.", [("What is 2 + 2?", "It is 4.")], "What is 3 + 3?"),
        ("Be brief.", [], "How heavy is the kettle?"),
    ),
    mistakes=(
        when(lambda run: isinstance(run.returned, str), "one-string",
             "You return one long string. A chat model takes a list of messages; its template makes the "
             "string."),
        when(lambda run: not isinstance(run.returned[0], dict), "not-dicts",
             'Each message must be a dict with two keys: `{"role": "user", "content": "…"}`.'),
        when(lambda run: run.returned[0]["role"] != "system", "no-system",
             "The list must begin with the instruction, as a message whose role is `system`."),
        like(lambda i, e, q: few_shot_messages(i, e, q)[:-1], "no-question",
             "The new question is missing. Without it the model has nothing to reply to."),
        like(lambda i, e, q: [*_turns(["system", "user"], [i, q]), *_shots(e)], "question-first",
             "The new question comes before the examples. The model replies to what stands last."),
        like(_with_roles("assistant", "user"), "roles-swapped",
             "The roles of the examples are swapped: the question is the user's, the answer the "
             "assistant's."),
        like(_with_roles("user", "user"), "answers-by-user",
             "The example answers have the role `user`. The model goes on as the `assistant` did before, so "
             "the answers must be the assistant's."),
        when(lambda run: run.args[1] and len(run.returned) == len(run.args[1]) + 2, "one-message-an-example",
             "Each example is one message here. Make it two: the user's question, the assistant's answer."),
        when(lambda run: run.returned[-1]["role"] == "assistant", "ends-with-assistant",
             "The list ends with the assistant. The last word must be the user's: the reply is what the "
             "model adds."),
    ),
    hints=(
        ("I do not know where to begin",
         "Begin with a list that holds the system message; append to it in a loop."),
        ("My examples come out as one message each",
         "Unpack the pair (`for example_question, example_answer in examples:`) and append twice."),
        ("The model goes on from an example",
         "Append the new question after the loop, so that it stands last."),
    ),
    why="To the model an example is a piece of conversation that already happened. It sees a user ask and an "
        "assistant reply in a certain form, and goes on in that form. Nothing is learned: the next prompt "
        "starts from nothing again.",
)


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
    ),
    why="Normalising forgives what does not matter; the boundaries refuse what only looks right. A scorer "
        "that errs once in fifty hides a difference of two points, and everything later in the course is "
        "measured with it.",
)


def accuracy_with_interval(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    """The share of True among n scores with its Wilson interval, as (share, low, high); z = 1.96 gives 95 %.

    With the share p, the interval's middle is (p + z²/2n) / (1 + z²/n), and its half-width is
    z · sqrt(p(1 − p)/n + z²/4n²) / (1 + z²/n).
    """
    n = len(scores)
    share = sum(scores) / n
    shrink = 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / shrink
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / shrink
    return share, middle - half, middle + half


def _wald(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share = sum(scores) / len(scores)
    half = z * math.sqrt(share * (1 - share) / len(scores))
    return share, share - half, share + half


def _not_shrunk(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share, low, high = accuracy_with_interval(scores, z)
    return share, low * (1 + z**2 / len(scores)), high * (1 + z**2 / len(scores))


def _around_the_share(scores: Sequence[bool], z: float = 1.96) -> tuple[float, float, float]:
    share, low, high = accuracy_with_interval(scores, z)
    return share, share - (high - low) / 2, share + (high - low) / 2


_NO_WIDTH = (
    "This is p ± z·sqrt(p(1 − p)/n). When all eight answers are wrong it has no width, as if that were "
    "certain, and near 0 or 1 it leaves the range of a share. Wilson's interval, in the description, does "
    "neither."
)

INTERVAL = exercise(
    "0.3",
    "Accuracy with an interval",
    accuracy_with_interval,
    minutes=10,
    imports="import math\nfrom collections.abc import Sequence",
    cases=(
        ([True, True, True, False, True, False, True, True],),
        ([False] * 8,),
        ([True] * 30 + [False] * 10,),
        ([True, False, False], 1.0),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != 3, "not-three",
             "Return three numbers: share, lower end, upper end."),
        like(_wald, "wald", _NO_WIDTH),
        like(lambda scores, z=1.96: tuple(min(max(x, 0), 1) for x in _wald(scores, z)), "wald", _NO_WIDTH),
        like(lambda scores, z=1.96: accuracy_with_interval(scores), "ignores-z",
             "The interval is always the 95 % one. Use the argument `z` in place of 1.96."),
        like(_not_shrunk, "not-shrunk",
             "The division by `1 + z²/n` is missing; both the middle and the half-width need it."),
        like(_around_the_share, "middle-is-share",
             "The half-width is right, but it lies around the share. Wilson's middle is drawn towards one "
             "half."),
        like(lambda scores, z=1.96: tuple(100 * x for x in accuracy_with_interval(scores, z)), "in-percent",
             "These are percentages. Return shares between 0 and 1."),
        when(lambda run: run.returned[1] > run.returned[2], "ends-swapped",
             "The upper end comes before the lower one. The order is share, low, high."),
    ),
    hints=(
        ("My lower end is negative",
         "The middle is not the share: it is `(share + z**2 / (2 * n)) / (1 + z**2 / n)`."),
        ("My interval has no width when all is wrong",
         "Under the root stand two terms; the second, `z**2 / (4 * n**2)`, does not vanish."),
        ("My numbers are near, but not equal",
         "Both the middle and the half-width are divided by `1 + z**2 / n`. Check the brackets."),
    ),
    why="Eight questions, none right: the true accuracy may still be 0.32. An accuracy without an interval "
        "invites a story about noise. Wilson's interval (Wilson 1927) holds its 95 % for small n and for "
        "shares near 0 and 1, where the usual ± fails.",
)
