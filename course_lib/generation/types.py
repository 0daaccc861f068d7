"""What every language model of the course takes and gives back, wherever it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# Chat turns, each {"role": "system" | "user" | "assistant", "content": text}.
Messages = Sequence[dict[str, str]]


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
