"""Puts into the lessons what has its source elsewhere, and leaves everything else, outputs too, as it is.

Heading, hints and starter of an exercise come from course_lib/exercises/lessons/, the way to Colab and the
address in the first code cell from `repository-code` in CITATION.cff. A new exercise needs three things in
its lesson: a line `### Exercise 1.2`, a `<details></details>` below it, and a cell with `ex.check("1.2"`.
"""

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import yaml

from course_lib.exercises.catalogue import lessons
from course_lib.exercises.outcomes import Exercise
from course_lib.files import read_text, write_atomically

ROOT = Path(__file__).resolve().parents[1]
COLAB = "https://colab.research.google.com/github/"
WAY = re.compile(rf"^.*{re.escape(COLAB)}.*$", re.MULTILINE)
ASKED = re.compile(r"repository = .*")
FOLDED = re.compile(r"<details>.*</details>", re.DOTALL)


def address() -> str:
    """Where the course is published, as the citation says; "" as long as it does not."""
    citation = yaml.safe_load(read_text(ROOT / "CITATION.cff"))
    return citation.get("repository-code", "").rstrip("/")


def way_to_colab(stem: str, repository: str) -> str:
    """The line below a lesson's title: plain text, since a badge is a picture from the network."""
    if not repository:
        return f"In [Colab]({COLAB}), give the address of the course's repository and choose this notebook."
    place = repository.removeprefix("https://github.com/")
    return f"[Open in Colab]({COLAB}{place}/blob/main/notebooks/{stem}.ipynb)"


def folded(exercise: Exercise) -> str:
    """The hints of an exercise in Markdown, each behind its symptom."""
    form = "<details><summary>{}</summary>\n\n{}\n\n</details>"
    return "\n\n".join(form.format(symptom, hint) for symptom, hint in exercise.hints)


def starter(exercise: Exercise) -> str:
    """The cell that a learner fills in."""
    id = f'"{exercise.id}"'
    return f"{exercise.starter}\n\nex.check({id}, {exercise.name})  # also: ex.hint({id}), ex.solution({id})"


def renewed(notebook: Any, stem: str, repository: str) -> Any:
    """The notebook of a lesson, changed in place; ends the program if an exercise has no place in it."""
    cells = notebook.cells
    cells[0].source = WAY.sub(way_to_colab(stem, repository), cells[0].source)
    asked = f'"{repository}"' if repository else 'input("Address of the course\'s Git repository: ")'
    setup = next(cell for cell in cells if cell.cell_type == "code")
    setup.source = ASKED.sub(lambda _: f"repository = {asked}", setup.source)
    for exercise in (e for lesson in lessons() if lesson.number == int(stem[:2]) for e in lesson.exercises):
        put(exercise, cells, stem)
    return notebook


def put(exercise: Exercise, cells: list[Any], stem: str) -> None:
    """Write an exercise into its cells: the last heading, the last hints above the check, and the check."""
    heading = re.compile(rf"^### Exercise {re.escape(exercise.id)}\b.*$", re.MULTILINE)
    check = next((n for n, cell in enumerate(cells) if f'ex.check("{exercise.id}"' in cell.source), 0)
    texts = [cell for cell in cells[:check] if cell.cell_type == "markdown"]
    head = next((cell for cell in texts if heading.search(cell.source)), None)
    hints = next((cell for cell in reversed(texts) if FOLDED.search(cell.source)), None)
    if head is None or hints is None or texts.index(hints) < texts.index(head):
        raise SystemExit(
            f"lessons: {stem} has no place for exercise {exercise.id}. Write '### Exercise {exercise.id}', "
            f"'<details></details>' below, and then a code cell with ex.check(\"{exercise.id}\", …)"
        )
    told = f"### Exercise {exercise.id} · {exercise.weight} · {exercise.minutes} min"
    head.source = heading.sub(told, head.source)
    hints.source = FOLDED.sub(lambda _: folded(exercise), hints.source)
    cells[check].source = starter(exercise)


def main() -> int:
    """Renew every lesson, and name those that changed."""
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        before = read_text(path)
        notebook = renewed(nbformat.reads(before, as_version=4), path.stem, address())
        after = nbformat.writes(notebook).rstrip("\n") + "\n"
        if after != before:
            write_atomically(path, after)
            print(f"lessons: {path.stem} renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
