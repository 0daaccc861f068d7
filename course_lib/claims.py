"""The ledger of claims, and how a measurement becomes a verdict: from an interval, never from a constant.

`data/claims.yaml` says what is claimed, by whom, and how the course tests it. The verdicts are not in it: a
learner's own run gives them, and they are kept on that learner's machine. Lessons 09 and 11.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import files, runtime
from course_lib.errors import CourseError, DataError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import form_and_facts
from course_lib.experiments.arithmetic import WORKINGS

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Rule

RECORD = "verdicts.json"


class Verdict(StrEnum):
    """What a run may say about a claim."""

    CONFIRMED = "confirmed here"
    NOT_CONFIRMED = "not confirmed here"
    REFUTED = "refuted here"
    ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class Claim:
    """What is said, by which sources, the lesson and experiment that test it, and what others published."""

    id: str
    claim: str
    sources: tuple[str, ...]
    lesson: str
    experiment: str
    published: str


@dataclass(frozen=True)
class Part:
    """One thing that a claim asks for: a measured interval, what it must lie above, and the verdict."""

    what: str
    mean: float
    low: float
    high: float
    above: float
    verdict: Verdict


@dataclass(frozen=True)
class Finding:
    """What a run found about a claim: its verdict, the parts it rests on, and where it was measured."""

    claim: str
    verdict: Verdict
    parts: tuple[Part, ...]
    working: str  # of an arithmetic verdict: the figures; else empty
    machine: str  # "any" of an arithmetic verdict


def load_claims(path: str | Path | None = None) -> dict[str, Claim]:
    """The 36 claims of data/claims.yaml by id.

    Raises DataError for a record without one of its fields, and for a source that is not in the list.
    """
    ledger = _ledger(path)
    names = [field.name for field in fields(Claim)]
    claims = {}
    for record in ledger["claims"]:
        missing = [name for name in names if not record.get(name)]
        if missing:
            raise DataError(
                f"The claim {record.get('id', '?')} lacks {', '.join(missing)}.", allowed=", ".join(names)
            )
        unknown = sorted(set(record["sources"]) - set(ledger["sources"]))
        if unknown or record["id"] in claims:
            problem = f"names an unknown source, {unknown[0]}" if unknown else "is there twice"
            raise DataError(f"The claim {record['id']} {problem}.", allowed=", ".join(ledger["sources"]))
        chosen = {name: record[name] for name in names}
        claims[record["id"]] = Claim(**chosen | {"sources": tuple(record["sources"])})
    return claims


def load_sources(path: str | Path | None = None) -> dict[str, str]:
    """Who makes the claims: id of the source -> its reference."""
    return dict(_ledger(path)["sources"])


def _ledger(path: str | Path | None) -> dict:
    import yaml

    path = Path(path or runtime.DATA / "claims.yaml")
    try:
        ledger = yaml.safe_load(files.read_text(path))
    except yaml.YAMLError as error:
        raise DataError(f"The ledger {path} is not YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(ledger, dict) or not {"sources", "claims"} <= ledger.keys():
        raise DataError(f"The ledger {path} lacks its two parts.", allowed="sources and claims")
    return ledger


def verdict(found: Interval, above: float = 0.0) -> Verdict:
    """Confirmed if the whole interval lies above the threshold, refuted if below, else not confirmed.

    Lesson 09 builds it (exercise 9.2).
    """
    if found.low > above:
        return Verdict.CONFIRMED
    return Verdict.REFUTED if found.high < above else Verdict.NOT_CONFIRMED


def judge(claim: str, measured: Mapping[str, Interval | tuple[Interval, float]]) -> Finding:
    """The verdict on a claim from everything it asks for: what -> interval, or (interval, threshold).

    Confirmed if all parts are, refuted if one is, else not confirmed. Raises CourseError for an unknown claim
    and for no parts.
    """
    _check(claim)
    if not measured:
        raise CourseError(f"Nothing was measured for {claim}.", allowed="one interval or more")
    parts = []
    for what, given in measured.items():
        found, above = given if isinstance(given, tuple) else (given, 0.0)
        parts.append(Part(what, found.mean, found.low, found.high, above, verdict(found, above)))
    said = {part.verdict for part in parts}
    if Verdict.REFUTED in said:
        final = Verdict.REFUTED
    else:
        final = Verdict.CONFIRMED if said == {Verdict.CONFIRMED} else Verdict.NOT_CONFIRMED
    return Finding(claim, final, tuple(parts), "", repr(runtime.current()))


def arithmetic(claim: str, working: str) -> Finding:
    """A claim that counting settles, with its figures; raises CourseError for an unknown claim or none."""
    _check(claim)
    if not working.strip():
        raise CourseError(f"An arithmetic verdict on {claim} needs its figures.")
    return Finding(claim, Verdict.ARITHMETIC, (), working, "any")  # counting is the same everywhere


def _check(claim: str) -> None:
    if claim not in (known := load_claims()):
        raise CourseError(f"The ledger has no claim {claim!r}.", allowed=", ".join(known))


def weigh(table: "pd.DataFrame", rules: Mapping[str, "Rule"] = form_and_facts.RULES) -> list[Finding]:
    """The findings of an experiment's rules on its table, by default those of lesson 09's comparison.

    A rule whose arms are not in the table raises CourseError.
    """
    return [judge(claim, rule(table)) for claim, rule in rules.items()]


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


def record(findings: list[Finding]) -> Path:
    """Keep findings on this machine, the newest of each claim, and return the file. Lesson 11 reads it."""
    path = runtime.cache_dir() / RECORD
    every = {each.claim: asdict(each) for each in [*recorded().values(), *findings]}
    kept = {claim: each for claim, each in every.items() if claim not in WORKINGS}
    return files.write_json(path, kept)


def recorded() -> dict[str, Finding]:
    """The findings kept on this machine, by claim, and those that counting settles, which need no run.

    A damaged file counts as none.
    """
    path = runtime.cache_dir() / RECORD
    counted = {claim: arithmetic(claim, working()) for claim, working in WORKINGS.items()}
    try:
        kept = {claim: _finding(each) for claim, each in files.read_json(path).items()}
    except (DataError, AttributeError, KeyError, TypeError, ValueError):
        return counted
    return kept | counted


def _finding(kept: dict) -> Finding:
    parts = tuple(Part(**each | {"verdict": Verdict(each["verdict"])}) for each in kept["parts"])
    return Finding(**kept | {"verdict": Verdict(kept["verdict"]), "parts": parts})
