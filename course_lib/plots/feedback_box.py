"""Thumbs and a comment under an answer, whose click goes into a log. Lesson 10.

`show(answer_card(…), sentence, widget=lambda: feedback_box(…))` gives both: the buttons where they run, and
elsewhere an image of the answer.
"""

import textwrap
from typing import TYPE_CHECKING

from course_lib.evaluation.feedback import FeedbackLog
from course_lib.generation.rag import Answer
from course_lib.plots.style import PALETTE, new_axes

if TYPE_CHECKING:
    from ipywidgets import VBox
    from matplotlib.axes import Axes

WIDTH = 84  # characters a line of the image


def feedback_box(log: FeedbackLog, question: str, answer: Answer) -> "VBox":
    """The answer with two buttons and a line for a comment; a click writes into the log, and once only.

    Raises DataError at the click where the log cannot be written. Lesson 10.
    """
    import ipywidgets

    told = ipywidgets.Label()
    shown = ipywidgets.Textarea(f"{question}\n\n{answer.text}", disabled=True, layout={"width": "48em"})
    comment = ipywidgets.Text(placeholder="What was wrong? (if you like)", layout={"width": "30em"})
    buttons = {
        "up": ipywidgets.Button(description="helpful", icon="thumbs-up"),
        "down": ipywidgets.Button(description="not helpful", icon="thumbs-down"),
    }

    def keep(thumb: str) -> None:
        ids = [hit.chunk.id for hit in answer.hits]
        log.add(question, answer.text, thumb, comment.value, ids)
        for control in (*buttons.values(), comment):
            control.disabled = True
        told.value = f"Kept: {thumb}. The log has {len(log)} clicks."

    for thumb, button in buttons.items():
        button.on_click(lambda _, thumb=thumb: keep(thumb))
    return ipywidgets.VBox([shown, comment, ipywidgets.HBox(list(buttons.values())), told])


def answer_card(question: str, answer: Answer, title: str = "An answer, and what you think of it") -> "Axes":
    """The question, the reply and two thumbs as an image, for where no button works. Lesson 10."""
    lines = [
        *textwrap.wrap(question, WIDTH),
        "",
        *textwrap.wrap(answer.text, WIDTH),
        "",
        "[ helpful ]   [ not helpful ]   What was wrong? …",
    ]
    axes = new_axes(7.0, 0.9 + 0.24 * len(lines))
    axes.set_axis_off()
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
    text = "\n".join(lines).replace("$", r"\$")  # two of them would make a formula to matplotlib
    box = {"facecolor": "white", "edgecolor": PALETTE["blue"], "boxstyle": "round,pad=0.6"}
    axes.text(0.02, 0.95, text, va="top", fontsize=9.5, linespacing=1.5, transform=axes.transAxes, bbox=box)
    return axes
