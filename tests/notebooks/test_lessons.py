"""The lessons as files: anatomy, limits, clean outputs, solutions under a strict check; no kernel runs."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from course_lib import exercises as ex
from course_lib.exercises.catalogue import find_exercise
from course_lib.runtime import ROOT

LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PARTS = ("## Predict first", "## By hand", "## The library", "## Break it", "## Quiz", "## Recap")


def module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


RUNNER = module(ROOT / "scripts" / "run_notebooks.py")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@pytest.fixture
def cells(lesson):
    return json.loads(lesson.read_text(encoding="utf-8"))["cells"]


def sources(cells, kind):
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def test_the_spine_is_there():
    assert [path.stem[:2] for path in LESSONS] == ["00", "01", "03", "07", "09"]


def test_executed_once_in_order_and_clean(lesson, cells):
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert RUNNER.problems(json.loads(lesson.read_text(encoding="utf-8"))) == []


def test_the_parts_of_a_lesson_stand_in_order(cells):
    text = "\n".join(sources(cells, "markdown"))
    places = [re.search(rf"^{part}", text, re.MULTILINE) for part in PARTS]
    assert all(places), [part for part, place in zip(PARTS, places, strict=True) if not place]
    starts = [place.start() for place in places]
    assert starts == sorted(starts)
    for word in ("You will be able to", "You need", "Time", "Hardware", "Claims", "Next"):
        assert f"**{word}" in text


def test_cells_are_short(cells):
    hints = re.compile(r"<details>.*?</details>", re.DOTALL)
    prose = [hints.sub("", text) for text in sources(cells, "markdown")]
    assert [text for text in prose if len(text.split()) > 90] == []
    # a blank exercise is as long as its task
    code = [text for text in sources(cells, "code") if "ex.check(" not in text]
    assert [text for text in code if len(text.splitlines()) > 20] == []


def test_every_figure_has_its_sentence_below(cells):
    for cell, after in zip(cells, cells[1:], strict=False):
        for output in cell.get("outputs", []):
            for kind, meta in output.get("metadata", {}).items():
                if kind == "image/png":
                    assert re.sub(r"\s+", " ", meta["alt"]) in re.sub(r"\s+", " ", "".join(after["source"]))


def test_the_solutions_pass_every_check_of_their_lesson(lesson, cells, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_STRICT", "1")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    asked = re.findall(r'^ex\.check\("(\d+\.\d+)"', "\n".join(sources(cells, "code")), re.MULTILINE)
    assert len(asked) >= 3
    solutions = module(ROOT / "notebooks" / "solutions" / f"{lesson.stem}.py")
    for id in asked:
        ex.check(id, getattr(solutions, find_exercise(id).name))  # raises unless it is correct
