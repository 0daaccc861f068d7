import base64
import io
import struct

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.plots import style
from course_lib.plots.style import COLOURS, DPI, LINES, MARKERS, label, legend, new_axes, png, show

SENTENCE = "The line rises."


@pytest.fixture
def drawn():
    axes = label(new_axes(4, 2), "A line", "time (s)", "height (m)")
    axes.plot([0, 1], [0, 2], label="one")
    return legend(axes)


@pytest.fixture
def notebook(monkeypatch):
    shown = []

    class Display:
        @staticmethod
        def display(data, metadata=None, raw=False):
            shown.append((data, metadata, raw))

    class IPython:
        display = Display

        @staticmethod
        def get_ipython():
            return object()

    monkeypatch.setitem(style.sys.modules, "IPython", IPython)
    return shown


def as_seen_without_green_receptors(colour):
    """Viénot, Brettel and Mollon 1999: what is left of a colour in deuteranopia."""
    linear = np.array([(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)])
    red, green, blue = linear
    return np.array([0.29275 * red + 0.70725 * green] * 2 + [-0.02234 * red + 0.02234 * green + blue])


def test_the_palette_is_that_of_okabe_and_ito():
    assert set(COLOURS) == {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip


def test_no_two_colours_look_alike_to_a_colour_blind_reader():
    seen = [as_seen_without_green_receptors(colour) for colour in COLOURS]
    distances = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(distances) > 0.06


def test_each_series_has_a_mark_of_its_own_and_neighbours_another_line():
    assert len(set(MARKERS)) == len(MARKERS) >= len(COLOURS)
    assert len(set(LINES)) == len(LINES)


def test_axes_have_title_and_labels_and_take_the_palette_in_turn(drawn):
    assert (drawn.get_title(loc="left"), drawn.get_xlabel(), drawn.get_ylabel()) == (
        "A line", "time (s)", "height (m)",
    )  # fmt: skip
    assert drawn.get_lines()[0].get_color() == COLOURS[0]
    assert drawn.plot([1, 0])[0].get_color() == COLOURS[1]
    assert not drawn.spines["top"].get_visible()
    assert not drawn.get_legend().get_frame_on()


def test_the_style_changes_nobody_elses_figures():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    new_axes()
    assert dict(mpl.rcParams) == before


def test_a_figure_belongs_to_nobody_so_that_nothing_shows_it_twice():
    from matplotlib import pyplot

    new_axes()
    assert pyplot.get_fignums() == []


def test_several_axes_share_one_figure():
    axes = new_axes(rows=2, columns=3, sharex=True)
    assert axes.shape == (2, 3)
    assert len({each.get_figure() for each in axes.flat}) == 1
    assert png(axes) == png(axes[0, 0])


def test_the_image_is_small_the_same_each_time_and_never_finer_than_allowed(drawn):
    image = png(drawn)
    assert struct.unpack(">II", image[16:24]) == (4 * DPI, 2 * DPI)
    assert len(image) < 12_000
    assert png(drawn) == image
    assert png(drawn, dpi=300) == image
    assert len(png(drawn, dpi=45)) < len(image)


def test_the_image_keeps_the_colours_that_tell_series_apart(drawn):
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(png(drawn))).convert("RGB")).reshape(-1, 3).astype(int)
    blue = np.array([int(COLOURS[0][i : i + 2], 16) for i in (1, 3, 5)])
    assert np.abs(pixels - blue).sum(axis=1).min() < 12
    assert (pixels == 255).all(axis=1).mean() > 0.5


def test_a_figure_is_shown_once_with_its_sentence_in_place_of_it(drawn, notebook, capsys):
    assert show(drawn, SENTENCE) is None
    ((data, metadata, raw),) = notebook
    assert raw
    assert base64.b64decode(data["image/png"]) == png(drawn)
    assert data["text/plain"] == SENTENCE
    assert metadata == {"image/png": {"alt": SENTENCE}}
    assert capsys.readouterr() == ("", "")


def test_outside_of_a_notebook_the_sentence_is_printed(drawn, monkeypatch, capsys):
    monkeypatch.delitem(style.sys.modules, "IPython", raising=False)
    show(drawn, SENTENCE)
    assert capsys.readouterr().out == f"{SENTENCE}\n"


@pytest.mark.parametrize("sentence", ["", "  "])
def test_a_figure_without_a_sentence_is_refused(drawn, notebook, sentence):
    with pytest.raises(CourseError, match="needs a sentence"):
        show(drawn, sentence)
    assert notebook == []


def test_the_sentence_is_the_alternative_text_of_the_page_that_a_lesson_becomes(drawn):
    nbformat = pytest.importorskip("nbformat")
    nbconvert = pytest.importorskip("nbconvert")
    data = {"image/png": base64.b64encode(png(drawn)).decode("ascii"), "text/plain": SENTENCE}
    output = nbformat.v4.new_output("display_data", data, metadata={"image/png": {"alt": SENTENCE}})
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    page = nbconvert.HTMLExporter(template_name="classic")
    html, _ = page.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert f'alt="{SENTENCE}"' in html
