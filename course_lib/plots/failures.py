"""The figure of where answers are lost, which needs no statistics to be read. Lesson 09."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_lib.errors import CourseError
from course_lib.plots.style import GREY, PALETTE, label, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# What became of a question -> colour, hatch (a second sign, for print and for the eye), colour of the number.
FATES = {
    "right": (PALETTE["blue"], "", "white"),
    "lost in retrieval: no passage said it": (PALETTE["orange"], "//", "black"),
    "lost in reading: wrong": (PALETTE["vermilion"], "..", "black"),
    "lost in reading: silent": ("#BBBBBB", "", "black"),
}
TIGHT = 4  # percent; a narrower part has no room for its number


def failures(table: "pd.DataFrame", title: str) -> "Axes":
    """Draw experiments.failure_table: of 100 questions, how many each arm got right and where it lost some.

    A bar an arm, of four parts that make 100. Raises CourseError for a table by origin or kind. Lesson 09.
    """
    found = fates(table)
    axes = new_axes(8.2, 1.7 + 0.5 * len(found))
    start = np.zeros(len(found))
    for fate, (colour, hatch, ink) in FATES.items():
        width = np.array([each[fate] for each in found.values()])
        look = {"color": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0.8}
        axes.barh(list(found), width, left=start, label=fate, **look)
        for row, (left, share) in enumerate(zip(start, width, strict=True)):
            if share >= TIGHT:
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                place = {"ha": "center", "va": "center", "fontsize": 10, "fontweight": "bold"}
                axes.text(left + share / 2, row, f"{share:.0f}", color=ink, bbox=box, **place)
        start = start + width
    axes.set_xlim(0, 100)
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.axvline(100, color=GREY, linewidth=0.6)
    axes.get_figure().legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return label(axes, title, "percent of the questions that a document answers", "")


def told(table: "pd.DataFrame") -> str:
    """The figure in words, an arm a sentence, from the same table: its alternative text. Lesson 09."""
    return " ".join(
        f"{arm}: of 100 questions {each['right']:.0f} right, "
        f"{each['lost in retrieval: no passage said it']:.0f} lost in retrieval, "
        f"{each['lost in reading: wrong']:.0f} read wrongly, "
        f"{each['lost in reading: silent']:.0f} left unanswered though a passage said it."
        for arm, each in fates(table).items()
    )


def fates(table: "pd.DataFrame") -> Mapping[str, dict[str, float]]:
    """Arm -> what became of its questions, in percent, in the order of FATES; a right answer is right,
    whether a passage said it or not.
    """
    if table.duplicated(["arm", "found", "outcome"]).any() or not len(table):
        raise CourseError("The figure has one bar an arm.", "experiments.failure_table(table), without `by`")
    share = table.set_index(["arm", "found", "outcome"])["share"] * 100
    return {
        arm: dict(
            zip(
                FATES,
                (
                    share[arm, "retrieved", "right"] + share[arm, "missed", "right"],
                    share[arm, "missed", "wrong"] + share[arm, "missed", "silent"],
                    share[arm, "retrieved", "wrong"],
                    share[arm, "retrieved", "silent"],
                ),
                strict=True,
            )
        )
        for arm in table["arm"].unique()
    }
