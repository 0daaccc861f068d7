"""`python -m course_lib wren`: educate wren from nothing, with any setting of its recipe."""

import argparse
from pathlib import Path

from course_lib.commands.recipe_options import add_settings, with_settings
from course_lib.runtime import DATA
from course_lib.world.wren.recipe import Recipe


def add(parser: argparse.ArgumentParser) -> None:
    """Its options; a second call goes on where the first one stopped."""
    parser.add_argument("--output", type=Path, default=DATA / "models" / "wren", help="the finished model")
    parser.add_argument("--work", type=Path, default=Path("runs/wren"), help="checkpoints")
    parser.add_argument("--until", type=int, help="stop after this step (to try something)")
    add_settings(parser, Recipe())
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Educate, and write the model once it is finished."""
    from course_lib.world.wren.educate import educate

    educate(with_settings(Recipe(), options), options.output, options.work, options.until)
