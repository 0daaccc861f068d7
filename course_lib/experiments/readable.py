"""Tables of lesson 09 as a reader sees them: how sure a cell is, from how few questions; the closing table.

What this module does not do: measure or weigh anything (measures.py and the rules of the claims do).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.evaluation.statistics import CLUSTER, Interval, cluster_means, intervals, together
from course_lib.experiments.measures import MEASURES, Measure, against_in, counted, difference, paired
from course_lib.experiments.set_up import set_up

if TYPE_CHECKING:
    import pandas as pd

FEW = 20  # questions, below which a cell is marked
DIFFERING = 6  # of fewer questions, all one way, no exact test makes a difference: 2 · ½⁵ is above .05
TOO_FEW = "too few"
CLEAR, ALONE = " *", " ·"  # clear of 0 together with all others of a table, and only by itself


def share_of(found: Interval, n: int) -> str:
    """A share with its interval, marked where it is of fewer than FEW questions."""
    return f"{found} {TOO_FEW}" if n < FEW else str(found)


def gap(found: Interval, n: int, differ: int) -> str:
    """A difference with its interval; of questions that are not enough without it, since the bootstrap's is
    then too narrow, and may even have no width.
    """
    if enough(n, differ):
        return str(found)
    why = TOO_FEW if n < FEW else f"{differ or 'none'} of {n} differ"
    return f"{round(found.mean, 2) + 0.0:.2f}, {why}"


def gap_of(table: "pd.DataFrame", arm: str, base: str, measure: Measure) -> str:
    """The difference of two arms in a measure, as `gap` tells it. Lesson 09."""
    return gap(difference(table, arm, base, measure), *differing(table, arm, base, measure))


def differing(table: "pd.DataFrame", arm: str, base: str, measure: Measure) -> tuple[int, int]:
    """How many facts two arms were both asked about, and on how many they differ in a measure. Lesson 09."""
    both = paired(table, arm, base, measure)
    return counts(both["a"], both["b"], both[CLUSTER].to_numpy())


def enough(n: int, differ: int) -> bool:
    """Whether a paired difference over n questions, of which so many differ, is given an interval."""
    return n >= FEW and differ >= DIFFERING


def by_chance(
    a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None
) -> float:
    """The p of the exact sign test: how often a fair coin tells one-sided as much or more, of the facts on
    which two systems differ, scores (n,) of the same questions. It holds of however few facts, where the
    bootstrap's interval is too narrow. Lesson 09.
    """
    gaps = _gaps(a, b, cluster)
    up, down = int((gaps > 0).sum()), int((gaps < 0).sum())
    n = up + down
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(up, down) + 1)) / 2**n)


def counts(
    a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None
) -> tuple[int, int]:
    """How many facts two systems were asked about, scores (n,) of the same questions, and on how many they
    differ.
    """
    gaps = _gaps(a, b, cluster)
    return len(gaps), int((gaps != 0).sum())


def _gaps(
    a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray, cluster: Sequence | np.ndarray | None
) -> np.ndarray:
    """a − b, the mean of each fact, (facts,); what rounding leaves of two equal scores is 0."""
    gaps = cluster_means(np.asarray(a, dtype=float) - np.asarray(b, dtype=float), cluster)
    return np.where(np.abs(gaps) > 1e-9, gaps, 0.0)


def apart(table: "pd.DataFrame", measure: Measure, column: str) -> "pd.DataFrame":
    """A measure of each arm apart by a column of the questions (phrasing, kind, origin): a row an arm, a
    column a value with its number of facts, cells of few facts marked. Lesson 09.
    """
    found = intervals(table[table[measure.of]], measure.column, ["arm", column])
    cells = [share_of(Interval(r.mean, r.low, r.high), r.n) for r in found.itertuples()]
    most = found.groupby(column, sort=False)["n"].max()
    heads = [f"{value} ({most[value]})" for value in found[column]]
    wide = found.assign(cell=cells, head=heads).pivot(index="arm", columns="head", values="cell")
    wide = wide.loc[found["arm"].unique(), list(dict.fromkeys(heads))].fillna("–")
    return wide.rename_axis(index=None, columns=None)


def beside(table: "pd.DataFrame", base: str, measures: Sequence[Measure]) -> "pd.DataFrame":
    """Every arm less `base`, a row an arm, a column a measure with the number of its facts.

    A cell has the difference with its own 95 % interval, and CLEAR behind it where the interval at which all
    cells hold together leaves out 0, ALONE where only its own does, if the exact sign test agrees each time;
    of few questions, see gap. Lesson 09.
    """
    import pandas as pd

    columns: dict[str, dict[str, str]] = {}
    all_cells = against_in(table, base, measures)
    level = 1 - together(sum(len(found) for found in all_cells.values()))
    for measure, found in all_cells.items():
        n = counted(table, base, measure)[CLUSTER].nunique()
        cells = columns.setdefault(f"{measure.name} ({n})", {})
        for arm, (alone, strict) in found.items():
            both = paired(table, arm, base, measure)
            sides = both["a"], both["b"], both[CLUSTER].to_numpy()
            size, p, sure = counts(*sides), by_chance(*sides), ""
            if enough(*size):
                strictly, by_itself = is_clear(strict) and p <= level, is_clear(alone) and p <= 0.05
                sure = CLEAR if strictly else ALONE if by_itself else ""
            cells[arm] = gap(alone, *size) + sure
    wide = pd.DataFrame(columns)
    return wide.loc[[arm for arm in table["arm"].unique() if arm in wide.index]].fillna("–")


def is_clear(found: Interval) -> bool:
    """Whether an interval leaves out 0."""
    return not found.low <= 0 <= found.high


def ahead(found: Mapping[str, tuple[Interval, Interval]], base: str) -> str:
    """Which of measures.against are ahead of `base` and which behind, at the intervals that hold together."""
    told = {
        "clear of 0 above": [name for name, (_, strict) in found.items() if strict.low > 0],
        "clear of 0 below": [name for name, (_, strict) in found.items() if strict.high < 0],
    }
    sure = [f"{where}: {', '.join(some)}" for where, some in told.items() if some]
    if not sure:
        return f"of {len(found)} differences from {base} none is clear of 0 together with the others"
    return f"of {len(found)} differences from {base}, all together, {'; '.join(sure)}"


def as_shares(
    summed: "pd.DataFrame", measures: Iterable[Measure], rows: Iterable[str] = ()
) -> dict[str, dict[str, Interval]]:
    """Arm -> measure -> its share, of a summary or of stored rows like it, as plots.shares draws them; of all
    arms, or of `rows`. Lesson 09.
    """
    wanted, kept = {each.name for each in measures}, set(rows)
    found: dict[str, dict[str, Interval]] = {}
    for row in summed.itertuples():
        if row.measure in wanted and (not kept or row.arm in kept):
            found.setdefault(row.arm, {})[row.measure] = Interval(row.mean, row.low, row.high)
    return found


def two_by_two(summed: "pd.DataFrame", measures: Sequence[Measure], ways: Sequence[str]) -> "pd.DataFrame":
    """The four combinations of the prompt's format: a row a training and measure, a column a way to serve it.

    `ways` are those of prompt_format, whose arms are named "tuned WAY, served WAY". Lesson 09; claim C16.
    """
    import pandas as pd

    found = {(row.arm, row.measure): row for row in summed.itertuples()}
    cells = {
        f"served {served}": {
            f"{measure.name}, tuned {tuned}": share_of(Interval(row.mean, row.low, row.high), row.n)
            for measure in measures
            for tuned in ways
            if (row := found.get((f"tuned {tuned}, served {served}", measure.name)))
        }
        for served in ways
    }
    return pd.DataFrame(cells)


def closing(
    summed: "pd.DataFrame", costs: "pd.DataFrame", seconds: Mapping[str, float] | None = None
) -> "pd.DataFrame":
    """The table that closes the lesson: a row an arm; all measures, tokens, milliseconds, seconds of set-up.

    `summed` is a summary, `costs` those of the same answers (summary.costs, or as a stored run has them), and
    `seconds` those before the first answer (set_up). What was not measured is a dash. Lesson 09.
    """
    told = summed.assign(
        cell=[share_of(Interval(r.mean, r.low, r.high), r.n) for r in summed.itertuples()]
    ).pivot(index="arm", columns="measure", values="cell")
    order = [each.name for each in MEASURES if each.name in told]
    told = told.loc[summed["arm"].unique(), order].fillna("–")
    heads = {"prompt_tokens": "tokens read", "completion_tokens": "tokens written", "total": "ms in a batch"}
    spent = costs.reindex(told.index)[list(heads)].rename(columns=heads)
    for name in heads.values():
        told[name] = ["–" if np.isnan(each) else f"{each:.0f}" for each in spent[name]]
    known = seconds or {}
    told["set-up s"] = [f"{known[arm]:.0f}" if arm in known else "–" for arm in told.index]
    return told.rename_axis(index=None, columns=None)


def closing_of(runs: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """The closing table of stored runs of one model, of which the first is the comparison. Lesson 09."""
    import pandas as pd

    rows = pd.DataFrame([row for run in runs for row in run["summary"]])
    rows = rows.drop_duplicates(["arm", "measure"])
    spent = {arm: each for run in runs for arm, each in run["costs"].items()}
    return closing(rows, pd.DataFrame(spent).T, set_up(runs, rows["arm"].unique()))
