"""What `results` runs: each experiment measured, judged and stored once all of it is there."""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files, provenance, runtime
from course_lib.commands.results import OF_A_MODEL, RESULTS, SWEEPS
from course_lib.errors import CourseError

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.claims import Finding
    from course_lib.corpus.chunking import Chunk
    from course_lib.experiments.setting import Setting


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
            work=options.work or Path(folder),
            seeds=3 if options.seeds is None else options.seeds,
            seeds_of_facts=3 if options.seeds_of_facts is None else options.seeds_of_facts,
            changes={name: value for name, value in changes.items() if value},
            say=saying("results"),
        )
        if options.rates:
            told = learning_rates.measure(setting) | setting.made_by(begun)
            files.write_json(output / f"{learning_rates.NAME}-{setting.label}.json", told)
            enlist(output)
            return
        for name in names:
            if options.again:
                ask_again(name, options.again, setting, output, begun)
            else:
                measure(name, setting, output, begun)
            if name == form_and_facts.NAME and output == RESULTS:
                draw()


def measure(name: str, setting: "Setting", output: Path, begun: provenance.Run) -> None:
    """Run one experiment of one model and store it."""
    from course_lib.experiments import reading
    from course_lib.tuning import recipes

    told, read = {}, ()
    if name == reading.NAME:
        table = reading.measure(setting)
    else:
        measured = experiment_of(name).measure(setting)
        table, told, read = measured.table, measured.told, measured.read
        for home, run in measured.kept.items():
            recipes.store(run, output / "adapters" / f"{Path(home).name}-{setting.label}")
    told = told | setting.made_by(begun)  # now, for it says how many seconds went by
    store(name, setting, output, table, [*setting.chunks, *read], told)


def ask_again(
    name: str, arms: Sequence[str], setting: "Setting", output: Path, begun: provenance.Run
) -> None:
    """Some arms of a stored experiment asked anew, or for the first time; all others stay.

    Those of its `repeatable`. Raises CourseError where nothing is stored, for other questions, and for an arm
    that is not one of these.
    """
    import pandas as pd

    from course_lib.arguments import one_of
    from course_lib.corpus.documents import load_documents
    from course_lib.experiments import stored
    from course_lib.experiments.arms import whole_documents

    kept = f"{name}-{setting.label}"
    if kept not in stored.names(output):
        raise CourseError(f"No run {kept} is stored.", next_step="measure all of it: leave --again out")
    told = files.read_json(output / f"{kept}.json")
    table = stored.read(output, kept)
    if set(table["question"]) != {question.id for question in setting.questions}:
        raise CourseError(f"{kept} was asked other questions.", allowed=f"--questions {told['questions']}")
    experiment = experiment_of(name)
    offered = {arm.name: (arm, asked) for arm, asked in experiment.repeatable(setting)}
    asked = [offered[one_of(each, "arm", tuple(offered))] for each in arms]
    fresh = [setting.asked(arm, of=questions) for arm, questions in asked]
    places = {arm: place for place, arm in enumerate(table["arm"].unique())}
    table = pd.concat([table[~table["arm"].isin(arms)], *fresh], ignore_index=True)
    table = table.sort_values("arm", key=lambda found: found.map(places), kind="stable")
    read = [*setting.chunks, *whole_documents(load_documents("2026"))]
    told["asked_again"] = told.get("asked_again", {}) | {each: begun.written() for each in arms}
    store(name, setting, output, table, read, told)


def experiment_of(name: str) -> Any:
    """The module of one of the experiments of lesson 09 with that name."""
    from course_lib.experiments import form_and_facts, more_arms, prompt_format, reading

    return next(each for each in (form_and_facts, prompt_format, more_arms, reading) if name == each.NAME)


def store(
    name: str, setting: "Setting", output: Path, table: "pd.DataFrame", read: "Sequence[Chunk]", told: dict
) -> None:
    """Judge a table of answers, store it with what is told of it, and print what it comes to."""
    from course_lib import claims, experiments
    from course_lib.experiments import reading, stored
    from course_lib.experiments.summary import in_full

    if name == reading.NAME:
        weighed = judged(name, lambda: claims.weigh(*reading.judged(table, setting.label, output)))
        if not weighed:
            setting.say("C33 and C34 are judged when SmolLM2 taught to read is measured after it")
    else:
        weighed = judged(name, lambda: claims.weigh(table, experiment_of(name).RULES))
    result = told | in_full(table) | verdicts(weighed)
    stored.write(output, f"{name}-{setting.label}", table, read, result)
    enlist(output)
    print(experiments.side_by_side(experiments.summary(table)).to_string())
    if weighed:
        print(claims.as_table(weighed).to_string(index=False))


def judged(name: str, weigh: "Callable[[], list[Finding]]") -> "list[Finding]":
    """The findings; none, and why, where a rule cannot be answered: that is no reason to lose the answers."""
    try:
        return weigh()
    except CourseError as error:
        print(f"{name}: no verdict: {error}")
        return []


def draw() -> None:
    """README's figure: what each way gets right, with each model whose comparison is stored."""
    from course_lib import experiments, plots
    from course_lib.experiments import form_and_facts, stored
    from course_lib.plots.style import png

    ways = {*experiments.ARMS, experiments.FACTS_RAG} - {experiments.GOLD, experiments.OLD_INDEX}
    names = [name for name in stored.names(RESULTS) if name.startswith(form_and_facts.NAME)]
    tables = [stored.read(RESULTS, name) for name in names]
    summaries = {
        table["model"].iloc[0]: experiments.summary(table[table["arm"].isin(ways)]) for table in tables
    }
    axes = plots.models_side_by_side(summaries, "What each way gets right")
    files.write_atomically(runtime.ROOT / "docs" / "result.png", png(axes))


def ask_more(name: str, options: argparse.Namespace, output: Path, begun: provenance.Run) -> None:
    """A lesson's live figures with more questions, of the profile's model."""
    from course_lib.experiments import editions, grounded
    from course_lib.generation.language_model import load_language_model
    from course_lib.tuning import recipes

    if name == editions.NAME:
        found = editions.measure(load_language_model(), options.questions)
    else:  # beside an adapter on four-bit weights
        found = grounded.measure(recipes.served(), options.questions)
    keep(name, found, output, begun)


def with_points(names: Sequence[str]) -> Sequence[str]:
    """Of several sweeps those that have points in this profile; a single one as it is."""
    if len(names) < 2:
        return names
    profile = runtime.current().profile
    found = [n for n in names if import_module(f"course_lib.experiments.{n}").points(profile)]
    for name in names:
        if name not in found:
            print(f"{name}: no points for the profile {profile}")
    return found


def sweep_through(name: str, work: Path, most: int | None, output: Path, begun: provenance.Run) -> None:
    """The points of a sweep with the profile's model; stored with verdicts once all are measured."""
    from course_lib import claims
    from course_lib.experiments import sweep

    experiment = import_module(f"course_lib.experiments.{name}")
    rows = sweep.run(experiment, work, saying(name), most)
    if len(rows) < len(experiment.points(runtime.current().profile)):
        print(f"{name}: {len(rows)} points are measured; the same command goes on")
        return
    weighed = judged(name, lambda: claims.weigh(sweep.table(rows), experiment.RULES))
    asked = max(row.get("questions", 0) for row in rows)
    took = sweep.seconds_of(work)  # of every run that went on from that folder; None where one did not say
    keep(name, {"seconds": took, "questions": asked} | verdicts(weighed) | {"rows": rows}, output, begun)
    if weighed:
        print(claims.as_table(weighed).to_string(index=False))


def weigh_anew(folder: Path, names: Sequence[str], begun: provenance.Run) -> None:
    """What is stored of these experiments judged anew by the rules as they are, from its rows and answers.

    What comes out as it stood leaves its file alone; the others say what weighed them, beside what measured
    them.
    """
    from course_lib import claims
    from course_lib.experiments import reading, stored, sweep
    from course_lib.experiments.summary import in_full

    for name in (each for each in SWEEPS if each in names):
        rules = import_module(f"course_lib.experiments.{name}").RULES
        for path in sorted(folder.glob(f"{name}-*.json")):
            rows = sweep.table(files.read_json(path)["rows"])
            _renew(path, judged(name, partial(claims.weigh, rows, rules)), {}, begun)
    for kept in stored.names(folder):
        name = next(each for each in OF_A_MODEL if kept.startswith(f"{each}-"))
        if name not in names:
            continue
        table = stored.read(folder, kept)
        label = kept.removeprefix(f"{name}-")
        if name == reading.NAME:
            weigh = partial(claims.weigh, *reading.judged(table, label, folder))
        else:
            weigh = partial(claims.weigh, table, experiment_of(name).RULES)
        _renew(folder / f"{kept}.json", judged(name, weigh), in_full(table), begun)
    enlist(folder.resolve())


def _renew(path: Path, weighed: "list[Finding]", summed: dict[str, Any], begun: provenance.Run) -> None:
    told = files.read_json(path)
    before = told.get("verdicts", {})
    found = {
        claim: each | {"machine": before.get(claim, each)["machine"]}  # which measured what is weighed
        for claim, each in verdicts(weighed)["verdicts"].items()
    }
    fresh = summed | {"verdicts": found}
    if told | json.loads(json.dumps(fresh)) == told:  # through JSON, as it is stored
        return
    by = {"command": begun.command, "commit": begun.commit, "clean": begun.clean}
    files.write_json(path, told | fresh | {"weighed": by})
    said = ", ".join(f"{claim}: {each['verdict']}" for claim, each in found.items())
    print(f"{path.name}: {said or 'no verdict'}")


def climb(output: Path, begun: provenance.Run) -> None:
    """The ladder of the profile's model, read off the comparison that is stored beside it."""
    from course_lib import claims
    from course_lib.experiments import ladder

    found = ladder.measure(Path(runtime.current().language_model).name, output)
    weighed = claims.weigh(found["table"], ladder.RULES)
    keep(ladder.NAME, found["told"] | verdicts(weighed), output, begun)
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
    enlist(output)


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
    enlist(output)


def keep(name: str, found: dict[str, Any], output: Path, begun: provenance.Run) -> None:
    """Store what was found with the profile's model, with what made it."""
    from course_lib.tuning.recipes import base_sha256

    model = Path(runtime.current().language_model).name
    told = {"model": model, "base_sha256": base_sha256()} | begun.written() | found
    files.write_json(output / f"{name}-{model}.json", told)
    enlist(output)


def enlist(output: Path) -> None:
    """Bring the manifest up to date after a result, without which no lesson reads it."""
    if output == RESULTS:
        from course_lib.manifest import write_manifest

        write_manifest()


def verdicts(weighed: "Sequence[Finding]") -> dict[str, dict]:
    """Findings as a stored result holds them, by claim."""
    return {"verdicts": {finding.claim: asdict(finding) for finding in weighed}}


def saying(name: str) -> Callable[[str], None]:
    """A function that prints how far an experiment is, at once."""
    return lambda text: print(f"{name}: {text}", flush=True)
