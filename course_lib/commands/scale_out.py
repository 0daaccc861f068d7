"""`accelerate launch -m course_lib scale-out`: lesson 07's training on several processes or GPUs.

Started plainly, `python -m course_lib scale-out`, it is the same training in one process. Configurations for
accelerate are in scripts/accelerate. A run that is stopped begins anew.
"""

import argparse
import json
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """How much is trained, and where the adapter goes."""
    parser.add_argument("--output", type=Path, help="the adapter's folder (default: none is kept)")
    parser.add_argument("--examples", type=int, default=200, help="curated examples (default: 200)")
    parser.add_argument("--most", type=int, default=4, help="passages in each at most (default: 4)")
    parser.add_argument("--steps", type=int, help="batches (default: two passes over the examples)")
    parser.add_argument("--batch-size", type=int, default=8, help="of all processes together (default: 8)")
    parser.add_argument("--model", help="a name or folder (default: the profile's)")
    parser.add_argument("--quantize", choices=("nf4", "none"), default="nf4", help="of the base")
    parser.epilog = "No checkpoint is kept: a run that is stopped cannot go on, and begins anew."
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Train, and print one loss a step as JSON, by one process alone."""
    from course_lib import runtime
    from course_lib.tuning import recipes
    from course_lib.tuning.examples import style_examples
    from course_lib.tuning.scale_out import train_on_all

    runtime.quiet_libraries()
    done = train_on_all(
        style_examples(options.examples, most=options.most),
        options.model,
        output=options.output,
        quantize=None if options.quantize == "none" else options.quantize,
        learning_rate=recipes.learning_rate(options.model),
        steps=options.steps,
        **recipes.STYLE | {"batch_size": options.batch_size},
    )
    if done.main:
        print(json.dumps({"processes": done.processes, "losses": done.losses}))
