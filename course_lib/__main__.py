"""One door to what the course does outside of its lessons: `python -m course_lib --help`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from course_lib.errors import CourseError

# A verb: what it does, and the module whose `add` gives its parser options and sets `run`. Only the module of
# the verb that is asked for is imported, so that the door opens at once, and on a bare Python too.
COMMANDS = {
    "doctor": ("say what is wrong with this machine, and what to do about it", "course_lib.commands.doctor"),
    "results": ("run the long experiments, or look at every stored answer", "course_lib.commands.results"),
    "compare": ("compare ways to answer on a folder of your own documents", "course_lib.commands.compare"),
    "revalidate": ("score an adapter again, and fail if it is worse", "course_lib.commands.revalidate"),
    "claims": ("print the ledger: each claim, its measurements, its verdicts", "course_lib.commands.claims"),
    "data": ("write the company, its documents and questions anew", "course_lib.commands.data"),
    "wren": ("educate wren from scratch; it stops and goes on anywhere", "course_lib.commands.wren"),
    "reader": ("teach SmolLM2 to read; it stops and goes on anywhere", "course_lib.commands.reader"),
    "scale-out": (
        "lesson 07's training on several processes, under accelerate launch",
        "course_lib.commands.scale_out",
    ),
    "gpu-path": (
        "train a model of a given shape on this machine's card: memory and tokens a second",
        "course_lib.commands.gpu_path",
    ),
    "model-report": ("examine wren and SmolLM2, and write their cards", "course_lib.commands.model_report"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; 1 for a problem that is told, 2 for arguments that make no sense."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m course_lib", description=__doc__.partition(":")[0] + ".")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for verb, (what, module) in COMMANDS.items():
        command = commands.add_parser(verb, help=what, description=f"{what[0].upper()}{what[1:]}.")
        if arguments[:1] == [verb]:
            import_module(module).add(command)
    options = parser.parse_args(arguments, argparse.Namespace(arguments=arguments))
    try:
        return options.run(options) or 0
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
