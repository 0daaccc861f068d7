"""The questions of lesson 11 as a form: an answer and a weight for each, and the advice as they stand.

Where a frontend draws widgets it takes the form; any other, and a page or a print of the lesson, takes the
image of the first advice that is shown with it.
"""

import base64
import html
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from course_lib.claims import Verdict
from course_lib.decision import CRITERIA, WEIGHTS, Answers, monday, recommend, told
from course_lib.plots.decision import gap_bars, gap_title
from course_lib.plots.style import png

if TYPE_CHECKING:
    from ipywidgets import VBox

MOST = 5.0  # the largest weight that a slider offers


def decision_explorer(answers: Answers, evidence: Mapping[str, Verdict]) -> "VBox":
    """A choice and a slider a question above the advice, which is given anew when one is moved. Lesson 11."""
    import ipywidgets

    wide = {"layout": {"width": "34em"}, "style": {"description_width": "6em"}}
    narrow = {"layout": {"width": "20em"}, "style": {"description_width": "4em"}}
    chosen, weighed, rows = {}, {}, []
    for name, criterion in CRITERIA.items():
        options = [(reading.label, key) for key, reading in criterion.readings.items()]
        chosen[name] = ipywidgets.Dropdown(
            options=options,
            value=getattr(answers, name),
            description=name,
            tooltip=criterion.question,
            **wide,
        )
        weighed[name] = ipywidgets.FloatSlider(
            WEIGHTS[name], min=0, max=MOST, step=0.25, description="weight", **narrow
        )
        asked = ipywidgets.HTML(html.escape(criterion.question))
        rows.append(ipywidgets.VBox([asked, ipywidgets.HBox([chosen[name], weighed[name]])]))
    text, figure = ipywidgets.HTML(), ipywidgets.Image(format="png")

    def draw(_=None) -> None:
        given = Answers(**{name: each.value for name, each in chosen.items()})
        advice = recommend(given, {name: each.value for name, each in weighed.items()}, evidence)
        steps = "".join(f"<li>{html.escape(step)}</li>" for step in monday(advice))
        text.value = f"<pre>{html.escape(told(advice))}</pre><ol>{steps}</ol>"
        figure.value = png(gap_bars(advice, gap_title(advice)))

    draw()
    for control in (*chosen.values(), *weighed.values()):
        control.observe(draw, "value")
    return ipywidgets.VBox([*rows, text, figure])


def explore_decision(answers: Answers, sentence: str, evidence: Mapping[str, Verdict] | None = None) -> None:
    """Show the form, and with it a figure of the first advice for where it does not run.

    The sentence says what to see in the figure. Without ipywidgets the image alone is shown, and outside of a
    notebook the sentence is printed. Lesson 11.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(sentence)
        return
    evidence = evidence or {}
    advice = recommend(answers, evidence=evidence)
    image = base64.b64encode(png(gap_bars(advice, gap_title(advice)))).decode("ascii")
    shown = {"image/png": image, "text/plain": sentence}
    if find_spec("ipywidgets"):
        shown = decision_explorer(answers, evidence)._repr_mimebundle_() | shown
    ipython.display.display(shown, metadata={"image/png": {"alt": sentence}}, raw=True)
