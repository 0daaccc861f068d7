"""Figures of lesson 02: where splitters cut a document, its text in the colours of its chunks, and the grid.

A chunk is known by two signs: its colour, and the brackets with its number where it begins and ends.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Document
from course_lib.corpus.markdown import blocks
from course_lib.evaluation.statistics import Interval
from course_lib.plots.style import (
    COLOURS,
    DPI,
    GREY,
    LINES,
    MARKERS,
    PALETTE,
    heading,
    label,
    legend,
    legend_below,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIGNS = tuple(PALETTE[name] for name in ("sky", "orange", "green", "purple", "yellow"))
COLUMNS, LETTER = 94, 8  # of the drawn text: letters in a line, and pixels that each is wide
ADVANCE = 0.602  # the same in ems of matplotlib's monospaced font

Run = tuple[str, tuple[int, ...], bool]  # a text, the numbers of the chunks that hold it, whether it is bold


def tint(number: int) -> str:
    """The light background of chunk `number`, on which black text can be read: "#rrggbb"."""
    colour = SIGNS[number % len(SIGNS)]
    light = [round(255 - 0.45 * (255 - int(colour[i : i + 2], 16))) for i in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in light)


def pieces(document: Document, chunks: Sequence[Chunk]) -> list[tuple[int, int, tuple[int, ...]]]:
    """A document's text cut at every border of a chunk: (start, end, numbers of the chunks that hold it)."""
    borders = {0, len(document.text)} | {place for chunk in chunks for place in (chunk.start, chunk.end)}
    ends = sorted(borders)
    found = []
    for start, end in zip(ends, ends[1:], strict=False):
        held = (i for i, chunk in enumerate(chunks) if chunk.start <= start and end <= chunk.end)
        found.append((start, end, tuple(held)))
    return found


def chunk_ribbons(document: Document, cuts: Mapping[str, Sequence[Chunk]], title: str) -> "Axes":
    """A ribbon for each way to cut one document, a box for each chunk; what two chunks share is dark.

    The document's tables are hatched bands behind the ribbons. Lesson 02.
    """
    axes = new_axes(width=8.0, height=1.2 + 0.55 * len(cuts))
    axes.grid(False)
    tables = [span for span in blocks(document.text, 0, len(document.text)) if document.text[span[0]] == "|"]
    for number, (start, end) in enumerate(tables):
        axes.axvspan(
            start, end, facecolor="#EEEEEE", edgecolor=GREY, hatch="//", linewidth=0.5,
            label="a table" if number == 0 else None,
        )  # fmt: skip
    for row, chunks in enumerate(cuts.values()):
        for number, chunk in enumerate(chunks):
            axes.barh(
                row, chunk.end - chunk.start, 0.62, chunk.start, color=tint(number), edgecolor="black",
                linewidth=1.1,
            )  # fmt: skip
            axes.text((chunk.start + chunk.end) / 2, row, number + 1, ha="center", va="center", fontsize=8)
        for start, end, held in pieces(document, chunks):
            if len(held) > 1:
                axes.barh(row, end - start, 0.62, start, color=GREY, edgecolor="black", linewidth=0.5)
    axes.set_yticks(range(len(cuts)), list(cuts))
    axes.invert_yaxis()
    axes.set_xlim(0, len(document.text))
    if tables:
        legend(axes)
    return label(axes, title, f"character of {document.id}", "")


def chunk_html(document: Document, chunks: Sequence[Chunk]) -> str:
    """A document's text as HTML, in the colours of its chunks; stripes mark what two chunks share. Lesson 02.

    The document's own marks are escaped: it shows as text, whatever it holds.
    """
    parts = []
    for start, end, held in pieces(document, chunks):
        opening = "".join(f"<b>[{i + 1}&#8239;</b>" for i in held if chunks[i].start == start)
        closing = "".join(f"<b>&#8239;{i + 1}]</b>" for i in held if chunks[i].end == end)
        text = html.escape(document.text[start:end])
        parts.append(f'<span style="{_style(held)}">{opening}{text}{closing}</span>')
    box = "white-space:pre-wrap;font-family:monospace;line-height:1.5;padding:6px"
    return f'<div style="{box};color:#000;background:#fff">{"".join(parts)}</div>'


def _style(held: tuple[int, ...]) -> str:
    if not held:
        return "color:#555"
    if len(held) == 1:
        return f"background:{tint(held[0])}"
    one, other = tint(held[-2]), tint(held[-1])
    stripes = f"repeating-linear-gradient(135deg,{one} 0 6px,{other} 6px 12px)"
    return f"background:{stripes};text-decoration:underline"


def chunk_text(document: Document, chunks: Sequence[Chunk], title: str) -> "Axes":
    """The same text as a figure, for where no widget runs: what two chunks share is underlined. Lesson 02."""
    from matplotlib.patches import Rectangle

    rows = _rows(document, chunks)
    height = 0.19 * len(rows) + 0.4
    axes = new_axes(COLUMNS * LETTER / DPI, height)
    axes.get_figure().set_layout_engine("none")  # a letter must be as wide as its cell
    axes.set_position((0, 0, 1, 1 - 0.4 / height))
    axes.axis("off")
    axes.set_xlim(0, COLUMNS)
    axes.set_ylim(len(rows), 0)
    font = {"family": "monospace", "fontsize": 72 * LETTER / DPI / ADVANCE, "va": "center"}
    for row, runs in enumerate(rows):
        column = 0
        for text, held, bold in runs:
            if held:
                box = Rectangle((column, row), len(text), 0.96, facecolor=tint(held[-1]), linewidth=0)
                axes.add_patch(box)
            if len(held) > 1:
                axes.plot((column, column + len(text)), (row + 0.93,) * 2, color="black", linewidth=0.9)
            shade, weight = PALETTE["black"] if held else GREY, "bold" if bold else "normal"
            axes.text(column, row + 0.5, text, color=shade, weight=weight, **font)
            column += len(text)
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
    return axes


def _rows(document: Document, chunks: Sequence[Chunk]) -> list[list[Run]]:
    """The text in lines of at most COLUMNS characters, each in runs; blank lines are left out."""
    runs: list[Run] = []
    for start, end, held in pieces(document, chunks):
        opening = "".join(f"[{i + 1} " for i in held if chunks[i].start == start)
        closing = "".join(f" {i + 1}]" for i in held if chunks[i].end == end)
        runs += [(opening, held, True), (document.text[start:end], held, False), (closing, held, True)]
    rows: list[list[Run]] = [[]]
    for text, held, bold in runs:
        for part in re.findall(rf"\n|[^\S\n]+|\S{{1,{COLUMNS}}}", text):  # a word stands whole in its line
            if part == "\n" or sum(len(each[0]) for each in rows[-1]) + len(part) > COLUMNS:
                rows.append([])
            if part == "\n":
                continue
            if rows[-1] and rows[-1][-1][1:] == (held, bold):
                part = rows[-1].pop()[0] + part
            rows[-1].append((part, held, bold))
    return [row for row in rows if row]


def chunk_grid(panels: Mapping[str, Mapping[str, Mapping[int, Interval]]], title: str) -> np.ndarray:
    """Panel -> strategy -> size in words -> Interval of a share, as lines with bands; (panels,) axes.

    Lesson 02.
    """
    rows = (len(panels) + 1) // 2
    axes = new_axes(8.4, 0.5 + 2.9 * rows, rows=rows, columns=2, sharey=True, sharex=True, squeeze=False)
    sizes = sorted({size for panel in panels.values() for curve in panel.values() for size in curve})
    for number, (name, curves) in enumerate(panels.items()):
        here = axes.flat[number]
        for i, (strategy, curve) in enumerate(curves.items()):
            mean, low, high = 100 * np.array([(each.mean, each.low, each.high) for each in curve.values()]).T
            here.fill_between(list(curve), low, high, color=COLOURS[i], alpha=0.15, linewidth=0)
            here.plot(list(curve), mean, LINES[i % 4], marker=MARKERS[i], color=COLOURS[i], label=strategy)
        here.set_xscale("log")
        here.set_xticks(sizes, [str(size) for size in sizes])
        here.minorticks_off()
        here.set_ylim(0, 100)
        label(here, name, "words a chunk (log scale)" if number >= len(panels) - 2 else "",
              "answer found (percent)" if number % 2 == 0 else "")  # fmt: skip
    for spare in axes.flat[len(panels) :]:
        spare.set_visible(False)
    return legend_below(heading(axes, title), columns=3)
