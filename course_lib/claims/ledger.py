"""The ledger, `data/claims.yaml`: what is claimed, by whom, and how the course tests it. Lessons 09 and 11.

What this module does not do: say what came of it. The verdicts are not in the ledger; runs give them.
"""

from dataclasses import dataclass, fields
from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import DataError


@dataclass(frozen=True)
class Claim:
    """What is said, by which sources, the lesson and experiment that test it, and what others published."""

    id: str
    claim: str
    sources: tuple[str, ...]
    lesson: str
    experiment: str
    published: str


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
