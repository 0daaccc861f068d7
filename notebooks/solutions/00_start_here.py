"""Solutions to the exercises of lesson 00, in another form than those that `ex.solution` explains."""

import math
import re


def few_shot_messages(instruction, examples, question):
    roles_and_texts = [("system", instruction)]
    for asked, answered in examples:
        roles_and_texts += [("user", asked), ("assistant", answered)]
    roles_and_texts.append(("user", question))
    return [{"role": role, "content": text} for role, text in roles_and_texts]


def value_in_reply(reply, value):
    def tidy(text):
        return re.sub(r"\s+", " ", text).strip().lower()

    number_before = r"(?<!\w)(?<!\d\.)(?<!\d,)"
    number_after = r"(?!\w)(?!\.\d)(?!,\d)"
    return bool(re.search(number_before + re.escape(tidy(value)) + number_after, tidy(reply)))


def accuracy_with_interval(scores, z=1.96):
    n, right = len(scores), sum(scores)
    middle = (right + z * z / 2) / (n + z * z)  # as if z² more had been asked, half of them answered rightly
    half = z * math.sqrt(right * (n - right) / n + z * z / 4) / (n + z * z)
    return right / n, middle - half, middle + half
