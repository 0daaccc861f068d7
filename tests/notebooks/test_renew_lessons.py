"""What is put into the lessons from elsewhere; test_notebooks.py holds them up to date."""

import copy
import shutil

import nbformat
import pytest

LESSON = "01_cosine_by_hand"


@pytest.fixture
def renew(script):
    return script("renew_lessons")


@pytest.fixture
def notebook(renew):
    return nbformat.read(renew.ROOT / "notebooks" / f"{LESSON}.ipynb", as_version=4)


def test_an_altered_exercise_is_put_back_and_nothing_else_is_touched(renew, notebook):
    before = copy.deepcopy(notebook)
    spoilt = 0
    for cell in notebook.cells:
        for old, new in (("without", "with"), ("· 10 min", "· 99 min"), ("I get nan", "I got nan")):
            spoilt += old in cell.source
            cell.source = cell.source.replace(old, new)
        if 'ex.check("1.1"' in cell.source:
            cell.source = 'ex.check("1.1", None)'
    assert spoilt > 3
    renew.renewed(notebook, LESSON, "")
    pairs = zip(before.cells, notebook.cells, strict=True)
    left = [(old.source, new.source) for old, new in pairs if old != new]
    assert left and all(old.replace("without", "with") == new for old, new in left)


def test_the_published_address_reaches_the_link_and_the_set_up_cell(renew, tmp_path, monkeypatch, capsys):
    (tmp_path / "notebooks").mkdir()
    path = shutil.copy(renew.ROOT / "notebooks" / f"{LESSON}.ipynb", tmp_path / "notebooks")
    citation = tmp_path / "CITATION.cff"
    citation.write_text("repository-code: https://github.com/ada/course/\n", encoding="utf-8")
    monkeypatch.setattr(renew, "ROOT", tmp_path)
    assert renew.main() == 0 and LESSON in capsys.readouterr().out
    cells = nbformat.read(path, as_version=4).cells
    target = f"https://colab.research.google.com/github/ada/course/blob/main/notebooks/{LESSON}.ipynb"
    assert cells[0].source.endswith(f"\n\n[Open in Colab]({target})")
    setup = next(cell.source for cell in cells if cell.cell_type == "code")
    assert 'repository = "https://github.com/ada/course"\n' in setup and "input(" not in setup
    assert renew.main() == 0 and capsys.readouterr().out == ""


def test_an_exercise_without_its_place_is_told(renew, notebook):
    notebook.cells = [cell for cell in notebook.cells if "### Exercise 1.2" not in cell.source]
    with pytest.raises(SystemExit, match=r"no place for exercise 1\.2"):
        renew.renewed(notebook, LESSON, "")
