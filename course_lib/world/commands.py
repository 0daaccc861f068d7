"""The verbs of the one door that make the instrument: data, wren, reader, model-report."""

import argparse
from dataclasses import asdict
from pathlib import Path

from course_lib.runtime import DATA


def add_wren(commands: argparse._SubParsersAction) -> None:
    """`python -m course_lib wren`: educate wren from nothing, with any setting of its recipe."""
    from course_lib.world.wren.model import Recipe

    parser = commands.add_parser("wren", help="educate wren from scratch; it stops and goes on anywhere")
    parser.add_argument("--output", type=Path, default=DATA / "models" / "wren", help="the finished model")
    parser.add_argument("--work", type=Path, default=Path("runs/wren"), help="checkpoints")
    parser.add_argument("--until", type=int, help="stop after this step (to try something)")
    _add_settings(parser, Recipe())
    parser.set_defaults(run=_wren)


def _wren(options: argparse.Namespace) -> None:
    from course_lib.world.wren.educate import educate
    from course_lib.world.wren.model import Recipe

    educate(_recipe(options, Recipe()), options.output, options.work, options.until)


def add_reader(commands: argparse._SubParsersAction) -> None:
    """`python -m course_lib reader`: teach SmolLM2 to read, with any setting of the recipe."""
    from course_lib.generation.pretrained import ADAPTER
    from course_lib.world.reading.teach import Recipe

    parser = commands.add_parser("reader", help="teach SmolLM2 to read; it stops and goes on anywhere")
    parser.add_argument("--work", type=Path, default=Path("runs/reader"), help="checkpoints, and the log")
    parser.add_argument("--output", type=Path, default=ADAPTER, help="the finished adapter")
    _add_settings(parser, Recipe())
    parser.set_defaults(run=_reader)


def _reader(options: argparse.Namespace) -> None:
    from course_lib.world.reading.teach import Recipe, teach

    teach(_recipe(options, Recipe()), options.work, options.output)


def add_model_report(commands: argparse._SubParsersAction) -> None:
    """`python -m course_lib model-report`: examine the models and write their cards."""
    parser = commands.add_parser("model-report", help="examine wren and SmolLM2, and write their cards")
    parser.add_argument("--n", type=int, default=100, help="tasks a measure on invented worlds")
    parser.add_argument("--facts", type=int, help="facts of the company, all without it")
    parser.set_defaults(run=_model_report)


def _model_report(options: argparse.Namespace) -> None:
    from course_lib import provenance
    from course_lib.manifest import write_manifest
    from course_lib.world.reading.report import report

    command = f"python -m course_lib model-report --n {options.n}"
    run = provenance.begin(command + (f" --facts {options.facts}" if options.facts else ""))
    write_manifest(DATA)  # new weights may have come, and loading verifies them
    report(options.n, options.facts, run)
    write_manifest(DATA)


def _add_settings(parser: argparse.ArgumentParser, recipe) -> None:
    for name, value in asdict(recipe).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)


def _recipe(options: argparse.Namespace, recipe):
    return type(recipe)(**{name: getattr(options, name) for name in asdict(recipe)})
