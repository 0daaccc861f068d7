"""`python -m course_lib claims`: the ledger, and what runs on this machine said about each claim."""

import argparse
import textwrap

UNKNOWN = "not measured here"


def add(parser: argparse.ArgumentParser) -> None:
    """There are no options: the ledger is short."""
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print two lines or more a claim: its id, lesson and verdict, then what it says."""
    from course_lib import claims

    found = claims.recorded()
    for id, claim in claims.load_claims().items():
        verdict = found[id].verdict if id in found else UNKNOWN
        print(f"{id}  lesson {claim.lesson}  {verdict}")
        print(textwrap.fill(claim.claim, 100, initial_indent=" " * 5, subsequent_indent=" " * 5))
