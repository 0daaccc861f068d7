"""`make results`: the experiments of lesson 09 with three seeds, which are too long for the lesson.

For each experiment and model: EXPERIMENT-MODEL.json (what it comes to, and what made it) and every answer
beside it (course_lib/experiments/stored.py), in data/results. The comparison also keeps its adapter of the
facts, which the lesson loads. All arms have the same quantisation. `--rates` sweeps the learning rates of
both adapters on dev questions instead.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_lib import claims, experiments, files, provenance, runtime  # noqa: E402
from course_lib.corpus.documents import load_questions  # noqa: E402
from course_lib.evaluation.statistics import Interval  # noqa: E402
from course_lib.experiments import form_and_facts, prompt_format, reading, stored  # noqa: E402
from course_lib.experiments.arms import closed_book_arm, rag_arm  # noqa: E402
from course_lib.experiments.explorer import EXPERIMENTS  # noqa: E402
from course_lib.experiments.setting import Setting  # noqa: E402
from course_lib.generation.loading import QUANTIZE  # noqa: E402
from course_lib.manifest import write_manifest  # noqa: E402
from course_lib.tuning import recipes  # noqa: E402

if TYPE_CHECKING:
    import pandas as pd

RATES = (3e-3, 1e-2, 3e-2)
RESULTS = runtime.DATA / "results"


def measure(name: str, setting: Setting, output: Path, run: provenance.Run) -> "pd.DataFrame":
    """Run one experiment of one model and store it; return its table."""
    if name == reading.NAME:
        table, told = reading.measure(setting), {}
        pair = taught_pair(table, setting.label, output)
        weighed = claims.weigh(reading.together(*pair), reading.RULES) if pair else []
    else:
        experiment = form_and_facts if name == form_and_facts.NAME else prompt_format
        measured = experiment.measure(setting)
        table, told = measured.table, measured.told
        weighed = claims.weigh(table, experiment.RULES)
        if name == form_and_facts.NAME:
            folder = f"{Path(recipes.STORED).name}-{setting.label}"
            recipes.store(measured.kept, output / "adapters" / folder)
    result = summed_up(table, weighed) | told | made_by(setting, run)
    stored.write(output, f"{name}-{setting.label}", table, setting.chunks, result)
    print(experiments.side_by_side(experiments.summary(table)).to_string())
    if weighed:
        print(claims.as_table(weighed).to_string(index=False))
    return table


def taught_pair(
    table: "pd.DataFrame", label: str, output: Path
) -> "tuple[pd.DataFrame, pd.DataFrame] | None":
    """The model as it comes and taught to read, once both are measured: SmolLM2, which the course teaches."""
    pair = (runtime.PRETRAINED, runtime.READER)
    if label not in pair:
        return None
    other = pair[1 - pair.index(label)]
    if f"{reading.NAME}-{other}" not in stored.names(output):
        say(f"C17 and C34 compare with {other}: measure it too")
        return None
    tables = {label: table, other: stored.read(output, f"{reading.NAME}-{other}")}
    return tables[pair[0]], tables[pair[1]]


def summed_up(table: "pd.DataFrame", weighed: Sequence[claims.Finding]) -> dict[str, Any]:
    """What a table comes to: measures by arm and by seed, failures, costs, and the verdicts."""
    trained = [arm for arm, rows in table.groupby("arm", sort=False) if rows["seed"].nunique() > 1]
    by_seed = [
        {"seed": int(seed), **row}
        for seed, rows in table[table["arm"].isin(trained)].groupby("seed")
        for row in experiments.summary(rows).to_dict("records")
    ]
    return {
        "questions": int(table["question"].nunique()),
        "summary": experiments.summary(table).to_dict("records"),
        "by_seed": by_seed,
        "failures": {
            of: experiments.failure_table(table, [of] if of != "all" else []).to_dict("records")
            for of in ("all", "origin", "kind")
        },
        "costs": experiments.costs(table).round(1).to_dict("index"),
        "verdicts": {finding.claim: asdict(finding) for finding in weighed},
    }


def made_by(setting: Setting, run: provenance.Run) -> dict[str, Any]:
    """What somebody needs to run it again."""
    model = {
        "model": setting.label,
        "base_sha256": recipes.base_sha256(setting.model),
        "quantization_of_every_arm": setting.quantize or "none",
        "seeds": setting.seeds,
    }
    return model | run.written()


def sweep_rates(setting: Setting) -> dict[str, Any]:
    """Both adapters at each rate, one seed and the same steps, scored on dev questions of 2025.

    The adapter of the facts goes a quarter of its way: enough to tell the rates apart.
    """
    short_way = {"epochs": recipes.KNOWLEDGE["epochs"] // 4}
    rows = []
    for rate in RATES:
        say(f"training at {rate:g}")
        settings = setting.training(0) | {"learning_rate": rate}
        style = recipes.train_style(setting.work / f"style-{rate}", **settings)
        facts = recipes.train_knowledge(setting.work / f"knowledge-{rate}", **(short_way | settings))
        table = setting.asked(
            rag_arm(experiments.HYBRID, setting.old_index, setting.served(style.adapter)),
            closed_book_arm(experiments.TUNED_FACTS, setting.served(facts.adapter)),
        )
        for row in experiments.summary(table, [experiments.VALUE, experiments.STYLE]).to_dict("records"):
            rows.append({"rate": rate} | row)
            say(f"{rate:g} {row['arm']}: {row['measure']} {Interval(row['mean'], row['low'], row['high'])}")
    return {"questions": len(setting.questions), "rates": rows}


def say(text: str) -> None:
    print(f"results: {text}", flush=True)


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments, checked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=", ".join(EXPERIMENTS))
    parser.add_argument("--model", help="a name or folder (default: the profile's)")
    parser.add_argument("--quantize", default=recipes.QUANTIZATION, help="of every arm: nf4 or none")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=240, help="the lesson asks the same 240")
    parser.add_argument("--rates", action="store_true", help="sweep learning rates instead")
    parser.add_argument("--learning-rate", type=float, help="of every training (default: the recipe's)")
    parser.add_argument("--steps", type=int, help="train for so few steps, to try the script")
    parser.add_argument("--output", type=Path, help="where the results go (default: data/results)")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.experiments) - set(EXPERIMENTS)):
        parser.error(f"there is no experiment {unknown[0]}: {', '.join(EXPERIMENTS)}")
    if options.steps and options.output is None:
        parser.error("--steps tries the script: say with --output where its results go")
    options.quantize = None if options.quantize == "none" else options.quantize
    if options.quantize not in QUANTIZE:
        parser.error("--quantize takes nf4 or none")
    options.output = (options.output or RESULTS).resolve()
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the arguments ask for, and write each experiment once all of it is there."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = options_of(arguments)
    current = runtime.start()
    run = provenance.begin("python scripts/results.py", arguments, current.seed)
    changes = {"steps": options.steps, "learning_rate": options.learning_rate}
    changes = {name: value for name, value in changes.items() if value}
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(
            model=options.model or current.language_model,
            quantize=options.quantize,
            questions=experiments.held_out(options.questions),
            work=Path(folder),
            seeds=options.seeds,
            changes=changes,
            say=say,
        )
        if options.rates:
            known = [q for q in load_questions("dev", "2025") if q.value][: options.questions]
            swept = sweep_rates(replace(setting, questions=known))
            files.write_json(options.output / f"rates-{setting.label}.json", swept | made_by(setting, run))
        for name in () if options.rates else options.experiments or EXPERIMENTS:
            table = measure(name, setting, options.output, run)
            if name == form_and_facts.NAME and options.output == RESULTS:
                draw(table)
    if options.output == RESULTS:
        write_manifest()


def draw(table: "pd.DataFrame") -> None:
    """The two figures of the comparison: what each way gets right, and where it loses the rest."""
    from course_lib import plots
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
        files.write_atomically(ROOT / "docs" / name, png(axes))


if __name__ == "__main__":
    main()
