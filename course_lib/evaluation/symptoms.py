"""What a tuned model does wrong, told by stated rules from its replies alone, with the usual cause of each.

A reply gets the first symptom whose rule it meets, in the order of SYMPTOMS. What this module does not do:
say whether a reply is right (answers.py does): a wrong value in a good form has no symptom here.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.arguments import paired, whole_number
from course_lib.corpus.words import WORD
from course_lib.evaluation.answers import complies
from course_lib.generation.reply_reader import said
from course_lib.generation.types import Messages, Reply

if TYPE_CHECKING:
    import pandas as pd

REPEATED = 24  # characters that a stretch fills when it stands three times in a row or more
ECHOED = 12  # words in a row that stand in the prompt just so
BEGINS = re.compile(r'\s*\{\s*"answer"')  # as a reply in the house style does
SAME = 0.25  # of the prompts, and three or more, get one and the same reply
LONGEST = 4_000  # characters of a reply that are looked at


@dataclass(frozen=True)
class Seen:
    """A reply with what its rules need: the prompt's text, whether the limit cut it off, the replies that one
    training example alone had, and whether many other prompts got the very same reply.
    """

    text: str
    prompt: str
    cut_off: bool
    taught: frozenset[str]
    same: bool = False


@dataclass(frozen=True)
class Symptom:
    """A name, the rule in words and in code, what usually causes it, and what to do."""

    name: str
    rule: str
    cause: str
    remedy: str
    met: Callable[[Seen], bool]


def repeats(text: str) -> bool:
    """Whether a stretch of text stands three times in a row or more, 24 characters in all or more."""
    text = f"{text[:LONGEST].strip()} "  # a blank parts one from the next, and may lack behind the last
    if re.search(r"(.{8,400}?)\1\1", text, re.DOTALL):
        return True
    times = {length: -(-REPEATED // length) for length in range(1, 8)}
    return any(re.search(rf"(.{{{n}}})\1{{{most - 1},}}", text, re.DOTALL) for n, most in times.items())


def echoes(text: str, prompt: str) -> bool:
    """Whether twelve words in a row of a text stand in the prompt just so."""
    return bool(_runs(text[:LONGEST]) & _runs(prompt))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of twelve words of a text."""
    words = [word[0] for word in WORD.finditer(text)]
    return {tuple(words[i : i + ECHOED]) for i in range(len(words) - ECHOED + 1)}


# What tells a training that was too short from one that was too long: their replies may look alike.
LOSSES = (
    "look at the losses: high on trained pairs too, more steps; nearly 0 on those and higher on held-out "
    "ones, fewer epochs and more examples"
)
SYMPTOMS = (
    Symptom(
        "empty",
        "nothing but blanks",
        "the end mark became the likeliest first token: replies cut away, or too high a rate",
        "look at the labels of one example, and train less",
        lambda seen: not seen.text.strip(),
    ),
    Symptom(
        "repeats",
        "a stretch stands three times in a row or more, 24 characters in all",
        "too many epochs on too few examples, or a rate that is too high; after a few steps the base's habit",
        f"{LOSSES}; a loss that stays high: a lower rate",
        lambda seen: repeats(seen.text),
    ),
    Symptom(
        "endless",
        "the limit of tokens cut it off",
        "the end mark carried no loss, or long examples were truncated before it",
        "look at the labels: the last one is the end mark",
        lambda seen: seen.cut_off,
    ),
    Symptom(
        "copies a training reply",
        "word for word the reply of one training example",
        "the examples were learned by heart: too many epochs on too few",
        "fewer epochs, more examples",
        lambda seen: _squeezed(seen.text) in seen.taught,
    ),
    Symptom(
        "one reply for all",
        "the very same reply goes to a quarter of the prompts, and to three or more",
        "the examples are learned by heart; a prompt that is like none of them gets what several share",
        "more examples that differ, fewer epochs; look how often the examples say it",
        lambda seen: seen.same,
    ),
    Symptom(
        "echoes the prompt",
        "twelve words in a row stand in the prompt just so",
        "loss on the prompt's tokens, or a tune too weak to leave the habit of the base",
        "look at the labels: the prompt's are -100; or train longer",
        lambda seen: echoes(seen.text, seen.prompt),
    ),
    Symptom(
        "broken form",
        "begins as the house style does, and is not in it: no JSON, or a rule broken",
        "the form is half learned, or it fell to pieces: too many epochs, too few examples, too high a rate",
        LOSSES,
        lambda seen: bool(BEGINS.match(seen.text)) and not complies(seen.text)[0],
    ),
    Symptom(
        "another form",
        "not in the house style, from its beginning",
        "too little training: the base's own habit shows",
        "more examples, more steps, or a higher rate",
        lambda seen: not complies(seen.text)[0],
    ),
)
NONE = "none of these"


def symptom(reply: Reply, prompt: Messages, limit: int, training_replies: Iterable[str] = ()) -> str:
    """The first symptom that a reply shows, by its name, or NONE.

    `prompt` are the messages it answers, `limit` the tokens that it might take, `training_replies` what the
    model was taught; what several examples share ("Sorry: …") is no copy. Lesson 07.
    """
    return _first(reply, prompt, whole_number(limit, "limit"), _taught(training_replies))


def symptom_table(
    models: Mapping[str, Sequence[Reply]],
    prompts: Sequence[Messages],
    limit: int,
    training_replies: Mapping[str, Iterable[str]] | None = None,
) -> "pd.DataFrame":
    """How many replies of each model show each symptom first: a row a symptom that occurs, and NONE.

    `models` gives each model's replies to the same prompts, `training_replies` by its name what it was
    taught. The columns `usual cause` and `remedy` stand at the end. Raises CourseError where the numbers of
    replies and prompts differ. Lesson 07.
    """
    import pandas as pd

    limit, counts = whole_number(limit, "limit"), {}
    for name, replies in models.items():
        taught = _taught((training_replies or {}).get(name, ()))
        pairs = list(paired(replies, prompts, "replies", "prompts"))
        times = Counter(_squeezed(said(reply.text)) for reply, _ in pairs)
        same = {text for text, count in times.items() if count >= max(3, SAME * len(pairs))}
        counts[name] = Counter(_first(reply, prompt, limit, taught, same) for reply, prompt in pairs)
    found = [each for each in SYMPTOMS if any(each.name in count for count in counts.values())]
    rows = {
        each.name: {name: count[each.name] for name, count in counts.items()}
        | {"usual cause": each.cause, "remedy": each.remedy}
        for each in found
    }
    rows[NONE] = {name: count[NONE] for name, count in counts.items()} | {"usual cause": "", "remedy": ""}
    return pd.DataFrame.from_dict(rows, orient="index")


def _first(
    reply: Reply, prompt: Messages, limit: int, taught: frozenset[str], same: Collection[str] = ()
) -> str:
    asked, text = "\n".join(turn["content"] for turn in prompt), said(reply.text)
    seen = Seen(text, asked, reply.completion_tokens >= limit, taught, _squeezed(text) in same)
    return next((each.name for each in SYMPTOMS if each.met(seen)), NONE)


def _taught(replies: Iterable[str]) -> frozenset[str]:
    counted = Counter(map(_squeezed, replies))
    return frozenset(text for text, times in counted.items() if times == 1)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
