"""An experiment of many trainings: its points, each measured once, kept as they come, and read as one table.

An experiment is a module with NAME; `points(profile)`, settings as JSON, one training and its scoring each;
`measure(point)`, what came of it with the profile's model, as JSON; and RULES, what its claims ask for. A run
that is stopped goes on at the point that it was at. Lessons 06 to 08 read what is stored, and measure one of
its points again.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from course_lib import files, runtime
from course_lib.errors import CourseError, TrainingDiverged
from course_lib.tuning.recipes import base_sha256

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Rule

DIVERGED, TOOK = "diverged", "took"
ROWS = "rows.jsonl"  # of a run: whose it is, then a point, its results and its seconds a line


class Sweep(Protocol):
    """What an experiment of this form is: a module with these names."""

    NAME: str
    RULES: "Mapping[str, Rule]"

    def points(self, profile: str) -> Sequence[Mapping[str, Any]]:
        """The settings of each training, its seed among them."""
        ...

    def measure(self, point: Mapping[str, Any]) -> Mapping[str, Any]:
        """What came of one point, with what it took: seed, steps, tokens, seconds."""
        ...


def run(sweep: Sweep, work: Path, say: Callable[[str], None] = print, limit: int | None = None) -> list[dict]:
    """Measure every point that is not yet in the folder `work`, or `limit` of them; return all rows in order.

    A row is a point with its results; of a training that diverged, which at a rate too high is its result,
    what was said. What a point does not name (a number of steps, what is asked) is not
    looked at: after such a change take another folder. Raises CourseError if the folder holds a run of
    another experiment or model, and if the experiment has no points for the profile.
    """
    path, whose = Path(work) / ROWS, _whose(sweep)
    kept = files.read_jsonl(path) if path.exists() else [whose]
    if not kept or kept[0] != whose:
        raise CourseError(
            f"The folder {work} holds a run of another experiment or model.",
            next_step="choose another --work folder, or delete it to begin anew",
        )
    profile = runtime.current().profile
    points = [dict(point) for point in sweep.points(profile)]
    if not points:
        raise CourseError(
            f"{sweep.NAME} has no points for the profile {profile}.",
            next_step="run it with COURSE_PROFILE=tiny",
        )
    done = {_key(row["point"]): row["found"] for row in kept[1:]}
    missing = [point for point in points if _key(point) not in done]
    for number, point in enumerate(missing[:limit], start=1):
        say(f"point {number} of {len(missing)}: {_shown(point)}")
        started = perf_counter()
        try:
            found = dict(sweep.measure(point))
        except TrainingDiverged as error:
            say(error.problem)
            found = {DIVERGED: error.problem}
        kept.append({"point": point, "found": found, TOOK: round(perf_counter() - started, 1)})
        files.write_jsonl(path, kept)
        done[_key(point)] = found
    return [point | done[_key(point)] for point in points if _key(point) in done]


def seconds_of(work: Path) -> int | None:
    """What the points in a folder took, over all the runs that measured them; None if one kept no time."""
    took = [row.get(TOOK) for row in files.read_jsonl(Path(work) / ROWS)[1:]]
    return None if None in took else round(sum(took))


def table(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """Rows as a table, a row a point, as the rules of the claims read it."""
    import pandas as pd

    return pd.DataFrame([dict(row) for row in rows])


def _whose(sweep: Sweep) -> dict[str, Any]:
    model = runtime.current().language_model
    return {"sweep": sweep.NAME, "model": Path(model).name, "base_sha256": base_sha256()}


def _key(point: Mapping[str, Any]) -> str:
    return repr(sorted(point.items()))


def _shown(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in point.items())
