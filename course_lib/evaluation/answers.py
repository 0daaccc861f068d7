"""Is an answer right, in the house style, cited, or an abstention? Decided by stated rules, never by eye.

Lesson 00 builds the value match by hand, lesson 07 the compliance check, lesson 09 uses all of them. What
this module does not do: judge an answer that says the right thing in other words; values are numbers, names
and codes, which leave little room for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.corpus.documents import Question
from course_lib.generation.citations import abstained, cited
from course_lib.generation.house_style import complies
from course_lib.generation.reply_reader import said
from course_lib.generation.values import CITATION, states
from course_lib.retrieval.types import Hit

__all__ = ["Score", "abstained", "complies", "score", "value_correct"]


@dataclass(frozen=True)
class Score:
    """What is known of one reply: the axes on which the arms are compared in lesson 09."""

    correct: bool  # the value is there; for an unanswerable question: it abstains
    compliant: bool  # the house style, schema and rules
    abstained: bool
    cited: bool  # names at least one document
    cited_right: bool  # names one, and only gold ones


def value_correct(reply: str, value: str) -> bool:
    """Whether the reply states the value, whole: "12 g" is not in "412 g" nor in "12 grams".

    A value of several parts ("39 EUR | 4 days") asks for each of them. A citation states nothing: "6 [1]"
    does not say 1.
    """
    return states(CITATION.sub("", said(reply)), value)


def score(reply: str, question: Question, hits: Sequence[Hit] = ()) -> Score:
    """All of it for one reply to one question; `hits` are the passages that stood in the prompt, in their
    order.
    """
    silent = abstained(reply)
    correct = silent if question.value is None else not silent and value_correct(reply, question.value)
    ids = cited(reply, hits)
    return Score(correct, complies(reply)[0], silent, bool(ids), bool(ids) and set(ids) <= set(question.gold))
