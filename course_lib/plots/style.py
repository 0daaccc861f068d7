"""How every figure of the course looks, and how a lesson shows one: a palette that colour-blind readers can
tell apart, marks and lines that differ too, and a small image with a sentence in place of it.

What this module does not do: draw anything in particular; each topic has a module of its own beside it.
"""

import base64
import io
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from course_lib.errors import CourseError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito, "Color Universal Design", 2008, in the order in which the series of a figure take them.
PALETTE = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",  # last: it is faint on white
}
COLOURS = tuple(PALETTE.values())
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")  # a second sign of the series, for print and for the eye
LINES = ("-", "--", "-.", ":")
GREY = "#6B6B6B"  # what is beside the point: references, labels of parts

DPI = 90
INKS = 96  # colours in the stored image; enough for smooth edges, and a third of the bytes

SETTINGS = {  # read when axes are made; what is read later, `label` and `legend` say themselves
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.7,
}


def new_axes(width: float = 7.0, height: float = 3.6, rows: int = 1, columns: int = 1, **options: Any) -> Any:
    """Axes in the course's style on a new figure of width x height inches: one, or an array of them.

    `options` go to matplotlib's Figure.subplots (sharey=True, say). The figure belongs to nobody, so nothing
    shows it by itself; `show` does. Used in every lesson.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"axes.prop_cycle": mpl.cycler(color=COLOURS), **SETTINGS}):
        return Figure(figsize=(width, height), layout="constrained").subplots(rows, columns, **options)


def label(axes: "Axes", title: str, x: str, y: str) -> "Axes":
    """Give axes their title and the two labels, which name the units; return them."""
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return axes


def heading(panels: Any, title: str) -> Any:
    """Write the title of a figure of several panels (an array of axes) above them all; return the panels."""
    figure = panels.flat[0].get_figure()
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return panels


def legend_below(panels: Any, columns: int) -> Any:
    """Add one legend for all panels (an array of axes) below them, from the first one; return the panels."""
    handles, names = panels.flat[0].get_legend_handles_labels()
    place = {"loc": "outside lower center", "ncols": columns}
    panels.flat[0].get_figure().legend(handles, names, frameon=False, fontsize=9, **place)
    return panels


def legend(axes: "Axes", **options: Any) -> "Axes":
    """Add the legend without a box, to the right of the axes unless `options` place it; return the axes."""
    place = {} if "loc" in options else {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
    axes.legend(frameon=False, fontsize=9, **place, **options)
    return axes


def png(axes: Any, dpi: int = DPI) -> bytes:
    """The figure of some axes (or of the first of an array of them) as a compact PNG."""
    from PIL import Image

    first = axes if hasattr(axes, "get_figure") else next(iter(axes.flat))
    drawn, stored = io.BytesIO(), io.BytesIO()
    first.get_figure().savefig(drawn, format="png", dpi=min(dpi, DPI), facecolor="white")
    Image.open(drawn).convert("RGB").quantize(INKS).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def show(axes: Any, sentence: str, widget: Callable[[], Any] | None = None) -> None:
    """Show a figure below a cell, with the sentence that says what to see as its alternative text.

    The lesson repeats the sentence under the figure, since JupyterLab draws images without their text. With
    `widget`, which makes one, a frontend that draws widgets takes that instead, if ipywidgets is there.
    Outside of a notebook the sentence is printed in place of the figure. Raises CourseError without one.
    """
    if not sentence.strip():
        raise CourseError("A figure needs a sentence that says what to see.", "show(axes, sentence)")
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(sentence)
        return
    shown = {"image/png": base64.b64encode(png(axes)).decode("ascii"), "text/plain": sentence}
    if widget and find_spec("ipywidgets"):
        shown = widget()._repr_mimebundle_() | shown
    ipython.display.display(shown, metadata={"image/png": {"alt": sentence}}, raw=True)
