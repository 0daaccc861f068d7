"""The exercises in a real kernel: both forms are stored, and HTML keeps the folded answers."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

nbformat = pytest.importorskip("nbformat")
nbconvert = pytest.importorskip("nbconvert")
pytest.importorskip("ipykernel")

CELLS = (
    "from course_lib import exercises as ex",
    "def top_k(scores, k):\n    ...\n\nex.check('1.2', top_k)",
    "def top_k(scores, k):\n    return scores.argsort()[:k]\n\nex.check('1.2', top_k)",
    "def top_k(scores, k):\n    best = scores\n    return best.no_such_thing[:k]\n\nex.check('1.2', top_k)",
    "ex.check('1.2', ex.catalogue.find_exercise('1.2').check.solution)",
    "ex.hint('1.2')",
    "ex.solution('1.2')",
    "ex.predict('1.p1', 'half')",
    "ex.reveal('1.p1', measured=0.9)",
    "ex.quiz('1')",
    "ex.progress()",
)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson")
    before = dict(os.environ)
    os.environ["COURSE_CACHE"] = str(folder)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), before.get("PYTHONPATH", "")])
    try:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
        runner = nbconvert.preprocessors.ExecutePreprocessor(timeout=300, kernel_name="python3")
        runner.preprocess(notebook, {"metadata": {"path": str(folder)}})
    finally:
        os.environ.clear()
        os.environ.update(before)
    return notebook


def test_each_cell_shows_one_thing_in_two_forms(lesson):
    for cell in lesson.cells[1:]:
        (output,) = cell.outputs
        assert output.output_type == "display_data", cell.source
        assert set(output.data) == {"text/plain", "text/markdown"}


def test_the_outcomes_are_told_in_both_forms(lesson):
    expected = ("○ Not attempted", "▲ Not yet", "▲ Not yet", "✓ Correct")
    for cell, words in zip(lesson.cells[1:5], expected, strict=True):
        data = cell.outputs[0].data
        assert words in data["text/plain"]
        assert words in data["text/markdown"]
        assert "<div" not in data["text/plain"]


def test_an_error_is_shown_with_the_line_of_the_cell_and_no_path(lesson):
    text = lesson.cells[3].outputs[0].data["text/plain"]
    assert "no_such_thing" in text
    assert "`return best.no_such_thing[:k]`" in text
    assert "ipykernel" not in text


def test_html_keeps_the_edge_and_folds_the_answers(lesson):
    html, _ = nbconvert.HTMLExporter().from_notebook_node(lesson)
    assert html.count("<details>") == 4
    assert "<summary>Answer to question 1</summary>" in html
    assert "border-left: 4px solid #1b8a5a" in html
    assert "<strong>✓ Correct" in html  # the Markdown inside the coloured box is drawn, not shown as stars
    assert "**A.**" not in html


def test_no_path_of_this_machine_is_shown(lesson):
    text = nbformat.writes(lesson)
    assert str(Path.home()) not in text
    assert "/tmp" not in text
