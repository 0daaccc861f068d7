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
    parser.add_argument(
        "--sweep", action="store_true", help="try rate, step and rank on short runs, for the card, instead"
    )
    add_settings(parser, Recipe())
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Teach, and write the adapter once it is finished; or sweep the settings."""
    if options.sweep:
        try_settings(options)
        return
    from course_lib.world.reading.teach import teach

    teach(with_settings(Recipe(), options), options.work, options.output)


def try_settings(options: argparse.Namespace) -> None:
    """The short runs: a later call goes on; they are stored, and stand in the card, once all are there."""
    from course_lib import files, provenance, runtime
    from course_lib.experiments import sweep
    from course_lib.manifest import write_manifest
    from course_lib.world.reading import report, short_runs

    begun = provenance.begin("python -m course_lib", options.arguments)
    runtime.start("laptop")
    rows = sweep.run(short_runs, options.work, lambda text: print(f"reader: {text}", flush=True))
    made_by = begun.written(("torch", "transformers", "peft"))
    files.write_json(short_runs.RESULT, made_by | {"seconds": sweep.seconds_of(options.work), "rows": rows})
    report.write_cards(files.read_json(report.RESULT))
    write_manifest()
