"""One door to what the course does outside of its lessons: `python -m course_lib --help`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import CourseError


def _add_results(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "results", help="look at every stored answer", description="Look at what the experiments stored."
    )
    parser.add_argument("--explore", action="store_true", required=True, help="write a page to read them on")
    parser.add_argument("--output", type=Path, default=Path("results.html"), help="the page's file")
    parser.add_argument("--folder", type=Path, default=runtime.DATA / "results", help="where they are stored")
    parser.set_defaults(run=_results)


def _results(options: argparse.Namespace) -> None:
    from course_lib.experiments.explorer import stored_page

    path = files.write_atomically(options.output, stored_page(options.folder))
    print(f"wrote {path}: open it in a browser")


COMMANDS = (_add_results,)  # each adds its parser, with `run` set to what it does


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; 1 for a problem that is told, 2 for arguments that make no sense."""
    parser = argparse.ArgumentParser(prog="python -m course_lib", description=__doc__.partition(":")[0] + ".")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
