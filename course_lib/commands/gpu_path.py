"""`python -m course_lib gpu-path`: what lesson 07's training takes on this machine, a card or its CPU.

With --model it trains that model (a folder or a hub name). Without a hub the same code runs on a model of the
shape of Qwen2.5-0.5B, or of each --shape, with random weights: memory and speed are then those of the real
one, and nothing is said about quality. Lesson 07 shows data/results/gpu_path-cpu.json: what was foretold of
each, and what was counted.
"""

import argparse
import tempfile
from pathlib import Path

METHODS = ("qlora", "lora", "full")


def add(parser: argparse.ArgumentParser) -> None:
    """Which model or shape, which methods, and how long."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--model", help="a folder or hub name: the real thing")
    shapes = "shipped configurations, or config.json files (default: Qwen2.5-0.5B)"
    which.add_argument("--shape", nargs="+", default=["Qwen2.5-0.5B"], help=shapes)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["qlora", "lora"])
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--most", type=int, default=4, help="passages in each example at most (default: 4)")
    parser.add_argument("--output", type=Path, help="a JSON file for what was measured")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Train by each method, print what it took, and keep it if a file is named."""
    from course_lib import files, provenance, runtime
    from course_lib.experiments import gpu_path
    from course_lib.tuning.examples import style_examples

    current = runtime.start()
    begun = provenance.begin("python -m course_lib", options.arguments, current.seed)
    examples = style_examples(options.steps * options.batch_size, most=options.most)
    if not options.model:
        print(gpu_path.RANDOM)
    rows = []
    for shape in [None] if options.model else options.shape:
        with tempfile.TemporaryDirectory() as folder:
            model = options.model or _random(shape, Path(folder) / "model")
            for method in options.methods:
                found = gpu_path.measure(model, examples, method, options.steps, options.batch_size)
                rows.append(({"shape": shape} if shape else {}) | found)
                print(_told(rows[-1]), flush=True)
    if options.output:
        whose = {"model": options.model} if options.model else {}
        told = whose | {"random_weights": not options.model, "device": current.device, "dtype": current.dtype}
        files.write_json(options.output, told | begun.written() | {"rows": rows})


def _random(shape: str, folder: Path) -> Path:
    from transformers import AutoConfig

    from course_lib.tuning.random_model import save_random_model
    from course_lib.tuning.shapes import shipped_config

    config = AutoConfig.from_pretrained(shape) if Path(shape).is_file() else shipped_config(shape)
    return save_random_model(config, folder)


def _told(row: dict) -> str:
    speed = f"{row['tokens_a_second']:,} tokens/s" if row["tokens_a_second"] else "one step"
    return (
        f"{row['method']:6} {row['parameters'] / 1e6:,.1f} million parameters, base "
        f"{row['base_bytes'] / 1e6:,.0f} MB, a step {row['counted_bytes'] / 1e6:,.0f} MB (foretold "
        f"{row['foretold_bytes'] / 1e6:,.0f} MB; counted: {row['counted']}), peak of it all "
        f"{row['peak_bytes'] / 1e6:,.0f} MB, {speed} in training, {row['answering_tokens_a_second']:,} "
        "tokens/s answering"
    )
