"""The verdicts that stand in data/results, each with its model, its file and its command. Lesson 11.

A stored result is a JSON object with `verdicts` (claim -> finding), `model`, `base_sha256` and `command`; it
is held against the manifest. What this module does not do: measure, or judge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files, provenance, runtime
from course_lib.claims.kept import finding_of
from course_lib.claims.verdicts import Finding, Verdict, verdict, whole
from course_lib.errors import CourseError, DataError
from course_lib.evaluation.statistics import Interval
from course_lib.manifest import data_file

if TYPE_CHECKING:
    import pandas as pd

LESSON = "lesson-"  # how a lesson's own verdicts are stored: lesson-04-MODEL.json
MODELS = (Path(runtime.LANGUAGE_MODELS["tiny"]).name, runtime.PRETRAINED, runtime.READER)  # in this order


@dataclass(frozen=True)
class Standing:
    """A verdict that stands: of which model, what was found, the file and command it can be traced to, and
    the commit that they ran from: its first seven digits, with a + where files had changed since.
    """

    model: str
    finding: Finding
    file: str
    command: str
    commit: str


def stored_findings(folder: str | Path | None = None) -> dict[str, tuple[Standing, ...]]:
    """The stored verdicts by claim, the models in the order of MODELS.

    A lesson's own verdict stands only where no experiment's does for that model, since it asked fewer
    questions. A result of other weights than those that a model has here counts for nothing. Raises DataError
    for a file that was altered, and for a verdict that no measurement comes to. Lesson 11.
    """
    folder = Path(folder or runtime.DATA)
    found: dict[str, list[Standing]] = {}
    weights = cache(_weights_here)  # read once a model, not once a result
    every = (folder / "results").glob("*.json")
    paths = sorted(every, key=lambda path: (path.name.startswith(LESSON), path.name))
    for path in paths:
        result = files.read_json(path)
        if not isinstance(result, dict) or not result.get("verdicts") or not _of_this_base(result, weights):
            continue
        file = data_file(f"results/{path.name}", folder).relative_to(folder.parent).as_posix()
        for claim, kept in result["verdicts"].items():
            made = _command(result), provenance.commit_of(result)
            standing = Standing(result["model"], _measured(claim, kept, file), file, *made)
            known = found.setdefault(claim, [])
            if not (path.name.startswith(LESSON) and any(each.model == standing.model for each in known)):
                known.append(standing)
    return {
        claim: tuple(sorted(found[claim], key=lambda each: _place(each.model))) for claim in sorted(found)
    }


def evidence(model: str, folder: str | Path | None = None) -> dict[str, Verdict]:
    """A model's stored verdicts by claim; of several on one claim that which says least for it."""
    order = (Verdict.REFUTED, Verdict.NOT_CONFIRMED, Verdict.CONFIRMED, Verdict.ARITHMETIC)
    found: dict[str, Verdict] = {}
    for claim, standing in stored_findings(folder).items():
        said = [each.finding.verdict for each in standing if each.model == model]
        if said:
            found[claim] = min(said, key=order.index)
    return found


def ledger_table(
    claims: Sequence[str], own: dict[str, Finding], folder: str | Path | None = None
) -> "pd.DataFrame":
    """The ledger: a row a claim, `here` (the learner's own) and a column a model that has stored verdicts.

    A cell is a verdict, or empty where there is none; two experiments of one model are joined by " / ".
    """
    import pandas as pd

    stored = stored_findings(folder)
    models = sorted({each.model for some in stored.values() for each in some}, key=_place)
    rows = []
    for claim in claims:
        row = {"claim": claim, "here": str(own[claim].verdict) if claim in own else ""}
        for model in models:
            said = [str(each.finding.verdict) for each in stored.get(claim, ()) if each.model == model]
            row[model] = " / ".join(dict.fromkeys(said))
        rows.append(row)
    return pd.DataFrame(rows).set_index("claim")


def _measured(claim: str, kept: Any, file: str) -> Finding:
    """The finding as it was stored; raises DataError unless intervals, or a working, come to its verdict."""
    try:
        finding = finding_of(kept)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"The verdict on {claim} in {file} is malformed: {error!r}.") from None
    again = [verdict(Interval(part.mean, part.low, part.high), part.above) for part in finding.parts]
    if finding.working:
        stands = not finding.parts and finding.verdict is Verdict.ARITHMETIC
    else:
        stands = bool(again) and again == [part.verdict for part in finding.parts]
        stands = stands and finding.verdict is whole(finding.parts)
    if finding.claim != claim or not stands:
        raise DataError(
            f"The verdict on {claim} in {file} is not what a measurement comes to.",
            allowed="parts with their intervals, or a working",
            next_step=f"measure it again: python -m course_lib claims {claim} names the command",
        )
    return finding


def _command(result: dict[str, Any]) -> str:
    """What measures it again: its command, in the profile of its model."""
    profiles = {Path(name).name: profile for profile, name in runtime.LANGUAGE_MODELS.items()}
    profile = profiles.get(result["model"], "laptop" if result["model"] == runtime.PRETRAINED else None)
    return f"COURSE_PROFILE={profile} {result['command']}" if profile else result["command"]


def _of_this_base(result: dict[str, Any], weights: Callable[[str], str | None]) -> bool:
    """Whether a result is of the weights that its model has here; a model that is not here is believed."""
    return {"model", "base_sha256", "command"} <= result.keys() and (
        weights(result["model"]) in (None, result["base_sha256"])
    )


def _weights_here(model: str) -> str | None:
    """The SHA-256 of the weights that a model has here, None if it is not here."""
    from course_lib.tuning.recipes import base_sha256

    if model in (runtime.PRETRAINED, runtime.READER) and not runtime.has_pretrained():
        return None  # to read a ledger is no reason to fetch a model
    names = {Path(name).name: name for name in runtime.LANGUAGE_MODELS.values()}
    try:
        return base_sha256(names.get(model, model))
    except CourseError:
        return None


def _place(model: str) -> tuple[int, str]:
    return (MODELS.index(model) if model in MODELS else len(MODELS)), model
