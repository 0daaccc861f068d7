"""What grounded answers cost and what their scores tell apart: the rules of lesson 05's claims."""

from typing import TYPE_CHECKING

from course_lib.evaluation import faults, latency
from course_lib.evaluation.statistics import Interval, bootstrap_interval
from course_lib.experiments.setting import Parts

if TYPE_CHECKING:
    import pandas as pd


def c25(times: "pd.DataFrame") -> Parts:
    """Retrieval adds 200 to 800 milliseconds to an answer; `times` as `latency.time_stages` gives them."""
    more = bootstrap_interval(latency.added(times)["total"])
    below = Interval(800 - more.mean, 800 - more.high, 800 - more.low)
    return {"milliseconds added": (more, 200.0), "800 ms less those added": below}


def c26(table: "pd.DataFrame") -> Parts:
    """Each fault moves the score that is meant for it, and no other.

    Of the other scores the one that moved most counts; how far it moved is given as a negative number, which
    must lie above -faults.NO_MOVE.
    """
    parts: Parts = {}
    for fault, some in faults.falls(table).groupby("fault", sort=False):
        own = some[some["own"]].iloc[0]
        fell = Interval(own["mean"], own["low"], own["high"])
        parts[f"{fault}: {own['score']} falls"] = fell, faults.NO_MOVE
        others = some[~some["own"]]
        most = others.loc[others["mean"].abs().idxmax()]
        ends = [-abs(most["low"]), -abs(most["high"])]
        if most["low"] < 0 < most["high"]:
            ends.append(0.0)
        moved = Interval(-abs(most["mean"]), min(ends), max(ends))
        parts[f"{fault}: {most['score']}, of the others, keeps still"] = moved, -faults.NO_MOVE
    return parts
