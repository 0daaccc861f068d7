"""The table of a comparison, summed up: measures by arm, losses, and what an answer costs. Lesson 09."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course_lib.evaluation.statistics import CLUSTER, Interval, intervals
from course_lib.experiments.failures import failure_table
from course_lib.experiments.measures import MEASURES, Measure, counted, interval
from course_lib.experiments.table import STAGES

if TYPE_CHECKING:
    import pandas as pd


def summary(
    table: "pd.DataFrame", measures: Sequence[Measure] = MEASURES, cluster: str | None = CLUSTER
) -> "pd.DataFrame":
    """One row an arm and measure: mean, low and high of its `interval`, and n facts that count."""
    import pandas as pd

    found = []
    for arm in table["arm"].unique():
        for measure in measures:
            if shown := interval(table, arm, measure, cluster):
                n = counted(table, arm, measure)[cluster or "question"].nunique()
                found.append({"arm": arm, "measure": measure.name, **vars(shown), "n": n})
    return pd.DataFrame(found, columns=["arm", "measure", "mean", "low", "high", "n"])


def side_by_side(summed: "pd.DataFrame") -> "pd.DataFrame":
    """A summary to read: a row a measure, a column an arm, in each cell `0.83 [0.79, 0.87]`."""
    cells = summed.assign(cell=[str(Interval(r.mean, r.low, r.high)) for r in summed.itertuples()])
    wide = cells.pivot(index="measure", columns="arm", values="cell").fillna("–")
    wide = wide.loc[summed["measure"].unique(), summed["arm"].unique()]
    return wide.rename_axis(index=None, columns=None)


def by_column(table: "pd.DataFrame", measure: Measure, column: str) -> dict[str, dict[str, Interval]]:
    """A measure of each arm apart by a column of the questions (phrasing, kind, origin): a value of the
    column -> an arm -> its share, as plots.shares draws them. Lesson 09.
    """
    found: dict[str, dict[str, Interval]] = {}
    for row in intervals(table[table[measure.of]], measure.column, ["arm", column]).itertuples():
        found.setdefault(getattr(row, column), {})[row.arm] = Interval(row.mean, row.low, row.high)
    return found


def costs(table: "pd.DataFrame") -> "pd.DataFrame":
    """Means a question, by arm: tokens read and written, milliseconds by stage and in all."""
    by_arm = table.groupby("arm", sort=False)[["prompt_tokens", "completion_tokens", *STAGES]].mean()
    return by_arm.assign(total=by_arm[list(STAGES)].sum(axis=1)).rename_axis(index=None)


def in_full(table: "pd.DataFrame") -> dict[str, Any]:
    """What a table comes to, as it is stored: measures by arm and by seed, failures, and costs."""
    trained = [arm for arm, rows in table.groupby("arm", sort=False) if rows["seed"].nunique() > 1]
    by_seed = [
        {"seed": int(seed), **row}
        for seed, rows in table[table["arm"].isin(trained)].groupby("seed")
        for row in summary(rows).to_dict("records")
    ]
    return {
        "questions": int(table["question"].nunique()),
        "summary": summary(table).to_dict("records"),
        "by_seed": by_seed,
        "failures": {
            of: failure_table(table, [of] if of != "all" else []).to_dict("records")
            for of in ("all", "origin", "kind")
        },
        "costs": costs(table).round(1).to_dict("index"),
    }
