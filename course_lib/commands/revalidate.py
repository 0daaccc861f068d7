"""`python -m course_lib revalidate ADAPTER`: is an adapter still as good as its card says?

It is scored again beside its base as it is now, or another one, and the command fails if it is worse beyond
the interval. With --write it is scored and gets its card.
"""

import argparse
from pathlib import Path

from course_lib.errors import CourseError


def add(parser: argparse.ArgumentParser) -> None:
    """The adapter, and what may have changed."""
    parser.add_argument("adapter", type=Path, help="the folder of an adapter that this course trained")
    parser.add_argument("--model", help="the base to score it beside (default: its own, as it is now)")
    parser.add_argument("--examples", type=Path, help='its training data: JSON Lines of {"messages": […]}')
    parser.add_argument("--write", action="store_true", help="write its card; needs --examples")
    parser.add_argument("--exam", choices=("style", "facts"), help="of a new card (default: style)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Score the adapter; raise CourseError for a drop."""
    from course_lib import files, runtime
    from course_lib.experiments import revalidation

    if options.write and (options.examples is None or options.model):
        raise CourseError("--write goes with --examples, and without --model.")
    if options.exam and not options.write:
        raise CourseError("--exam goes with --write: a card says which exam it is about.")
    examples = None
    if options.examples is not None:
        rows = files.read_jsonl(options.examples)
        if not all("messages" in row for row in rows):
            raise CourseError(
                f"A line of {options.examples} has no messages.", allowed='{"messages": [{"role": …}, …]}'
            )
        examples = [row["messages"] for row in rows]
    runtime.start()
    if options.write:
        card = revalidation.certify(options.adapter, examples, options.exam or "style")
        print(f"wrote the card of {options.adapter.name}: {', '.join(card.scores)}")
        return
    found = revalidation.revalidate(options.adapter, options.model, examples)
    print(found.told())
    revalidation.check(found)
