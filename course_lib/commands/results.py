"""`python -m course_lib results`: the experiments that are too long for a lesson, stored in data/results.

The comparison, the prompt's format and reading (lesson 09) are four files a model: EXPERIMENT-MODEL.json
(what it comes to, and what made it) and every answer beside it (experiments/stored.py); the comparison also
keeps its adapter of the facts, which the lesson loads. Editions (lesson 04), grounded answers (05) and the
style's curve (07) are numbers alone, a file a model; chunking (02) and the retriever (04) a file each. The
sweeps of lessons 06 to 08 and 10 (experiments/sweep.py) are a file a model, a row a point. With --explore
nothing is run: all stored answers are written on a page.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib import files, provenance, runtime
from course_lib.errors import CourseError

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Setting

RESULTS = runtime.DATA / "results"
OF_A_MODEL = ("comparison", "prompt-format", "reading")
OF_LESSONS = ("editions", "grounded", "style_curve")  # what lessons 04, 05 and 07 ask, with more questions
SWEEPS: tuple[str, ...] = ("text_scores", "judging")  # of many points, which go on where they stopped
TAKES = {  # an experiment -> the options that it takes
    **dict.fromkeys(
        OF_A_MODEL, ("model", "quantize", "seeds", "questions", "rates", "learning_rate", "steps")
    ),
    **dict.fromkeys(OF_LESSONS, ("questions",)),
    "style_curve": ("questions", "seeds"),
    "chunking": ("sizes",),
    "retriever": ("work",),
    **dict.fromkeys(SWEEPS, ("work", "points")),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Which experiments, and how; or the page."""
    parser.add_argument(
        "experiments", nargs="*", metavar="EXPERIMENT", help=f"{', '.join(TAKES)} (default: the first three)"
    )
    parser.add_argument("--output", type=Path, help="where results go (default: data/results), or the page")
    page = parser.add_argument_group("every stored answer on a page, instead of a run")
    page.add_argument("--explore", action="store_true", help="write the page (--output, or results.html)")
    page.add_argument("--folder", type=Path, default=RESULTS, help="where they are stored")
    models = parser.add_argument_group(", ".join((*OF_A_MODEL, *OF_LESSONS)))
    models.add_argument("--model", help="a name or folder (default: the profile's)")
    models.add_argument("--quantize", choices=("nf4", "none"), help="of every arm (default: nf4)")
    models.add_argument("--seeds", type=int, help="runs of each training (default: 3)")
    models.add_argument("--questions", type=int, help="how many (default: 240; style_curve: 120)")
    models.add_argument("--rates", action="store_true", default=None, help="sweep learning rates instead")
    models.add_argument("--learning-rate", type=float, help="of every training (default: the recipe's)")
    models.add_argument("--steps", type=int, help="train for so few steps, to try it out")
    chunking = parser.add_argument_group("chunking")
    chunking.add_argument("--sizes", type=int, nargs="+", help="words a chunk; fewer of them try it out")
    goes_on = parser.add_argument_group(", ".join(("retriever", *SWEEPS)))
    goes_on.add_argument(
        "--work", type=Path, help="a folder of what is done (the retriever's: 1 GB): a later run goes on"
    )
    goes_on.add_argument("--points", type=int, help="of a sweep, measure so many more, and store nothing yet")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the page, or run what is asked for and store each experiment once all of it is there."""
    if options.explore:
        from course_lib.experiments.explorer import stored_page

        path = files.write_atomically(options.output or Path("results.html"), stored_page(options.folder))
        print(f"wrote {path}: open it in a browser")
        return
    names = asked_for(options)
    output = (options.output or RESULTS).resolve()
    current = runtime.start()
    begun = provenance.begin("python -m course_lib", options.arguments, current.seed)
    if of_a_model := [name for name in names if name in OF_A_MODEL]:
        compare(options, of_a_model, output, begun)
    for name in [name for name in names if name in OF_LESSONS]:
        ask_more(name, options, output, begun)
    if "chunking" in names:
        chunk(options, output, begun)
    if "retriever" in names:
        tune_retriever(options, output, begun)
    for name in [name for name in names if name in SWEEPS]:
        sweep_through(name, options, output, begun)
    if output == RESULTS:
        from course_lib.manifest import write_manifest

        write_manifest()


def asked_for(options: argparse.Namespace) -> list[str]:
    """The experiments that the options name; raises CourseError for options that make no sense together."""
    names = options.experiments or list(OF_A_MODEL)
    if unknown := [name for name in names if name not in TAKES]:
        raise CourseError(f"There is no experiment {unknown[0]}.", allowed=", ".join(TAKES))
    for option in dict.fromkeys(each for takes in TAKES.values() for each in takes):
        takers = [name for name, takes in TAKES.items() if option in takes]
        if getattr(options, option) is not None and not set(takers) & set(names):
            raise CourseError(f"--{option.replace('_', '-')} goes with {' or '.join(takers)}.")
    if options.steps and options.output is None:
        raise CourseError("--steps tries it out.", next_step="say with --output where its results go")
    for name in names:
        if name in ("retriever", *SWEEPS) and options.work is None:
            raise CourseError(
                f"The runs of {name} need a folder, so that a later one goes on.",
                next_step=f"name one: --work runs/{name}",
            )
    return names


def compare(options: argparse.Namespace, names: list[str], output: Path, begun: provenance.Run) -> None:
    """The experiments of lesson 09 with one model, or the sweep of its learning rates."""
    from course_lib import experiments
    from course_lib.corpus.documents import load_questions
    from course_lib.experiments import form_and_facts, learning_rates
    from course_lib.experiments.setting import Setting
    from course_lib.tuning import recipes

    count = 240 if options.questions is None else options.questions
    if options.rates:
        asked = [question for question in load_questions("dev", "2025") if question.value][:count]
    else:
        asked = experiments.held_out(count)
    changes = {"steps": options.steps, "learning_rate": options.learning_rate}
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(
            model=options.model or runtime.current().language_model,
            quantize=None if options.quantize == "none" else options.quantize or recipes.QUANTIZATION,
            questions=asked,
            work=Path(folder),
            seeds=3 if options.seeds is None else options.seeds,
            changes={name: value for name, value in changes.items() if value},
            say=saying("results"),
        )
        if options.rates:
            told = learning_rates.measure(setting) | setting.made_by(begun)
            files.write_json(output / f"{learning_rates.NAME}-{setting.label}.json", told)
            return
        for name in names:
            table = measure(name, setting, output, begun)
            if name == form_and_facts.NAME and output == RESULTS:
                draw(table)


def measure(name: str, setting: "Setting", output: Path, begun: provenance.Run) -> "pd.DataFrame":
    """Run one experiment of one model and store it; return its table."""
    from course_lib import claims, experiments
    from course_lib.experiments import form_and_facts, prompt_format, reading, stored
    from course_lib.experiments.summary import in_full
    from course_lib.tuning import recipes

    if name == reading.NAME:
        table, told = reading.measure(setting), {}
        pair = reading.taught_pair(table, setting.label, output)
        weighed = claims.weigh(reading.together(*pair), reading.RULES) if pair else []
        if pair is None and setting.label in (runtime.PRETRAINED, runtime.READER):
            setting.say("C17, C33 and C34 compare SmolLM2 as it comes and taught to read: measure both")
    else:
        experiment = form_and_facts if name == form_and_facts.NAME else prompt_format
        measured = experiment.measure(setting)
        table, told = measured.table, measured.told
        weighed = claims.weigh(table, experiment.RULES)
        if name == form_and_facts.NAME:
            folder = f"{Path(recipes.STORED).name}-{setting.label}"
            recipes.store(measured.kept, output / "adapters" / folder)
    verdicts = {finding.claim: asdict(finding) for finding in weighed}
    result = in_full(table) | {"verdicts": verdicts} | told | setting.made_by(begun)
    stored.write(output, f"{name}-{setting.label}", table, setting.chunks, result)
    print(experiments.side_by_side(experiments.summary(table)).to_string())
    if weighed:
        print(claims.as_table(weighed).to_string(index=False))
    return table


def draw(table: "pd.DataFrame") -> None:
    """The two figures of the comparison: what each way gets right, and where it loses the rest."""
    from course_lib import experiments, plots
    from course_lib.plots.style import png

    ways = {*experiments.ARMS, experiments.RETRAINED} - {experiments.GOLD}
    of_all = table[table["arm"] != experiments.OLD_INDEX]  # which was asked what changed, and nothing else
    figures = {
        "result.png": plots.form_and_facts(
            experiments.summary(table[table["arm"].isin(ways)]), "What each way gets right"
        ),
        "failures.png": plots.failures(experiments.failure_table(of_all), "Where 100 questions end up"),
    }
    for name, axes in figures.items():
        files.write_atomically(runtime.ROOT / "docs" / name, png(axes))


def ask_more(name: str, options: argparse.Namespace, output: Path, begun: provenance.Run) -> None:
    """A lesson's live figures with more questions, of the profile's model."""
    from course_lib.experiments import editions, grounded, style_curve
    from course_lib.generation.language_model import load_language_model
    from course_lib.tuning.recipes import base_sha256

    if name == style_curve.NAME:
        found = style_curve.measure(options.questions, 3 if options.seeds is None else options.seeds)
    else:
        experiment = editions if name == editions.NAME else grounded
        found = experiment.measure(load_language_model(), options.questions)
    model = Path(runtime.current().language_model).name
    told = {"model": model, "base_sha256": base_sha256()} | begun.written() | found
    files.write_json(output / f"{name}-{model}.json", told)


def sweep_through(name: str, options: argparse.Namespace, output: Path, begun: provenance.Run) -> None:
    """The points of a sweep with the profile's model; stored with verdicts once all are measured."""
    from importlib import import_module

    from course_lib import claims
    from course_lib.experiments import sweep
    from course_lib.tuning.recipes import base_sha256

    experiment = import_module(f"course_lib.experiments.{name}")
    rows = sweep.run(experiment, options.work, saying(name), options.points)
    if len(rows) < len(experiment.points(runtime.current().profile)):
        print(f"{name}: {len(rows)} points are measured; the same command goes on")
        return
    weighed = claims.weigh(sweep.table(rows), experiment.RULES)
    model = Path(runtime.current().language_model).name
    told = {"model": model, "base_sha256": base_sha256()} | begun.written()
    told |= {"questions": max(row.get("questions", 0) for row in rows)}
    told |= {"verdicts": {finding.claim: asdict(finding) for finding in weighed}, "rows": rows}
    files.write_json(output / f"{name}-{model}.json", told)
    if weighed:
        print(claims.as_table(weighed).to_string(index=False))


def chunk(options: argparse.Namespace, output: Path, begun: provenance.Run) -> None:
    """The grid of lesson 02."""
    from course_lib.experiments import chunk_grid
    from course_lib.retrieval.embedding import load_embedder

    result = chunk_grid.measure(tuple(options.sizes or chunk_grid.SIZES), saying(chunk_grid.NAME))
    models = {
        "embedder": load_embedder().fingerprint,
        "model": Path(runtime.current().language_model).name,
    }
    made_by = begun.written(chunk_grid.LIBRARIES) | models
    files.write_json(output / f"{chunk_grid.NAME}.json", made_by | result)


def tune_retriever(options: argparse.Namespace, output: Path, begun: provenance.Run) -> None:
    """The tuned retrievers and the trained cross-encoders of lesson 04, and every test question's scores."""
    from course_lib.experiments import reranking, retriever_tuning
    from course_lib.experiments.retrieval_bench import Bench, made_by
    from course_lib.experiments.retrieval_scores import by_question
    from course_lib.world.reading.school_reader import sections

    bench, systems = Bench(options.work, sections()), {}
    for experiment in (retriever_tuning, reranking):
        result, scores = experiment.measure(bench)
        systems = scores | systems
        result |= made_by(begun, result, experiment.PRODUCTS)
        files.write_json(output / f"{experiment.NAME}.json", result)
        for row in result["summary"]:
            if row["kind"] == "all":
                print(row)
    asked = bench.tasks["company"][1]
    files.write_atomically(output / f"{retriever_tuning.NAME}.csv", by_question(systems, asked))


def saying(name: str) -> Callable[[str], None]:
    """A function that prints how far an experiment is, at once."""
    return lambda text: print(f"{name}: {text}", flush=True)
