import nbformat
import pytest

from course_lib import files, runtime

pytestmark = pytest.mark.slow

ALT = {"image/png": {"alt": "A line that rises."}}


@pytest.fixture
def runner(script, tmp_path, monkeypatch):
    module = script("run_notebooks")
    monkeypatch.setattr(module, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(module, "MEASURED", tmp_path / "lessons.json")
    offline = ("COURSE_PROFILE", "COURSE_PROGRESS", "HF_HUB_OFFLINE")
    for name in ("OMP_NUM_THREADS", "COURSE_CACHE", "PYTHONPATH", "COURSE_STRICT", *offline):
        monkeypatch.setenv(name, "1" if name == "OMP_NUM_THREADS" else "")  # what main sets is undone after
    monkeypatch.setenv("COURSE_PROFILE", "laptop")
    return module


def write(folder, name, *sources):
    path = folder / f"{name}.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata = {"scrolled": True, "tags": ["kept"]}
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {"language_info": {"name": "python", "version": "3.0"}}
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def holding(*outputs):
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.from_dict(output) for output in outputs])
    return nbformat.v4.new_notebook(cells=[cell])


def shown(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_lessons_are_found_by_number_name_or_path_and_in_order(runner, tmp_path, capsys):
    one, two = (write(tmp_path, name, "1") for name in ("01_one", "02_two"))
    write(tmp_path, "scratch", "1")
    assert runner.find([]) == [one, two]
    assert runner.find(["02", "01_one"]) == [two, one]
    assert runner.find([f"notebooks/{two.name}"]) == [two]
    with pytest.raises(SystemExit, match="no lesson '03'; there are: 01_one, 02_two"):
        runner.find(["03"])


def test_a_lesson_is_run_and_written_back_without_what_differs_from_run_to_run(runner, tmp_path, capsys):
    sources = ("print('one')\nprint('two')", "", "from pathlib import Path\nPath.cwd().name", "7")
    path = write(tmp_path, "01_one", *sources)
    assert runner.main(["01"]) == 0
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2, 3]
    assert notebook.cells[0].outputs[0].text == "one\ntwo\n"
    assert tmp_path.name in notebook.cells[2].outputs[0].data["text/plain"]  # the folder of the lessons
    assert notebook.metadata == runner.METADATA
    assert [cell.metadata for cell in notebook.cells] == [{"tags": ["kept"]}, {}, {}, {}]
    assert "01_one in" in capsys.readouterr().out
    assert files.read_json(tmp_path / "lessons.json")["01_one"]["profile"] == "laptop"
    again = path.read_text(encoding="utf-8")
    assert runner.main(["01"]) == 0
    assert path.read_text(encoding="utf-8") == again


EXERCISE = '''from course_lib import exercises as ex


def cosine_similarity(query, rows):
    """Blank."""
    ...


ex.check("1.1", cosine_similarity)'''


def test_a_strict_trial_runs_the_solutions_and_writes_nothing(runner, tmp_path, capsys):
    path = write(tmp_path, "01_one", EXERCISE)
    before = path.read_bytes()
    (tmp_path / "solutions").mkdir()
    solutions = tmp_path / "solutions" / "01_one.py"
    right = (runner.ROOT / "notebooks" / "solutions" / "01_cosine_by_hand.py").read_text(encoding="utf-8")
    solutions.write_text(right, encoding="utf-8")
    assert runner.main(["--strict", "01"]) == 0, capsys.readouterr().err
    solutions.write_text("def cosine_similarity(query, rows):\n    return 0.5\n", encoding="utf-8")
    assert runner.main(["--strict", "01"]) == 1
    assert path.read_bytes() == before and not (tmp_path / "lessons.json").exists()


JUDGES = """from course_lib import claims
from course_lib.evaluation.statistics import Interval
path = claims.record([claims.judge("C25", {"a difference": Interval(0.2, 0.1, 0.3)})])"""


def test_the_verdicts_alone_are_kept_of_a_lesson_that_shows_another_run(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    path = write(tmp_path, "05_five", JUDGES)
    before = path.read_bytes()
    assert runner.main(["--verdicts", "05"]) == 0
    kept = files.read_json(tmp_path / "lesson-05-wren.json")
    assert list(kept["verdicts"]) == ["C25"]
    assert kept["command"] == "python scripts/run_notebooks.py --verdicts 05_five"
    assert path.read_bytes() == before and not (tmp_path / "lessons.json").exists()


def test_a_trial_of_repeated_cells_finds_a_cell_that_works_once(runner, tmp_path, capsys):
    write(tmp_path, "01_one", "there = [1]", "there = there + [2]")
    write(tmp_path, "02_two", "there = {1: 2}", "del there[1]")
    assert runner.main(["--twice", "01"]) == 0
    assert runner.main(["--twice", "02"]) == 1
    assert "KeyError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys\nprint('careful', file=sys.stderr)", "wrote to stderr: careful"),
        ("object()", "an object's address"),
        ("import sys\nprint(sys.prefix)", "a path of this machine"),
    ],
)
def test_a_lesson_with_a_problem_is_refused_and_left_as_it_was(runner, tmp_path, capsys, source, reason):
    path = write(tmp_path, "01_one", "1", source)
    before = path.read_text(encoding="utf-8")
    assert runner.main([]) == 1
    assert reason in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


BOTH = """
from IPython.display import display
from ipywidgets import IntSlider

image = {"image/png": "aGk="}
display(IntSlider()._repr_mimebundle_() | image, metadata={"image/png": {"alt": "A line."}}, raw=True)
"""


def test_of_a_widget_that_came_with_an_image_the_image_is_kept(runner, tmp_path, capsys):
    path = write(tmp_path, "01_one", BOTH)
    assert runner.main([]) == 0, capsys.readouterr().err
    notebook = nbformat.read(path, as_version=4)
    (output,) = notebook.cells[0].outputs
    assert "image/png" in output.data and not [name for name in output.data if "widget" in name]
    assert notebook.metadata == runner.METADATA


def test_a_widget_without_an_image_is_refused(runner, tmp_path, capsys):
    write(tmp_path, "01_one", "from ipywidgets import IntSlider\nIntSlider()")
    assert runner.main([]) == 1
    assert "shows a widget" in capsys.readouterr().err


def test_a_lesson_runs_with_a_record_of_its_own_and_without_strictness_or_bars(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    cell = "import os\nprint(*map(os.environ.get, ('COURSE_STRICT', 'COURSE_PROGRESS')), end=' ')\n"
    cell += "print(os.environ['COURSE_CACHE'] != '')"
    path = write(tmp_path, "01_one", cell)
    assert runner.main([]) == 0
    assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "None off True\n"


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (printed("loaded /home/ada/course/data"), "a path of this machine"),
        (printed(r"loaded C:\Users\ada"), "a path of this machine"),
        (shown({"text/html": "<p>/tmp/course-1</p>"}), "a path of this machine"),
        (shown({"application/json": {"file": "/root/course"}}), "a path of this machine"),
        (printed("warning", "stderr"), "stderr"),
        (shown({"text/plain": "<Model at 0x7f0123456789>"}), "an object's address"),
        (shown({"application/vnd.jupyter.widget-view+json": {}}), "a widget"),
        (shown({"image/png": "aGk="}), "without alternative text"),
    ],
)
def test_what_belongs_to_one_machine_is_found(runner, output, problem):
    (found,) = runner.problems(holding(output))
    assert "cell 0" in found and problem in found


def test_an_output_is_read_as_a_file_holds_it_too(runner):
    notebook = {"metadata": {}, "cells": [{"outputs": [printed(["a line\n", "in /home/ada"], "stderr")]}]}
    stderr, path = runner.problems(notebook)
    assert "wrote to stderr: a line" in stderr and "/home/ada" in path


def test_what_any_machine_would_show_is_no_problem(runner):
    fine = [
        printed("3 and/or 4, at 12:30, 2 tokens/s, https://host/home/page, data/models/wren, 0x1f"),
        shown({"text/html": "<table></table>"}),
        shown({"image/png": "L3RtcC9h", "text/plain": "A line that rises."}, ALT),
    ]
    assert runner.problems(holding(*fine)) == []
    notebook = holding()
    notebook.metadata["widgets"] = {}
    assert runner.problems(notebook) == ["the notebook stores the state of widgets"]


RECORDING = """
from course_lib import claims
from course_lib.evaluation.statistics import Interval

_ = claims.record([claims.judge("C20", {"a difference": Interval(0.2, 0.1, 0.3)})])
"""


def test_the_verdicts_of_a_lesson_are_kept_with_its_model_and_a_trials_are_not(runner, tmp_path, capsys):
    write(tmp_path, "02_two", RECORDING)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "02_two.py").write_text("", encoding="utf-8")
    assert runner.main(["--twice", "02"]) == 0, capsys.readouterr().err
    assert not list(tmp_path.glob("lesson-*"))
    assert runner.main(["02"]) == 0
    (path,) = tmp_path.glob("lesson-02-*.json")
    kept = files.read_json(path)
    assert path.name == f"lesson-02-{kept['model']}.json" and len(kept["base_sha256"]) == 64
    assert kept["command"] == "python scripts/run_notebooks.py 02_two"
    assert set(kept["verdicts"]) == {"C20"} and kept["verdicts"]["C20"]["parts"][0]["low"] == 0.1


def test_a_lesson_begins_with_an_empty_cache_and_the_models_that_were_fetched(script, tmp_path, monkeypatch):
    (tmp_path / "models" / "some-model").mkdir(parents=True)
    (tmp_path / "progress.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    for _ in range(2):  # as for two lessons in one run
        with script("run_notebooks").new_cache():
            here = runtime.cache_dir()
            assert [path.name for path in here.iterdir()] == ["models"] and here != tmp_path
            assert (runtime.model_cache() / "some-model").is_dir()
        assert runtime.cache_dir() == tmp_path and (tmp_path / "models" / "some-model").is_dir()
