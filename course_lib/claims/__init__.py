"""The ledger of claims, and the verdicts that a run gives on them. Lessons 02, 04, 05, 09 and 11.

ledger.py says what is claimed, verdicts.py turns intervals into verdicts, kept.py keeps and shows them.
"""

from course_lib.claims.kept import RECORD, as_table, beside_published, findings_of, record, recorded
from course_lib.claims.ledger import Claim, load_claims, load_sources
from course_lib.claims.verdicts import Finding, Part, Verdict, arithmetic, judge, verdict, weigh

__all__ = [
    "RECORD",
    "Claim",
    "Finding",
    "Part",
    "Verdict",
    "arithmetic",
    "as_table",
    "beside_published",
    "findings_of",
    "judge",
    "load_claims",
    "load_sources",
    "record",
    "recorded",
    "verdict",
    "weigh",
]
