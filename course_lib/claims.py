"""The ledger of claims, and how a measurement becomes a verdict: from an interval, never from a constant.

`data/claims.yaml` says what is claimed, by whom, and how the course tests it. The verdicts are not in it: a
learner's own run gives them, and they are kept on that learner's machine. Lessons 09 and 11.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import experiments, files, runtime
from course_lib.errors import CourseError, DataError
from course_lib.evaluation.statistics import Interval, paired_bootstrap

if TYPE_CHECKING:
    import pandas as pd

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
    machine: str


def load_claims(path: str | Path | None = None) -> dict[str, Claim]:
    """The 32 claims of data/claims.yaml by id.

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
    return Finding(claim, Verdict.ARITHMETIC, (), working, repr(runtime.current()))


def _check(claim: str) -> None:
    if claim not in (known := load_claims()):
        raise CourseError(f"The ledger has no claim {claim!r}.", allowed=", ".join(known))


def weigh(table: "pd.DataFrame") -> list[Finding]:
    """C01, C02, C05 and C31 from the table of lesson 09, whose arms have the names that experiments gives.

    Facts and form are judged where tuning has its best chance: on facts that it was taught and that stayed.
    """
    from course_lib.experiments import (
        FRESH,
        HYBRID,
        OLD_INDEX,
        PRECISION,
        RAG,
        SOURCE,
        STYLE,
        TAUGHT,
        TUNED_FACTS,
    )

    def less(a: str, b: str, measure: experiments.Measure) -> Interval:
        return experiments.difference(table, a, b, measure)

    old = table[(table["arm"] == TUNED_FACTS) & table["changed"]]
    old = old.groupby("question", sort=False)[["stale", "correct"]].mean()
    outdated = paired_bootstrap(old["stale"].to_numpy(float), old["correct"].to_numpy(float))
    c31: dict[str, Interval | tuple[Interval, float]] = {
        "right document named: RAG − tuned on facts": less(RAG, TUNED_FACTS, SOURCE)
    }
    if right := experiments.interval(table, TUNED_FACTS, PRECISION):
        wrong = Interval(1 - right.mean, 1 - right.high, 1 - right.low)
        c31["tuned on facts: share of named documents that are wrong"] = (wrong, 0.5)
    return [
        judge(
            "C01",
            {
                "right values, facts that stayed: RAG − tuned on facts": less(RAG, TUNED_FACTS, TAUGHT),
                "house style: RAG + tuned on form − RAG": less(HYBRID, RAG, STYLE),
            },
        ),
        judge(
            "C02",
            {
                f"{measure.name}: hybrid − RAG": less(HYBRID, RAG, measure)
                for measure in (experiments.VALUE, STYLE, SOURCE)
            },
        ),
        judge(
            "C05",
            {
                "changed facts right: new index − old index": less(RAG, OLD_INDEX, FRESH),
                "changed facts right: RAG − tuned on facts": less(RAG, TUNED_FACTS, FRESH),
                "tuned on facts: last year's value − this year's": outdated,
            },
        ),
        judge("C31", c31),
    ]


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
    kept = {each.claim: asdict(each) for each in [*recorded().values(), *findings]}
    return files.write_json(path, kept)


def recorded() -> dict[str, Finding]:
    """The findings kept on this machine, by claim; none if there are none, or if the file is damaged."""
    path = runtime.cache_dir() / RECORD
    try:
        kept = files.read_json(path)
        return {claim: _finding(each) for claim, each in kept.items()}
    except (DataError, AttributeError, KeyError, TypeError, ValueError):
        return {}


def _finding(kept: dict) -> Finding:
    parts = tuple(Part(**each | {"verdict": Verdict(each["verdict"])}) for each in kept["parts"])
    return Finding(**kept | {"verdict": Verdict(kept["verdict"]), "parts": parts})
