"""A language model as judge of replies: asked for a word, to answer first, or which of two is better.

Any model of the course can be one. Of a local one the word or letter is read off its likelihoods, so that
every item gets a verdict; a server keeps those to itself, so its reply is read. A judge sees a question, a
reply and passages that a person marked as the evidence, never the label. What this module does not do: say
whether a judge is any good; judge_tests.py and agreement.py do. Lesson 10.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from course_lib.arguments import listed
from course_lib.corpus.chunking import Chunk
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import LocalModel
from course_lib.generation.likelihood import log_likelihoods
from course_lib.generation.prompts import Message, format_passages, with_passages
from course_lib.generation.reply_reader import said, told
from course_lib.generation.types import LanguageModel
from course_lib.generation.values import claims_of, states

Verdict = bool | None  # None: the judge gave none
T = TypeVar("T")
WORD = (
    "You check answers. Read the passages, the question and the proposed answer. "
    "Reply with one word: yes if the passages support the answer, no if they do not."
)
LETTER = (
    "You compare two answers to a question. The passages decide which is right. "
    "Reply with one letter: A or B."
)
WORD_TOKENS = 8  # room for a word, and for a few before it
YES_AND_NO = {True: ("yes", "Yes"), False: ("no", "No")}  # a verdict -> the ways to write it
A_AND_B = {"A": ("A",), "B": ("B",)}
YES_OR_NO = re.compile(r"\W*(?:(?:the )?(?:verdict|answer)(?: is)?\W+)?(yes|no)\b", re.IGNORECASE)
A_OR_B = re.compile(r"\W*(?i:(?:the )?answer(?: is)?\W+|option\s+)?([AB])(?=\W*$|[.):,\n])")


@dataclass(frozen=True)
class Item:
    """What a judge is shown: a question, the passages that decide, best first, and a reply."""

    question: str
    chunks: tuple[Chunk, ...]
    reply: str


@dataclass(frozen=True)
class Pair:
    """Two replies to one question, with the passages that decide."""

    question: str
    chunks: tuple[Chunk, ...]
    one: str
    other: str


@dataclass(frozen=True)
class Preference:
    """Which reply of a pair a judge prefers, 0 for `one` and 1 for `other`, with `one` as A and then as B."""

    as_a: int | None
    as_b: int | None

    @property
    def winner(self) -> int | None:
        """The reply that is preferred in both places; None where the place decides, or a letter is missing.

        Zheng et al., "Judging LLM-as-a-judge with MT-Bench", NeurIPS 2023, section 3.4.
        """
        return self.as_a if self.as_a == self.as_b else None


def asked_for_a_word(model: LanguageModel, items: Sequence[Item]) -> list[Verdict]:
    """A verdict on each item by the judge's yes or no.

    A local model's is the word that it finds likelier as its reply, so it is never None; that of a server is
    read off what it writes, None where that opens with neither. Raises as the model does. Zheng et al. 2023,
    section 3.1, call it single answer grading. Lesson 10.
    """
    asked = [_word(each) for each in _items(items)]
    if isinstance(model, LocalModel):
        return [_likelier(model, each, YES_AND_NO) for each in asked]
    return [yes_or_no(reply.text) for reply in model.replies(asked, max_new_tokens=WORD_TOKENS)]


def answers_first(model: LanguageModel, items: Sequence[Item]) -> list[Verdict]:
    """A verdict on each item from the judge's own answer: a reply is right if it states what that one claims.

    Where the judge's answer is that the passages do not say, the reply is right if it says so too. The judge
    never sees the reply, so nothing in it can persuade. Its values are matched by the rule that also gives
    the labels (values.states): where that rule errs both err alike, and the agreement is flattered. Raises as
    the model does. Zheng et al. 2023, section 3.4 (reference-guided), for models too small to hold both texts
    against each other. Lesson 10.
    """
    items = _items(items)
    asked = list(dict.fromkeys((each.question, each.chunks) for each in items))  # each question once
    replies = model.replies([with_passages(question, chunks) for question, chunks in asked])
    own = {shown: reply.text for shown, reply in zip(asked, replies, strict=True)}
    return [agrees(own[each.question, each.chunks], each) for each in items]


def agrees(own: str, item: Item) -> Verdict:
    """Whether a reply says what another answer says, value by value; None if that one claims nothing."""
    if abstained(own) or abstained(item.reply):
        return abstained(own) and abstained(item.reply)
    claims = claims_of(own, item.question)
    return states(told(item.reply), " | ".join(claims)) if claims else None


JUDGES: dict[str, Callable[[LanguageModel, Sequence[Item]], list[Verdict]]] = {
    "asked for a word": asked_for_a_word,
    "answers first": answers_first,
}


def prefer(model: LanguageModel, pairs: Sequence[Pair]) -> list[Preference]:
    """Which reply of each pair the judge prefers, asked twice, the second time with the places swapped.

    A local model prefers the letter that it finds likelier, a server the one that it writes, if any. Raises
    as the model does. Zheng et al. 2023, sections 3.1 and 3.4. Lesson 10.
    """
    pairs = listed(pairs, "pairs", Pair)
    asked = [_letters(each, each.one, each.other) for each in pairs]
    asked += [_letters(each, each.other, each.one) for each in pairs]
    if isinstance(model, LocalModel):
        letters = [_likelier(model, each, A_AND_B) for each in asked]
    else:
        letters = [a_or_b(reply.text) for reply in model.replies(asked, max_new_tokens=WORD_TOKENS)]
    first, second = letters[: len(pairs)], letters[len(pairs) :]
    places = {"A": 0, "B": 1, None: None}
    swapped = {"A": 1, "B": 0, None: None}
    return [Preference(places[a], swapped[b]) for a, b in zip(first, second, strict=True)]


def _likelier(model: LocalModel, messages: list[Message], ways: Mapping[T, tuple[str, ...]]) -> T:
    """The one of two replies that is likelier, whichever way it is written; the first of equal ones."""
    found = iter(log_likelihoods(model, messages, [each for some in ways.values() for each in some]))
    chances = {name: np.logaddexp.reduce([next(found) for _ in some]) for name, some in ways.items()}
    return max(chances, key=lambda name: chances[name])


def yes_or_no(text: str) -> Verdict:
    """The verdict with which a judge's reply opens, None if it opens with neither word."""
    found = YES_OR_NO.match(said(text))
    return found[1].lower() == "yes" if found else None


def a_or_b(text: str) -> str | None:
    """The letter with which a judge's reply opens, None if it is the beginning of a sentence."""
    found = A_OR_B.match(said(text))
    return found[1] if found else None


def _items(items: Sequence[Item]) -> list[Item]:
    return listed(items, "items to judge", Item)


def _word(item: Item) -> list[Message]:
    asked = f"Proposed answer: {item.reply}\nDo the passages support the proposed answer? Reply yes or no."
    return _shown(WORD, item.chunks, item.question, asked)


def _letters(pair: Pair, a: str, b: str) -> list[Message]:
    asked = f"Answer A: {a}\nAnswer B: {b}\nWhich answer is right? Reply A or B."
    return _shown(LETTER, pair.chunks, pair.question, asked)


def _shown(system: str, chunks: Sequence[Chunk], question: str, asked: str) -> list[Message]:
    user = f"{format_passages(chunks)}\n\nQuestion: {question}\n{asked}"
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
