"""Runs that take longer than a lesson may, kept in data/results: the one that was made with the model in use.

A lesson asks fewer questions live and shows the stored shares beside its own. A stored run is a JSON object
with its provenance (`model`, `base_sha256`, `command`), `questions`, how many were asked, and `shares`:
figure -> measure -> arm -> {mean, low, high}. What this module does not do: make such runs.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files, runtime
from course_lib.evaluation.statistics import Interval
from course_lib.manifest import data_file
from course_lib.tuning.recipes import base_sha256

if TYPE_CHECKING:
    import pandas as pd

Shares = Mapping[str, Mapping[str, Interval]]  # measure -> arm -> its share


def stored_run(
    name: str, folder: str | Path | None = None, made_with: str | Path | None = None
) -> dict | None:
    """The run of that name made with a model, by default the one in use, held against the manifest, or None.

    It is data/results/<name>.json or, with the model's own name behind it, data/results/<name>-<model>.json.
    Raises DataError if it was altered. Lessons 04, 05, 07 and 09.
    """
    made_with = made_with or runtime.current().language_model
    model = Path(made_with).name
    for path in (f"results/{name}-{model}.json", f"results/{name}.json"):
        if (Path(folder or runtime.DATA) / path).is_file():
            run = files.read_json(data_file(path, folder))
            if run["model"] == model and run["base_sha256"] == base_sha256(made_with):
                return run
    return None


def whole_run(name: str) -> dict | None:
    """The run of that name on wren, which is small enough for all points of a sweep and all their seeds: what
    lessons show where a larger model was asked a part, or nothing. Raises as stored_run does. Lesson 06.
    """
    return stored_run(name, made_with=runtime.LANGUAGE_MODELS["tiny"])


def runs_of_all_models(name: str, folder: str | Path | None = None) -> list[dict]:
    """The stored runs of that name, one a model, in the order of their names, held against the manifest.

    A model may be missing on this machine: to read its run is no reason to fetch it. Raises DataError if one
    was altered. Lessons 06 and 09.
    """
    folder = Path(folder or runtime.DATA)
    paths = [f"results/{path.name}" for path in sorted((folder / "results").glob(f"{name}-*.json"))]
    runs = [(path, files.read_json(data_file(path, folder))) for path in paths]
    return [run for path, run in runs if path == f"results/{name}-{run.get('model')}.json"]


def as_stored(questions: int, **figures: Shares) -> dict[str, Any]:
    """What such a run keeps: how many questions were asked, and the shares of each figure by name."""
    shares = {
        figure: {
            measure: {arm: asdict(share) for arm, share in arms.items() if share}
            for measure, arms in found.items()
        }
        for figure, found in figures.items()
    }
    return {"questions": questions, "shares": shares}


def told(
    name: str, run: dict | None, otherwise: str = "what this lesson measures is all there is"
) -> str:
    """A sentence on a stored run: how large it is and what made it, or that the model in use has none, and
    what there is `otherwise`.
    """
    if run is None:
        model = Path(runtime.current().language_model).name
        return f"There is no stored run {name} of {model}: {otherwise}."
    return f"Stored run {name}: {run['questions']} questions put to {run['model']}, by `{run['command']}`."


def beside(shares: Shares, run: dict | None, figure: str) -> "pd.DataFrame":
    """The shares of a figure, a row a measure and arm: `here`, and `stored` where there is a run."""
    import pandas as pd

    rows = [
        {"measure": " ".join(measure.split()), "arm": arm, "here": str(share)}
        for measure, arms in shares.items()
        for arm, share in arms.items()
    ]
    table = pd.DataFrame(rows)
    if run is None:
        return table
    kept = [
        run["shares"][figure].get(measure, {}).get(arm) for measure, arms in shares.items() for arm in arms
    ]
    return table.assign(stored=[str(Interval(**each)) if each else "–" for each in kept])
