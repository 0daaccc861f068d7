"""`python -m course_lib results`: the experiments that are too long for a lesson, stored in data/results.

The comparison, the prompt's format and reading (lesson 09) are four files a model: EXPERIMENT-MODEL.json
(what it comes to, and what made it) and every answer beside it (experiments/stored.py); the comparison also
keeps its adapter of the facts, which the lesson loads. Editions (lesson 04) and grounded answers (05) are
numbers alone, a file a model; chunking (02) and the retriever (04) a file each. The sweeps of lessons 06 to
10 (experiments/sweep.py) are a file a model, with a row a training. The ladder (11) is read off the
comparison in seconds. With --explore nothing is run: all stored answers go onto a page; with --weigh neither:
what is stored is judged anew, after a rule changed.
"""

import argparse
from pathlib import Path

from course_lib import files, provenance, runtime
from course_lib.errors import CourseError

RESULTS = runtime.DATA / "results"
OF_A_MODEL = ("comparison", "prompt-format", "reading", "more-arms")
OF_LESSONS = ("editions", "grounded")  # what lessons 04 and 05 ask, with more questions
SWEEPS = (  # many points, which go on where they stopped
    "rows_or_tables",  # lesson 05
    *("family", "weight_change", "moved_adapter"),  # lesson 06
    *("style_curve", "style_steps", "four_bits"),  # lesson 07
    *("forgetting", "prompt_shift", "unknown_facts", "refusals"),  # lesson 08
    *("facts_by_tuning", "curation", "canaries", "distillation"),
    *("techniques", "wordings", "raft", "jargon"),  # lesson 09
    *("text_scores", "judging", "selective_answers"),  # lesson 10
)
EVERY_SWEEP = "sweeps"
NEED_WORK = ("retriever", *SWEEPS)  # too long to be lost
LADDER = "ladder"  # lesson 11: what the comparison's answers cost
TAKES = {  # an experiment -> the options that it takes
    **dict.fromkeys(
        OF_A_MODEL,
        ("model", "quantize", "seeds", "seeds_of_facts", "questions")
        + ("rates", "learning_rate", "steps", "work", "again"),
    ),
    **dict.fromkeys(OF_LESSONS, ("questions",)),
    "chunking": ("sizes",),
    "retriever": ("work",),
    **dict.fromkeys(SWEEPS, ("work", "points")),
    LADDER: (),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Which experiments, and how; or the page."""
    parser.add_argument(
        "experiments",
        nargs="*",
        metavar="EXPERIMENT",
        help=f"{', '.join(TAKES)}; {EVERY_SWEEP} for all of those (default: the first four)",
    )
    parser.add_argument("--output", type=Path, help="where results go (default: data/results), or the page")
    page = parser.add_argument_group("every stored answer on a page, instead of a run")
    page.add_argument("--explore", action="store_true", help="write the page (--output, or results.html)")
    page.add_argument("--folder", type=Path, default=RESULTS, help="where they are stored")
    models = parser.add_argument_group(", ".join((*OF_A_MODEL, *OF_LESSONS)))
    models.add_argument("--model", help="a name or folder (default: the profile's)")
    models.add_argument("--quantize", choices=("nf4", "none"), help="of every arm (default: nf4)")
    models.add_argument("--seeds", type=int, help="runs of each training (default: 3)")
    models.add_argument("--seeds-of-facts", type=int, help="of those that teach facts (default: 3)")
    models.add_argument("--questions", type=int, help="how many (default: 240)")
    models.add_argument("--rates", action="store_true", default=None, help="sweep learning rates instead")
    models.add_argument("--learning-rate", type=float, help="of every training (default: the recipe's)")
    models.add_argument("--steps", type=int, help="train for so few steps, to try it out")
    models.add_argument(
        "--again",
        nargs="+",
        metavar="ARM",
        help="ask these arms anew, of those that nothing is trained for, and prompt-format's with the gold "
        "passages; all other stored answers stay",
    )
    chunking = parser.add_argument_group("chunking")
    chunking.add_argument("--sizes", type=int, nargs="+", help="words a chunk; fewer of them try it out")
    goes_on = parser.add_argument_group(", ".join((*OF_A_MODEL, "retriever", *SWEEPS)))
    goes_on.add_argument(
        "--work",
        type=Path,
        help="a folder of what is done (the retriever's: 1 GB), from which a later run goes on",
    )
    goes_on.add_argument("--points", type=int, help="of a sweep, measure so many more, and store nothing yet")
    parser.add_argument(
        "--weigh",
        action="store_true",
        help="judge what is stored anew by the rules as they are: of the EXPERIMENTs named, or of all",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the page, or run what is asked for and store each experiment once all of it is there."""
    if options.explore:
        from course_lib.experiments.explorer import stored_page

        path = files.write_atomically(options.output or Path("results.html"), stored_page(options.folder))
        print(f"wrote {path}: open it in a browser")
        return
    from course_lib.commands import measuring

    if options.weigh:
        begun = provenance.begin("python -m course_lib", options.arguments)
        measuring.weigh_anew(options.folder, judged_by_rules(options.experiments), begun)
        return
    names = asked_for(options)
    output = (options.output or RESULTS).resolve()
    current = runtime.start()
    begun = provenance.begin("python -m course_lib", options.arguments, current.seed)
    if of_a_model := [name for name in names if name in OF_A_MODEL]:
        measuring.compare(options, of_a_model, output, begun)
    for name in [name for name in names if name in OF_LESSONS]:
        measuring.ask_more(name, options, output, begun)
    if "chunking" in names:
        measuring.chunk(options, output, begun)
    if "retriever" in names:
        measuring.tune_retriever(options, output, begun)
    sweeps = [name for name in names if name in SWEEPS]
    for name in measuring.with_points(sweeps):
        work = options.work / name if len(sweeps) > 1 else options.work
        measuring.sweep_through(name, work, options.points, output, begun)
    if LADDER in names:
        measuring.climb(output, begun)


def spelled_out(named: list[str]) -> list[str]:
    """The names as they are, with each sweep for EVERY_SWEEP."""
    return [one for name in named for one in (SWEEPS if name == EVERY_SWEEP else (name,))]


def judged_by_rules(named: list[str]) -> list[str]:
    """The experiments among those named that rules judge, or all; raises CourseError for any other name."""
    ruled = [*SWEEPS, *OF_A_MODEL]
    names = spelled_out(named)
    if unknown := [name for name in names if name not in ruled]:
        raise CourseError(f"No rule judges {unknown[0]}.", allowed=", ".join(ruled))
    return names or ruled


def asked_for(options: argparse.Namespace) -> list[str]:
    """The experiments that the options name; raises CourseError for options that make no sense together."""
    names = spelled_out(options.experiments or list(OF_A_MODEL))
    if unknown := [name for name in names if name not in TAKES]:
        raise CourseError(f"There is no experiment {unknown[0]}.", allowed=", ".join(TAKES))
    for option in dict.fromkeys(each for takes in TAKES.values() for each in takes):
        takers = [name for name, takes in TAKES.items() if option in takes]
        if getattr(options, option) is not None and not set(takers) & set(names):
            raise CourseError(f"--{option.replace('_', '-')} goes with {' or '.join(takers)}.")
    if options.again and options.work:
        raise CourseError("--again asks anew, and --work keeps what was asked.", next_step="leave --work out")
    if options.steps and options.output is None:
        raise CourseError("--steps tries it out.", next_step="say with --output where its results go")
    for name in names:
        if name in NEED_WORK and options.work is None:
            raise CourseError(
                f"The runs of {name} need a folder, so that a later one goes on.",
                next_step=f"name one: --work runs/{name}",
            )
    return names
