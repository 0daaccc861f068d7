"""Figures of lesson 11 about the decision: what puts one way before another, and the ledger at a glance."""

from typing import TYPE_CHECKING

from course_lib.claims import Verdict
from course_lib.decision import Advice
from course_lib.plots.style import COLOURS, GREY, label, legend, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SIGNS = {  # a verdict -> its mark and its colour
    Verdict.CONFIRMED: ("o", COLOURS[2]),
    Verdict.NOT_CONFIRMED: ("D", COLOURS[1]),
    Verdict.REFUTED: ("X", COLOURS[3]),
    Verdict.ARITHMETIC: ("s", COLOURS[0]),
}

APART = 0.44  # of a row: how far two marks of one cell stand from each other


def gap_title(advice: Advice) -> str:
    """What gap_bars shows of an advice, as its title."""
    first, *others = advice.scores
    return f"What puts {first} before {others[0]}" if others else f"No way is left but {first}"


def gap_bars(advice: Advice, title: str) -> "Axes":
    """What each criterion adds to the lead of the first way over the second, the largest on top. Lesson 11.

    Where the answers leave one way only, there is nothing to draw but that.
    """
    rows = sorted(((v, name) for name, v in advice.gap.items() if v), key=lambda row: -abs(row[0]))
    axes = new_axes(height=1.4 + 0.3 * max(1, len(rows)))
    values, names = [row[0] for row in rows], [row[1] for row in rows]
    colours = [COLOURS[0] if value > 0 else COLOURS[1] for value in values]
    axes.barh(range(len(rows)), values, height=0.65, color=colours)
    axes.set_yticks(range(len(rows)), names)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    ranked = list(advice.scores)
    second = f"speaks for {ranked[1]} ←  points  → speaks for " if len(ranked) > 1 else "only way left: "
    return label(axes, title, f"{second}{ranked[0]}", "")


def verdict_grid(ledger: "pd.DataFrame", title: str) -> "Axes":
    """The ledger of claims.ledger_table: a mark for each verdict, a row a model, a column a claim.

    Where a cell joins verdicts of several experiments, their marks stand one above the other; no mark says:
    not measured yet. Lesson 11.
    """
    axes = new_axes(width=9.5, height=1.6 + 0.32 * len(ledger.columns))
    places: dict[str, list[tuple[float, float]]] = {str(verdict): [] for verdict in SIGNS}
    for y, column in enumerate(ledger.columns):
        for x, cell in enumerate(ledger[column]):
            said = [each for each in cell.split(" / ") if each]
            for number, verdict in enumerate(said):
                places[verdict].append((x, y + APART * (number - (len(said) - 1) / 2)))
    for verdict, (mark, colour) in SIGNS.items():
        across, down = zip(*places[str(verdict)], strict=True) if places[str(verdict)] else ((), ())
        axes.plot(across, down, mark, color=colour, markersize=7, linestyle="none", label=str(verdict))
    axes.set_xticks(range(len(ledger)), [claim.removeprefix("C") for claim in ledger.index], fontsize=8)
    axes.set_yticks(range(len(ledger.columns)), list(ledger.columns))
    axes.set_xlim(-0.7, len(ledger) - 0.3)
    axes.set_ylim(len(ledger.columns) - 0.5, -0.5)
    return legend(label(axes, title, "claim", ""), loc="upper center", bbox_to_anchor=(0.5, -0.35), ncols=4)
