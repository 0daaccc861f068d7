"""`make results`: the comparison of lesson 09 with three seeds, which is too long for the lesson.

Writes into data/results: comparison.csv (every arm, question and seed), comparison.json (what it comes to,
with command, seeds, versions and seconds) and adapters/knowledge-2025, which the lesson loads; and the figure
docs/result.png. With --rates it sweeps both adapters' learning rates on dev questions, into rates.json.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_lib import claims, experiments, files, runtime  # noqa: E402
from course_lib.corpus.chunking import split  # noqa: E402
from course_lib.corpus.documents import load_documents, load_questions  # noqa: E402
from course_lib.evaluation.statistics import Interval  # noqa: E402
from course_lib.experiments import Arm, closed_book_arm, prompted_arm, rag_arm  # noqa: E402
from course_lib.generation.language_model import load_language_model  # noqa: E402
from course_lib.retrieval.embedding import Afresh, load_embedder  # noqa: E402
from course_lib.retrieval.exact import ExactIndex  # noqa: E402
from course_lib.tuning import recipes  # noqa: E402
from course_lib.tuning.examples import worked_examples  # noqa: E402
from course_lib.tuning.train import LIBRARIES, TrainingRun  # noqa: E402
from course_lib.world.__main__ import write_manifest  # noqa: E402

RATES = (3e-3, 1e-2, 3e-2)
RESULTS = runtime.DATA / "results"


def cost(run: TrainingRun) -> dict:
    """What a training run took."""
    return {"seconds": round(run.seconds), "steps": run.steps, "examples": run.examples, "config": run.config}


def provenance(arguments: Sequence[str], started: float) -> dict:
    """What somebody needs to run it again."""
    return {
        "command": " ".join(["python scripts/results.py", *arguments]),
        "seconds": round(perf_counter() - started),
        "device": f"{runtime.current().device}, {platform.machine()}",
        "model": Path(runtime.current().language_model).name,
        "base_sha256": recipes.base_sha256(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
    }


def short(config: dict) -> dict:
    """Settings without the path of the model."""
    return {key: value for key, value in config.items() if key != "model"}


def run_comparison(options: argparse.Namespace, work: Path) -> tuple:
    """Every arm on every question, the tuned ones once a seed; the results and the table."""
    import pandas as pd

    changes = {"steps": options.steps} if options.steps else {}
    questions, before = experiments.held_out(options.questions), experiments.values_before()
    embedder = Afresh(load_embedder())
    old_index = ExactIndex(split(load_documents("2025")), embedder)
    started = perf_counter()
    index = ExactIndex(split(load_documents("2026")), embedder)
    indexing = {"seconds": round(perf_counter() - started, 1), "chunks": len(index)}
    changed = [q for q in questions if q.value and before.get(q.fact, q.value) != q.value]

    def asked(*arms: Arm, of=questions, seed=0):
        say(f"asking {', '.join(arm.name for arm in arms)}, seed {seed}")
        return experiments.compare(arms, of, before).assign(seed=seed)

    base = load_language_model()
    tables = [
        asked(
            closed_book_arm(experiments.CLOSED_BOOK, base),
            rag_arm(experiments.RAG, index, base),
            prompted_arm(experiments.PROMPTED, index, base, worked_examples()),
        ),
        asked(rag_arm(experiments.OLD_INDEX, old_index, base), of=changed),
    ]
    training, recalled, kept = {}, [], None
    for seed in range(options.seeds):
        say(f"training, seed {seed}")
        style = recipes.train_style(work / f"style-{seed}", seed=seed, **changes)
        facts = recipes.train_knowledge(work / f"knowledge-{seed}", seed=seed, **changes)
        training |= {run.adapter.name: cost(run) for run in (style, facts)}
        formed, taught = recipes.served(style.adapter), recipes.served(facts.adapter)
        kept = kept or facts
        arms = (
            closed_book_arm(experiments.TUNED_FORM, formed),
            rag_arm(experiments.HYBRID, index, formed),
            closed_book_arm(experiments.TUNED_FACTS, taught),
        )
        tables.append(asked(*arms, seed=seed))
        recalled.append(recipes.recall(taught, seed=seed))
    say("training again, on the 2026 edition")
    again = recipes.train_knowledge(work / "knowledge-2026", edition="2026", **changes)
    training[again.adapter.name] = cost(again)
    tables.append(asked(closed_book_arm(experiments.RETRAINED, recipes.served(again.adapter)), of=changed))

    table = pd.concat(tables, ignore_index=True)
    of_tuned = table[table["arm"].isin([experiments.TUNED_FORM, experiments.TUNED_FACTS, experiments.HYBRID])]
    seeds = [
        {"seed": int(seed), **row}
        for seed, rows in of_tuned.groupby("seed")
        for row in experiments.summary(rows).to_dict("records")
    ]
    result = {
        "questions": len(questions),
        "changed": len(changed),
        "indexing": indexing,
        "recall_of_trained_questions": recalled,
        "training": {n: each | {"config": short(each["config"])} for n, each in training.items()},
        "summary": experiments.summary(table).to_dict("records"),
        "by_seed": seeds,
        "costs": experiments.costs(table).round(1).to_dict("index"),
        "verdicts": {f.claim: asdict(f) for f in claims.weigh(table)},
    }
    return result, table, kept


def sweep_rates(options: argparse.Namespace, work: Path) -> dict:
    """Both adapters at each rate, one seed and the same steps, scored on dev questions of 2025.

    The adapter of the facts goes a quarter of its way: enough to tell the rates apart.
    """
    changes = {"steps": options.steps} if options.steps else {}
    short_way = {"epochs": recipes.KNOWLEDGE["epochs"] // 4, **changes}
    known = [q for q in load_questions("dev", "2025") if q.value][: options.questions]
    index = ExactIndex(split(load_documents("2025")), load_embedder())
    rows = []
    for rate in RATES:
        say(f"training at {rate:g}")
        style = recipes.train_style(work / f"style-{rate}", learning_rate=rate, **changes)
        facts = recipes.train_knowledge(work / f"knowledge-{rate}", learning_rate=rate, **short_way)
        arms = [
            rag_arm(experiments.HYBRID, index, recipes.served(style.adapter)),
            closed_book_arm(experiments.TUNED_FACTS, recipes.served(facts.adapter)),
        ]
        table = experiments.compare(arms, known)
        for row in experiments.summary(table, [experiments.VALUE, experiments.STYLE]).to_dict("records"):
            rows.append({"rate": rate} | row)
            say(f"{rate:g} {row['arm']}: {row['measure']} {Interval(row['mean'], row['low'], row['high'])}")
    return {"questions": len(known), "rates": rows}


def say(text: str) -> None:
    print(f"results: {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the arguments ask for, and write it once all of it is there."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=240, help="the lesson asks the same 240")
    parser.add_argument("--rates", action="store_true", help="sweep learning rates instead")
    parser.add_argument("--steps", type=int, help="train for so few steps, to try the script")
    parser.add_argument("--output", type=Path, help="where the results go (default: data/results)")
    options = parser.parse_args(arguments)
    if options.steps and options.output is None:
        parser.error("--steps tries the script: say with --output where its results go")
    options.output = (options.output or RESULTS).resolve()
    started = perf_counter()
    runtime.start()
    with tempfile.TemporaryDirectory() as folder:
        if options.rates:
            result = sweep_rates(options, Path(folder))
            files.write_json(options.output / "rates.json", result | provenance(arguments, started))
            if options.output == RESULTS:
                write_manifest(runtime.DATA)
            return
        result, table, facts = run_comparison(options, Path(folder))
        recipes.store(facts, options.output / "adapters" / Path(recipes.STORED).name)
    files.write_json(options.output / "comparison.json", result | provenance(arguments, started))
    csv = table.drop(columns="reply").round(dict.fromkeys(experiments.STAGES, 1)).to_csv(index=False)
    files.write_atomically(options.output / "comparison.csv", csv)
    if options.output == RESULTS:
        from course_lib import plots
        from course_lib.plots.style import png

        axes = plots.form_and_facts(experiments.summary(table), "What each way gets right")
        files.write_atomically(ROOT / "docs" / "result.png", png(axes))
        write_manifest(runtime.DATA)
    print(experiments.side_by_side(experiments.summary(table)).to_string())
    print(claims.as_table(claims.weigh(table)).to_string(index=False))
    say(f"done in {perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
