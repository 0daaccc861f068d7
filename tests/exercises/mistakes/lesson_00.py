"""Wrong answers of lesson 00 as learners write them, each with the diagnosis that it must get."""

import math
import re

from course_lib.exercises.catalogue import find_exercise


def messages_with_a_filled_reply(instruction, examples, question):
    messages = [{"role": "system", "content": instruction}]
    for asked, answered in [*examples, (question, "")]:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return messages


def messages_without_answers(instruction, examples, question):
    shots = [{"role": "user", "content": f"{asked}\n{answered}"} for asked, answered in examples]
    return [{"role": "system", "content": instruction}, *shots, {"role": "user", "content": question}]


def messages_all_by_the_user(instruction, examples, question):
    texts = [instruction, *(text for pair in examples for text in pair), question]
    return [{"role": "user", "content": text} for text in texts]


def value_by_match_object(reply, value):
    reply, value = (" ".join(text.lower().split()) for text in (reply, value))
    return re.search(r"(?<!\w)(?<!\d[.,])" + re.escape(value) + r"(?!\w)(?![.,]\d)", reply)


def value_by_tokens(reply, value):
    words = re.findall(r"[\w.,]+", reply.casefold())
    wanted = re.findall(r"[\w.,]+", value.casefold())
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words)))


def value_before_digits_only(reply, value):
    reply, value = (" ".join(text.lower().split()) for text in (reply, value))
    return bool(re.search(r"(?<!\d)(?<!\d[.,])" + re.escape(value) + r"(?!\d)(?![.,]\d)", reply))


def interval_upside_down(scores, z=1.96):
    share, low, high = find_exercise("0.3").check.solution(scores, z)
    return share, high, low


def interval_with_unbalanced_brackets(scores, z=1.96):
    n, p = len(scores), sum(scores) / len(scores)
    half = z * math.sqrt(p * (1 - p) / n)
    return p, p - half, p + half


WRITTEN = [
    ("0.1", lambda i, e, q: f"{i}\n{e}\n{q}", "one-string"),
    ("0.1", lambda i, e, q: [i, *e, q], "not-dicts"),
    ("0.1", messages_all_by_the_user, "no-system"),
    ("0.1", messages_without_answers, "one-message-an-example"),
    ("0.1", messages_with_a_filled_reply, "ends-with-assistant"),
    ("0.2", value_by_match_object, "not-a-bool"),
    ("0.2", lambda reply, value: reply.find(value) >= 0, "plain-substring"),
    ("0.2", lambda reply, value: len(value) < len(reply), None),
    ("0.2", value_by_tokens, "full-stop"),
    ("0.2", value_before_digits_only, "inside-a-longer-word"),
    ("0.3", interval_with_unbalanced_brackets, "wald"),
    ("0.3", interval_upside_down, "ends-swapped"),
    ("0.3", lambda scores, z=1.96: (0.1, 0.9), "not-three"),
]
