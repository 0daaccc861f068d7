"""One training example, token by token: what the model reads, and which tokens it learns. Lesson 07.

In a notebook it is a line of boxes, learned ones coloured and underlined, so that the sign is not the colour
alone; elsewhere plain text, with brackets. What stands in an example is shown as text, whatever it holds.
"""

import html
import sys
from collections.abc import Sequence

from course_lib.arguments import paired
from course_lib.plots.style import GREY, PALETTE

NOT_LEARNED = -100  # PyTorch's mark for a label that carries no loss
SIGNS = {"\n": "⏎", "\t": "⇥", " ": "·"}  # what cannot be seen otherwise


def tokens_html(tokens: Sequence[str], labels: Sequence[int]) -> str:
    """The tokens of one example as HTML, those that carry loss marked; every text is escaped.

    Raises CourseError unless there is a label for each token. Lesson 07.
    """
    boxes = []
    for token, label in paired(tokens, labels, "tokens", "labels"):
        text = html.escape(_visible(token)) or "&#8203;"
        boxes.append(f'<span style="{_style(label != NOT_LEARNED)}">{text}</span>{_break(token)}')
    box = "font-family:monospace;line-height:1.9;padding:6px;color:#000;background:#fff"
    return f'<div style="{box}">{"".join(boxes)}</div>'


def tokens_text(tokens: Sequence[str], labels: Sequence[int]) -> str:
    """The same as text: what is learned stands in brackets, token by token. Raises as tokens_html does."""
    parts = []
    for token, label in paired(tokens, labels, "tokens", "labels"):
        seen = _visible(token)
        parts.append((f"[{seen}]" if label != NOT_LEARNED else seen) + ("\n" if "\n" in token else ""))
    return "".join(parts)


def show_tokens(tokens: Sequence[str], labels: Sequence[int]) -> None:
    """Show the tokens of one example below a cell, or print them outside of a notebook. Lesson 07."""
    markup, text = tokens_html(tokens, labels), tokens_text(tokens, labels)
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
        return
    ipython.display.display({"text/html": markup, "text/plain": text}, raw=True)


def _visible(token: str) -> str:
    """A token with signs for blanks and line ends; other characters that cannot be seen as their codes."""
    shown = (SIGNS.get(each, each if each.isprintable() else f"\\u{ord(each):04x}") for each in token)
    return "".join(shown)


def _break(token: str) -> str:
    return "<br>" if "\n" in token else ""


def _style(learned: bool) -> str:
    edge = "border-radius:3px;padding:1px 2px;margin:0 1px"
    if learned:
        return f"{edge};background:{PALETTE['orange']};border-bottom:3px solid #000"
    return f"{edge};background:#eee;color:{GREY}"
