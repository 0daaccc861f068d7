"""`python -m course_lib claims`: the ledger, with the verdicts that are stored and those of this machine.

Each claim with who says it, what tests it and what others published; then, model by model, the verdict, the
measured numbers with their intervals, and the file and command that they can be traced to. What was not
measured says so, and which command would.
"""

import argparse

from course_lib.errors import CourseError


def add(parser: argparse.ArgumentParser) -> None:
    """Which claims: all, or those named."""
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="C01 to C36 (default: all)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the claims that are asked for; raises CourseError for one that is not in the ledger."""
    from course_lib import claims

    ledger, own, stored = claims.load_claims(), claims.recorded(), claims.stored_findings()
    wanted = [name.upper() for name in options.claims] or list(ledger)
    if unknown := [name for name in wanted if name not in ledger]:
        raise CourseError(f"The ledger has no claim {unknown[0]!r}.", allowed=", ".join(ledger))
    for name in wanted:
        lines = claims.in_full(ledger[name], stored.get(name, ()), own.get(name))
        print("\n".join(lines), end="\n\n")
