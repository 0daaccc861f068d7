"""Every lesson as it is committed: its anatomy, its cells, its outputs, and its exercises with the solutions.

Nothing is run here but the exercises; nbval runs the lessons.
"""

import ast
import copy
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbval.plugin import comment_markers

from course_lib import exercises as ex
from course_lib.exercises.catalogue import find_exercise, find_quiz, lessons
from course_lib.exercises.outcomes import NotSolved

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
WRITTEN = {"00_start_here", "01_cosine_by_hand", "02_chunking", "03_faiss_index", "04_hybrid_search"}
WRITTEN |= {"05_rag_answers", "06_lora_by_hand", "07_qlora_finetune", "08_what_training_breaks"}
WRITTEN |= {"09_rag_vs_tuning_vs_hybrid", "10_evaluate_like_you_ship", "11_decide"}

PARTS = ("Predict first", "By hand", "The library", "Break it", "Quiz", "Recap")  # level-2 headings, in order
BOX = ("You will be able to", "You need", "Time", "Hardware")
REMOTE = re.compile(r"!\[[^\]]*\]\(https?:|<(?:img|script|iframe)\b[^>]*https?:")
WORDS, LINES, BYTES = 90, 20, 700_000

every_lesson = pytest.mark.parametrize("name", NOTEBOOKS)


def markdown(name):
    return [cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]


def code(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]


def lesson(name):
    return next(each for each in lessons() if each.number == int(name[:2]))


def notebook_text(name):
    return "\n".join(cell.source for cell in NOTEBOOKS[name].cells)


def squeezed(text):
    return " ".join(text.split())


def checks(name):
    """Exercise id -> (name of the function that is checked, source of the cell)."""
    found = {}
    for cell in code(name):
        for id, function in re.findall(r"^ex\.check\(\"([\d.]+)\", (\w+)", cell.source, re.MULTILINE):
            found[id] = (function, cell.source)
    return found


@pytest.fixture
def learner(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    return monkeypatch


def test_the_lessons_that_were_written_are_there():
    assert set(NOTEBOOKS) >= WRITTEN


def test_every_lesson_begins_with_the_same_two_cells():
    for number in (0, 1):
        assert len({code(name)[number].source for name in NOTEBOOKS}) == 1
    assert 'if "google.colab" in sys.modules:' in code("00_start_here")[0].source
    assert code("00_start_here")[1].source == "from course_lib import runtime\n\nrun = runtime.start()"


@every_lesson
def test_the_exercises_are_those_of_the_library(name, script):
    """Heading, hints and starter are written once; if this fails: python scripts/renew_lessons.py."""
    renew = script("renew_lessons")
    notebook = copy.deepcopy(NOTEBOOKS[name])
    assert renew.renewed(notebook, name, renew.address()) == NOTEBOOKS[name]
    ids = [exercise.id for exercise in lesson(name).exercises]
    headings = re.findall(r"^### Exercise ([\d.]+)", notebook_text(name), re.MULTILINE)
    assert list(checks(name)) == headings == ids


@every_lesson
def test_nothing_is_fetched_from_the_network_to_show_a_lesson(name):
    assert not REMOTE.search(nbformat.writes(NOTEBOOKS[name]))


def test_jupyter_trusts_the_lessons_as_make_lab_asks_it_to(tmp_path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile[makefile.index("\nlab:") : makefile.index("\ntest:")]
    assert re.search(r"/jupyter trust \$\(LESSONS\)", recipe)
    command = [sys.executable, "-m", "jupyter", "trust", *map(str, PATHS)]
    subprocess.run(command, env=os.environ | {"JUPYTER_DATA_DIR": str(tmp_path)}, check=True)
    notary = NotebookNotary(data_dir=str(tmp_path))
    assert all(notary.check_signature(notebook) for notebook in NOTEBOOKS.values())


@every_lesson
def test_title_and_box_come_first(name):
    title, box = markdown(name)[:2]
    assert title.startswith(f"# {name[:2]} · ")
    assert re.findall(r"\*\*(.+?)\*\*", box)[: len(BOX)] == list(BOX)
    able = box[: box.index("You need")]
    assert 3 <= len(re.findall(r"^> - ", able, re.MULTILINE)) <= 5
    assert "minutes" in box
    kinds = [cell.cell_type for cell in NOTEBOOKS[name].cells]
    assert kinds[:2] == ["markdown", "markdown"]


@every_lesson
def test_the_parts_are_there_and_in_order(name):
    headings = re.findall(r"^## (.+)$", "\n".join(markdown(name)), re.MULTILINE)
    places = []
    for part in PARTS:
        found = [i for i, heading in enumerate(headings) if heading.lower().startswith(part.lower())]
        assert found, f"no part {part!r} among {headings}"
        places.append(found[0])
    assert places == sorted(places), headings
    assert sum(text.startswith("# ") for text in markdown(name)) == 1


@every_lesson
def test_a_prediction_stands_before_its_result_and_one_before_everything(name):
    source = notebook_text(name)
    predicted, revealed = (
        {match[1]: match.start() for match in re.finditer(rf'ex\.{call}\("([\w.]+)"', source)}
        for call in ("predict", "reveal")
    )
    assert predicted and revealed
    assert min(predicted.values()) < source.lower().index("## by hand")
    assert all(predicted[id] < place for id, place in revealed.items())


@every_lesson
def test_quiz_and_recap_close_the_lesson(name):
    source = notebook_text(name)
    number = str(int(name[:2]))
    assert f'ex.quiz("{number}")' in source
    assert 3 <= len(find_quiz(number)) <= 5
    recap = source[source.index("## Recap") :]
    assert all(f"**{word}" in recap for word in ("Claims", "Next", "References"))


@every_lesson
def test_a_cell_says_or_does_one_thing(name):
    for number, cell in enumerate(NOTEBOOKS[name].cells):
        if cell.cell_type == "markdown":
            shown = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL)
            assert len(shown.split()) <= WORDS, f"cell {number}"
        elif "ex.check(" not in cell.source:  # an exercise carries the description of its function
            assert len(cell.source.splitlines()) <= LINES, f"cell {number}"


@every_lesson
def test_every_marker_of_nbval_is_one_that_it_reads(name):
    """It looks at lines that are a comment and nothing else: behind a statement a marker does nothing."""
    for number, cell in enumerate(NOTEBOOKS[name].cells):
        marked = [line for line in cell.source.splitlines() if "NBVAL_" in line]
        if cell.cell_type == "code" and marked:
            assert marked == [cell.source.splitlines()[0]], f"cell {number}"
            assert marked[0].startswith("#") and marked[0].lstrip("# ") in comment_markers, f"cell {number}"


@every_lesson
def test_it_was_run_in_order_from_a_clean_kernel(name):
    counts = [cell.execution_count for cell in code(name)]
    assert counts == list(range(1, len(counts) + 1))


@every_lesson
def test_its_outputs_are_those_of_any_machine(name, script):
    checker = script("run_notebooks")
    notebook = NOTEBOOKS[name]
    assert checker.problems(notebook) == []
    assert notebook.metadata == checker.METADATA
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert not [cell.source for cell in notebook.cells if checker.PATHS.search(cell.source)]
    assert (ROOT / "notebooks" / f"{name}.ipynb").stat().st_size < BYTES


@every_lesson
def test_the_sentence_of_a_figure_stands_below_it(name):
    cells = NOTEBOOKS[name].cells
    figures = 0
    for number, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            if "image/png" not in output.get("data", {}):
                continue
            figures += 1
            sentence = output["metadata"]["image/png"]["alt"]
            assert cells[number + 1].cell_type == "markdown", f"cell {number}"
            assert squeezed(sentence) in squeezed(cells[number + 1].source), f"cell {number}"
    assert figures


@every_lesson
def test_its_exercises_are_blank_and_say_so(name, learner, capsys):
    for id, (_, source) in checks(name).items():
        exec(source, {"ex": ex})
        assert "Not attempted" in capsys.readouterr().out, id


@every_lesson
def test_a_strict_run_refuses_a_blank(name, learner):
    learner.setenv("COURSE_STRICT", "1")
    for source in {source for _, source in checks(name).values()}:
        with pytest.raises(NotSolved):
            exec(source, {"ex": ex})


@every_lesson
def test_a_strict_run_accepts_the_solutions(name, learner, capsys):
    """Each stub is replaced by the function of its name in the solutions, and its cell is run."""
    solutions = runpy.run_path(str(ROOT / "notebooks" / "solutions" / f"{name}.py"))
    learner.setenv("COURSE_STRICT", "1")
    for id, (function, source) in checks(name).items():
        assert function == find_exercise(id).name
        cell = ast.parse(source)
        cell.body = [node for node in cell.body if getattr(node, "name", None) != function]
        exec(compile(cell, f"<exercise {id}>", "exec"), {"ex": ex, **solutions})
        assert f"✓ Correct · Exercise {id}" in capsys.readouterr().out


def test_each_file_of_solutions_belongs_to_a_lesson():
    files = (ROOT / "notebooks" / "solutions").glob("*.py")
    assert {path.stem for path in files} == set(NOTEBOOKS)
