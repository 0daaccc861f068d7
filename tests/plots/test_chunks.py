"""The figures of lesson 02 and its sliders: two signs a chunk, escaped text, an image without widgets."""

import base64
import io
import re
import sys

import numpy as np
import pytest

from course_lib import plots
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.windows import SPLITTERS, chunks_at, split_windows
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.plots import chunk_explorer, chunks

TEXT = """Most kettles die of one small failure, and go to the tip whole.

## In figures

| What | Measure |
| --- | --- |
| Capacity | 1.6 litres |
| Power | 2200 W |

Write <b>to us</b> & "ask" before 5 < 6."""


def document(text=TEXT):
    return Document("PR-250", "The Kettle", "products", "2026", "", None, "written", text)


def luminance(colour):
    """The relative luminance of "#rrggbb" as the Web Content Accessibility Guidelines define it."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_black_text_can_be_read_on_every_tint_and_neighbours_differ():
    tints = [chunks.tint(number) for number in range(20)]
    assert all((luminance(each) + 0.05) / 0.05 >= 7 for each in tints)  # the strictest of their levels
    assert all(one != other for one, other in zip(tints, tints[1:], strict=False))


def test_pieces_say_of_each_letter_which_chunks_hold_it():
    cut = chunks_at(document(), [(3, 20), (10, 30), (40, 50)])
    found = chunks.pieces(document(), cut)
    assert [(start, end) for start, end, _ in found][0] == (0, 3) and found[-1][1] == len(TEXT)
    assert [held for _, _, held in found] == [(), (0,), (0, 1), (1,), (), (2,), ()]
    assert chunks.pieces(document(), []) == [(0, len(TEXT), ())]


def test_the_text_is_escaped_and_each_chunk_has_its_brackets():
    cut = split_windows([document()], 8, 2)
    html = chunks.chunk_html(document(), cut)
    assert "<b>to us" not in html and "&lt;b&gt;to us&lt;/b&gt;" in html and "5 &lt; 6" in html
    plain = re.sub(r"<b>[^<]*</b>", "", html)  # the brackets are the only bold
    plain = re.sub(r"<[^>]+>", "", plain)
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        plain = plain.replace(code, sign)
    assert plain == TEXT
    for number in range(1, len(cut) + 1):
        assert html.count(f"<b>[{number}&#8239;</b>") == html.count(f"<b>&#8239;{number}]</b>") == 1
    assert html.count("text-decoration:underline") == len(cut) - 1  # what two chunks share
    nasty = document('<script>alert("x")</script> onclick=\' style="')
    assert "<script" not in chunks.chunk_html(nasty, split([nasty]))


def drawn_text(axes):
    rows = {}
    for text in axes.texts:
        column, row = text.get_position()
        rows.setdefault(row, []).append((column, text.get_text()))
    return ["".join(text for _, text in sorted(parts)) for _, parts in sorted(rows.items())]


def test_the_figure_holds_the_same_text_within_its_width():
    cut = split_windows([document()], 8, 2)
    axes = chunks.chunk_text(document(), cut, "Windows")
    lines = drawn_text(axes)
    assert axes.get_title(loc="left") == "Windows"
    assert max(map(len, lines)) <= chunks.COLUMNS
    shown = re.sub(r"\[\d+ | \d+\]", "", " ".join(lines))
    assert shown.split() == TEXT.split()
    boxes = [patch for patch in axes.patches if patch.get_width() > 0]
    assert {matplotlib_hex(box) for box in boxes} == {chunks.tint(i) for i in range(min(len(cut), 5))}
    assert len(axes.get_lines()) >= len(cut) - 1  # the underlined overlaps


def matplotlib_hex(patch):
    from matplotlib.colors import to_hex

    return to_hex(patch.get_facecolor())


def test_a_word_that_is_longer_than_a_line_is_cut_and_not_lost():
    long = document("x" * 250 + " end")
    assert "".join(drawn_text(chunks.chunk_text(long, [], "Long"))).count("x") == 250


def test_ribbons_show_every_chunk_and_the_tables_behind_them():
    cuts = {"windows": split_windows([document()], 8, 2), "structure": split([document()], 8)}
    axes = chunks.chunk_ribbons(document(), cuts, "Two ways")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(cuts)
    numbers = [text.get_text() for text in axes.texts]
    assert numbers == [str(i + 1) for cut in cuts.values() for i in range(len(cut))]
    table = TEXT.index("|"), TEXT.rindex("|") + 1
    spans = [(round(p.get_x()), round(p.get_x() + p.get_width())) for p in axes.patches]
    assert table in spans
    assert {(chunk.start, chunk.end) for cut in cuts.values() for chunk in cut} <= set(spans)
    assert "PR-250" in axes.get_xlabel() and axes.get_legend() is not None
    assert chunks.chunk_ribbons(document("No table."), {"one": []}, "None").get_legend() is None


def test_the_grid_draws_a_line_with_its_band_in_each_panel():
    curve = {30: Interval(0.8, 0.75, 0.85), 360: Interval(0.5, 0.45, 0.6)}
    panels = {name: {"windows": curve, "structure": curve} for name in ("top", "budget", "tables")}
    axes = plots.chunk_grid(panels, "The grid")
    assert [each.get_title(loc="left") for each in axes.flat[:3]] == list(panels)
    first, second = axes.flat[1].get_lines()
    assert first.get_xdata().tolist() == [30, 360] and np.allclose(first.get_ydata(), [80, 50])
    assert first.get_marker() != second.get_marker() and first.get_linestyle() != second.get_linestyle()
    heights = axes.flat[1].collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (45, 85)
    assert "percent" in axes.flat[0].get_ylabel() and "words" in axes.flat[2].get_xlabel()
    assert not axes.flat[3].get_visible()  # three panels leave a place of four


def test_moving_a_slider_cuts_the_text_anew():
    box = chunk_explorer.chunk_explorer(document(), SPLITTERS, size=10, overlap=4)
    choice, size, overlap, counts, text = box.children
    before = counts.value, text.value
    assert text.value == chunks.chunk_html(document(), split_windows([document()], 10, 4))
    size.value = 20
    assert (counts.value, text.value) != before
    assert text.value == chunks.chunk_html(document(), split_windows([document()], 20, 4))
    overlap.value = 12
    assert text.value == chunks.chunk_html(document(), split_windows([document()], 20, 12))
    choice.value = "structure"
    assert text.value == chunks.chunk_html(document(), split([document()], 20, 12))
    assert "chunks of" in counts.value


def test_the_overlap_stays_below_the_size():
    box = chunk_explorer.chunk_explorer(document(), SPLITTERS, size=30, overlap=25)
    _, size, overlap, _, text = box.children
    size.value = 12
    assert (overlap.max, overlap.value) == (11, 11)
    assert text.value == chunks.chunk_html(document(), split_windows([document()], 12, 11))
    with pytest.raises(CourseError, match="an overlap of 0 to 9"):
        split_windows([document()], 10, 10)


@pytest.fixture
def notebook(monkeypatch):
    """What a cell displays: (data, metadata) of each display."""
    from IPython.core.interactiveshell import InteractiveShell

    shown = []
    shell = InteractiveShell.instance()
    monkeypatch.setattr(
        shell.display_pub, "publish", lambda data, metadata=None, **_: shown.append((data, metadata))
    )
    yield shown
    InteractiveShell.clear_instance()


SENTENCE = "Windows cut the table."
VIEW = "application/vnd.jupyter.widget-view+json"


def test_sliders_and_image_are_shown_as_one_display(notebook):
    chunk_explorer.explore_chunks(document(), SPLITTERS, SENTENCE, 10, 2)
    ((data, metadata),) = notebook
    assert VIEW in data and data["text/plain"] == SENTENCE
    assert metadata["image/png"]["alt"] == SENTENCE
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.width == pytest.approx(chunks.COLUMNS * chunks.LETTER, abs=2)


def test_without_the_package_of_widgets_the_image_alone_is_shown(notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    chunk_explorer.explore_chunks(document(), SPLITTERS, SENTENCE)
    ((data, _),) = notebook
    assert "image/png" in data and VIEW not in data


def test_outside_of_a_notebook_the_sentence_is_printed(capsys):
    chunk_explorer.explore_chunks(document(), SPLITTERS, SENTENCE)
    assert capsys.readouterr().out == f"{SENTENCE}\n"


def test_no_chunks_are_described_too():
    assert chunk_explorer.described([]) == "no chunks"
    assert chunk_explorer.described(split_windows([document()], 8)) == "4 chunks of 6 to 8 words"
