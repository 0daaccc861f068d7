"""What every language model of the course takes and gives back, wherever it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from course_lib.arguments import checked_text, listed, one_of
from course_lib.errors import CourseError

# Chat turns, each {"role": "system" | "user" | "assistant", "content": text}.
Messages = Sequence[dict[str, str]]


ROLES = ("system", "user", "assistant")
FORM = '[{"role": "user", "content": "…"}]'


def check_messages(messages: Messages) -> list[dict[str, str]]:
    """The turns of a conversation as a list, the last of them the user's.

    Raises CourseError if there are none, for a role that is unknown, a content that is no text, and for a
    conversation that does not end with the user's turn.
    """
    turns = check_turns(messages)
    if turns[-1]["role"] != "user":
        raise CourseError(
            f"The conversation ends with the turn of the {turns[-1]['role']}, so there is nothing to answer.",
            allowed=f"a last turn of the user: {FORM}",
        )
    return turns


def check_turns(messages: Messages) -> list[dict[str, str]]:
    """The turns of a conversation, whoever speaks last; raises CourseError as check_messages does."""
    turns = listed(messages, "messages", dict, least=1, allowed=FORM)
    for place, turn in enumerate(turns):
        one_of(turn.get("role"), f"role of message {place}:", ROLES)
        checked_text(turn.get("content"), f"The content of message {place}", blank=True)
    return turns


@dataclass(frozen=True)
class Reply:
    """A model's answer: its text, the tokens read and written (the end token is one), and seconds by stage.

    The stages are `prefill` (reading the prompt) and `decode` (writing the reply), or just `request` where a
    server does both out of sight. In a batch, each reply carries an equal share of the batch's seconds.
    Lesson 00.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: dict[str, float]


class LanguageModel(Protocol):
    """Anything that answers chat messages: a model in this process, or one behind a base URL."""

    name: str

    def reply(self, messages: Messages, max_new_tokens: int = 64) -> Reply:
        """Answer one conversation."""
        ...

    def replies(
        self, conversations: Sequence[Messages], batch_size: int = 32, max_new_tokens: int = 64
    ) -> list[Reply]:
        """Answer many conversations, in their order."""
        ...
