"""The ledger of claims, and the verdicts that a run gives on them. Lessons 02, 04, 05, 09 and 11.

ledger.py says what is claimed, measuring.py what tests it, verdicts.py turns intervals into verdicts; kept.py
keeps a learner's, gathered.py reads those that are stored for each model, and telling.py says it in full.
"""

from course_lib.claims.gathered import Standing, evidence, ledger_table, stored_findings
from course_lib.claims.kept import RECORD, as_table, beside_published, findings_of, record, recorded
from course_lib.claims.ledger import Claim, load_claims, load_sources
from course_lib.claims.measuring import Trial, trials
from course_lib.claims.telling import NEVER, UNKNOWN, in_full
from course_lib.claims.verdicts import Finding, Part, Verdict, arithmetic, judge, verdict, weigh

__all__ = [
    "NEVER",
    "RECORD",
    "UNKNOWN",
    "Claim",
    "Finding",
    "Part",
    "Standing",
    "Trial",
    "Verdict",
    "arithmetic",
    "as_table",
    "beside_published",
    "findings_of",
    "evidence",
    "in_full",
    "judge",
    "ledger_table",
    "load_claims",
    "load_sources",
    "record",
    "recorded",
    "stored_findings",
    "trials",
    "verdict",
    "weigh",
]
