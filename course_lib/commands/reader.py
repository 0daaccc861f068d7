"""`python -m course_lib reader`: teach SmolLM2 to read, with any setting of the recipe."""

import argparse
from pathlib import Path

from course_lib.commands.recipe_options import add_settings, with_settings
from course_lib.runtime import ADAPTER
from course_lib.world.reading.recipe import Recipe


def add(parser: argparse.ArgumentParser) -> None:
    """Its options; a second call goes on where the first one stopped."""
    parser.add_argument("--work", type=Path, default=Path("runs/reader"), help="checkpoints, and the log")
    parser.add_argument("--output", type=Path, default=ADAPTER, help="the finished adapter")
    add_settings(parser, Recipe())
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Teach, and write the adapter once it is finished."""
    from course_lib.world.reading.teach import teach

    teach(with_settings(Recipe(), options), options.work, options.output)
