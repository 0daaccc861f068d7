"""`python -m course_lib model-report`: examine wren and SmolLM2, and write a card for each."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--n", type=int, default=100, help="tasks a measure on invented worlds")
    parser.add_argument("--facts", type=int, help="facts of the company, all without it")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="examine this one, and keep the stored readings of the others; may be given more than once",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Examine every model that is here, on one machine and one set of exams."""
    from course_lib import provenance
    from course_lib.manifest import write_manifest
    from course_lib.world.reading.report import report

    write_manifest()  # new weights may have come, and loading verifies them
    begun = provenance.begin("python -m course_lib", options.arguments)
    report(options.n, options.facts, begun, options.only)
    write_manifest()
