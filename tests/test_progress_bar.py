import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from course_lib import progress_bar as bars
from course_lib.generation.language_model import load_language_model
from course_lib.progress_bar import progress_bar
from course_lib.retrieval.embedding import load_embedder
from course_lib.runtime import ROOT


@pytest.fixture
def shown(monkeypatch):
    """Bars show, and at once."""
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    monkeypatch.setattr(bars, "DELAY", 0.0)


def test_it_says_what_is_done_and_how_far_and_gives_each_item(shown, capsys):
    assert list(progress_bar("reading", [3, 1, 2])) == [3, 1, 2]
    written = capsys.readouterr()
    assert written.out == "" and "reading:   0%" in written.err and "/3 [" in written.err


@pytest.mark.parametrize("switch", ["off", "on"])
def test_what_is_soon_done_or_switched_off_writes_nothing(switch, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", switch)
    assert len(list(progress_bar("reading", range(1000)))) == 1000
    assert capsys.readouterr() == ("", "")


def test_a_single_step_has_no_bar(shown, capsys):
    with progress_bar("reading", total=1) as bar:
        bar.update()
    assert list(progress_bar("reading", ["one"])) == ["one"]
    assert capsys.readouterr() == ("", "")


def test_embedding_counts_its_batches_and_computes_the_same(shown, capsys, monkeypatch):
    embedder, texts, made = load_embedder(), ["a kettle", "a lamp and its bulb", "a till"], []

    def keep(*arguments, **more):
        made.append(progress_bar(*arguments, **more))
        return made[-1]

    monkeypatch.setattr("course_lib.retrieval.embedding.progress_bar", keep)
    embedder.batch_size = 1
    counted = embedder.embed(texts, cached=False)
    assert "embedding:" in (written := capsys.readouterr().err) and "/3 [" in written
    assert [bar.n for bar in made] == [3]
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    assert np.array_equal(counted, embedder.embed(texts, cached=False))
    assert capsys.readouterr().err == ""
    assert not embedder.model[0]._forward_hooks


def test_many_replies_have_a_bar_and_one_has_none(shown, capsys, llama):
    model = load_language_model(llama)
    asked = [[{"role": "user", "content": text}] for text in ("Why?", "How heavy is it?")]
    capsys.readouterr()
    model.replies(asked, batch_size=1, max_new_tokens=2)
    assert "answering:" in (written := capsys.readouterr().err) and "/2 [" in written
    model.reply(asked[0], max_new_tokens=2)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_in_a_notebook_it_is_a_widget_and_what_is_soon_done_leaves_no_output(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    sources = (
        "from course_lib import progress_bar as bars",
        "for _ in bars.progress_bar('reading', range(5)):\n    pass",
        "bars.DELAY = 0\nfor _ in bars.progress_bar('reading', range(5)):\n    pass",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    _, soon, later = notebook.cells
    assert soon.outputs == []
    (output,) = later.outputs
    assert "application/vnd.jupyter.widget-view+json" in output.data
