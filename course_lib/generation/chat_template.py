"""A conversation as the text that a model reads: its chat template filled in.

The same text is asked and trained on. What this module does not do: look at the form of the turns (types.py).
"""

from collections.abc import Sequence
from pathlib import Path

from course_lib.errors import CourseError


def filled(tokenizer, turns: Sequence[dict[str, str]], name: str) -> str:
    """The turns as the template of the model `name` writes them, the reply opened.

    Raises CourseError for turns that the template refuses, and for a missing system message where it would
    put words of its own. Lesson 00.
    """
    from jinja2 import TemplateError

    try:
        if turns[0]["role"] != "system" and _makes_one_up(tokenizer):
            raise CourseError(
                f"The conversation has no system message, and {Path(name).name} would be given one that its "
                "chat template makes up.",
                allowed='a first turn {"role": "system", "content": "…"}, as closed_book writes it',
            )
        return tokenizer.apply_chat_template(list(turns), add_generation_prompt=True, tokenize=False)
    except TemplateError as error:
        raise CourseError(
            f"The chat template of {Path(name).name} refuses these messages: {error}",
            allowed="as a rule a system turn, then user and assistant in turns",
        ) from None


def _makes_one_up(tokenizer) -> bool:
    alone = [{"role": "user", "content": ""}]
    return "system" in tokenizer.apply_chat_template(alone, tokenize=False)
