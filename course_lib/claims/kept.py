"""Findings kept on a learner's machine, the newest of each claim by model, or shown as a table.

Lessons 09 and 11.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import files, runtime
from course_lib.claims.ledger import load_claims
from course_lib.claims.verdicts import Finding, Part, Verdict, arithmetic
from course_lib.errors import DataError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments.arithmetic import WORKINGS

if TYPE_CHECKING:
    import pandas as pd

RECORD = "verdicts.json"


def as_table(findings: list[Finding]) -> "pd.DataFrame":
    """Findings to read: a row a part, with its interval, its threshold and its verdict, then the claim's."""
    import pandas as pd

    rows = []
    for finding in findings:
        for part in finding.parts:
            shown = str(Interval(part.mean, part.low, part.high))
            rows.append((finding.claim, part.what, shown, part.above, str(part.verdict)))
        rows.append((finding.claim, finding.working or "the claim", "", "", str(finding.verdict)))
    return pd.DataFrame(rows, columns=["claim", "what", "measured", "must lie above", "verdict"])


def findings_of(run: dict | None) -> list[Finding]:
    """The findings that a stored run holds, as its `verdicts`; none where there is no run. Lesson 08.

    Raises DataError for verdicts in another form.
    """
    try:
        return [finding_of(each) for each in ((run or {}).get("verdicts") or {}).values()]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"The verdicts of a stored run are malformed: {error!r}.") from None


def beside_published(runs: Mapping[str, dict | None]) -> "pd.DataFrame":
    """What was published on claims beside what was found here: claim -> the stored run that weighs it.

    A row a claim: what is claimed, published, and the verdict here with the claim's parts. What counting
    settles needs no run. Lessons 06 to 08.
    """
    import pandas as pd

    ledger, rows = load_claims(), []
    for claim, run in runs.items():
        found = next((each for each in findings_of(run) if each.claim == claim), None)
        if claim in WORKINGS:
            here = [WORKINGS[claim]()]
        elif found:
            parts = [f"{p.what}: {Interval(p.mean, p.low, p.high)}" for p in found.parts]
            here = [str(found.verdict), *parts]
        else:
            here = ["no stored run of this model"]
        rows.append((claim, ledger[claim].claim, ledger[claim].published, "; ".join(here)))
    return pd.DataFrame(rows, columns=["", "claim", "published", "here"]).set_index("")


def record(findings: list[Finding]) -> Path:
    """Keep what a lesson measured with the model in use, the newest of each claim, and return the file.

    Lesson 11 reads it. Where the cache cannot be written, say so: no lesson stops at its end for that.
    """
    path, models = runtime.cache_dir() / RECORD, _kept()
    of_this = models.get(_model(), {}) | {each.claim: asdict(each) for each in findings}
    models[_model()] = {claim: each for claim, each in of_this.items() if claim not in WORKINGS}
    try:
        return files.write_json(path, models)
    except OSError as error:
        print(f"These verdicts are not kept for lesson 11: {error.strerror or error}.")
        return path


def recorded() -> dict[str, Finding]:
    """The findings of the model in use that are kept on this machine, by claim, and those that counting
    settles, which need no run.

    What was found with another model says nothing of this one. A damaged file counts as none.
    """
    counted = {claim: arithmetic(claim, working()) for claim, working in WORKINGS.items()}
    return {claim: finding_of(each) for claim, each in _kept().get(_model(), {}).items()} | counted


def _kept() -> dict[str, dict[str, dict]]:
    """Model -> claim -> a finding, as they are stored; none of a file that is damaged."""
    try:
        models = files.read_json(runtime.cache_dir() / RECORD)
        for found in models.values():
            for each in found.values():
                finding_of(each)
    except (DataError, AttributeError, KeyError, TypeError, ValueError):
        return {}
    return models


def _model() -> str:
    return Path(runtime.current().language_model).name


def finding_of(kept: dict) -> Finding:
    """A finding as it was before it was stored; raises KeyError, TypeError or ValueError otherwise."""
    parts = tuple(Part(**each | {"verdict": Verdict(each["verdict"])}) for each in kept["parts"])
    return Finding(**kept | {"verdict": Verdict(kept["verdict"]), "parts": parts})
