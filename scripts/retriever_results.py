"""What tuning the retriever and training a cross-encoder bring on the 2026 edition, and what the first costs.

Writes retriever.json, cross_encoder.json and retriever.csv (every test question's scores) into data/results.
Learning rates are chosen on dev questions; all else is told of test questions. --work keeps the trained
weights and every step's result, so that a second call goes on where the first one stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from retriever_bench import BATCH, BEFORE, DEPTH, EDITION, MEASURES, NEGATIVES, Bench, Scores  # noqa: E402

from course_lib import files, provenance, runtime  # noqa: E402
from course_lib.corpus.documents import Question  # noqa: E402
from course_lib.evaluation.statistics import cluster_means, paired_bootstrap  # noqa: E402
from course_lib.manifest import write_manifest  # noqa: E402
from course_lib.retrieval.embedding import WEIGHTS_SHA256  # noqa: E402
from course_lib.tuning.retriever import LIBRARIES  # noqa: E402

RESULTS = runtime.DATA / "results"
RATES = (2e-5, 1e-4, 3e-4)
SEEDS = (0, 1, 2)  # for all pairs; the smaller numbers have the first of them
SIZE = 256
LESSON = 64  # pairs that the lesson trains on, live, in 32 bits
CROSS_RATES = (5e-5, 2e-4)
CROSS_SWEEP = 200  # pairs, for one epoch
CROSS_EPOCHS = 2  # over all pairs
CROSS_SEEDS = (0, 1, 2)
PRODUCTS = "32 bits, or 16 where the processor has them; the lesson's point and the milliseconds 32"
CROSS_PRODUCTS = (
    "training: 32 bits, or 16 where the processor has them; the cross-encoder's quality scores: bfloat16 "
    "autocast, so that tied scores occur, which changes some orders; its milliseconds: 32 bits"
)
TASKS = ("company", "docstrings", "reader")
BASES = ("dense", "hybrid")


def ndcg(scores: Scores) -> float:
    """The mean nDCG@10 over all questions."""
    return fmean(each[MEASURES.index("ndcg@10")] for each in scores.values())


def mean_of(runs: Sequence[Scores]) -> Scores:
    """Each question's measures, averaged over the seeds."""
    pooled = {name: zip(*(run[name] for run in runs), strict=True) for name in runs[0]}
    return {name: [fmean(each) for each in values] for name, values in pooled.items()}


def means(scores: Scores) -> dict[str, float]:
    """Each measure's mean over all questions, to four places."""
    return {m: round(fmean(each[place] for each in scores.values()), 4) for place, m in enumerate(MEASURES)}


def differences(
    after: Scores, before: Scores, questions: Sequence[Question], groups: dict[str, str]
) -> list[dict]:
    """A row for all questions and one for each group: both means, and their difference with its interval.

    The wordings of one fact are no independent draws: they are averaged, and facts are drawn.
    """
    rows = []
    for group in ("all", *sorted(set(groups.values()) - {""})):
        asked = [question for question in questions if group in ("all", groups[question.id])]
        facts = [question.fact for question in asked]
        for place, measure in enumerate(MEASURES):
            new, old = (
                cluster_means([scores[question.id][place] for question in asked], facts)
                for scores in (after, before)
            )
            gain = paired_bootstrap(new, old)
            numbers = {"before": float(old.mean()), "after": float(new.mean())}
            numbers |= {"difference": gain.mean, "low": gain.low, "high": gain.high}
            row = {"kind": group, "measure": measure, "facts": len(new)}
            rows.append(row | {name: round(number, 4) for name, number in numbers.items()})
    return rows


def kinds(questions: Sequence[Question]) -> dict[str, str]:
    """A question's id -> its kind."""
    return {question.id: question.kind for question in questions}


def tuned_retriever(bench: Bench) -> tuple[dict, dict[str, Scores]]:
    """The sweep, the curve over the number of pairs, and the lesson's own point; and the tuned scores, alone
    and fused with BM25.
    """
    everything = len(bench.pairs)
    before = {task: bench.scores(BEFORE, task) for task in ("dev", *TASKS)}
    rates = [{"rate": 0, "ndcg@10": round(ndcg(before["dev"]), 4)}]
    for rate in RATES:
        name, _ = bench.retriever(everything, rate, 0)
        rates.append({"rate": rate, "ndcg@10": round(ndcg(bench.scores(name, "dev")), 4)})
    best = max(rates[1:], key=lambda row: row["ndcg@10"])["rate"]
    curve = [{"pairs": 0, "seed": None, "task": t} | means(before[t]) for t in TASKS]
    summary, trainings, tuned = [], {}, {}
    for n, seeds, precision in (
        (LESSON, SEEDS[:1], "highest"),
        (SIZE, SEEDS[:1], "medium"),
        (everything, SEEDS, "medium"),
    ):
        runs = [bench.retriever(n, best, seed, precision) for seed in seeds]
        trainings |= dict(runs)
        for task in TASKS:
            found = [bench.scores(name, task, precision) for name, _ in runs]
            point = {"pairs": n, "task": task}
            curve += [point | {"seed": s} | means(f) for s, f in zip(seeds, found, strict=True)]
            tuned[task] = mean_of(found)
            asked = bench.tasks[task][1]
            summary += [point | row for row in differences(tuned[task], before[task], asked, kinds(asked))]
    fused = mean_of([bench.scores(name, "company", hybrid=True) for name, _ in runs])
    hybrid = bench.scores(BEFORE, "company", hybrid=True)
    alone, asked = tuned["company"], bench.tasks["company"][1]
    result = {
        "edition": EDITION,
        "tasks": {t: {"passages": len(c), "questions": len(q)} for t, (c, q) in bench.tasks.items()},
        "recipe": {"epochs": 1, "batch_size": BATCH, "hard_negatives": 1, "learning_rate": best},
        "rates": rates,
        "lesson": {"pairs": LESSON, "seed": SEEDS[0], "precision": "highest"},
        "curve": curve,
        "summary": summary,
        "by_passage": differences(alone, before["company"], asked, bench.passage_seen()),
        "fused_with_bm25": differences(fused, hybrid, asked, kinds(asked)),
        "fused_against_tuned": differences(fused, alone, asked, kinds(asked)),
        "training": trainings,
    }
    return result, {"tuned": alone, "tuned hybrid": fused}


def trained_cross_encoder(bench: Bench) -> tuple[dict, dict[str, Scores]]:
    """The sweep, and what re-ranking the first hits of dense and hybrid search brings and costs; and the
    scores of every system.
    """
    everything = len(bench.pairs)
    rates = []
    for rate in CROSS_RATES:
        name, _ = bench.cross_encoder(CROSS_SWEEP, rate, 0)
        found = bench.reranked(name, "dev")
        after = {system: round(ndcg(found[system]), 4) for system in ("dense", "dense re-ranked")}
        rates.append({"rate": rate, "pairs": CROSS_SWEEP} | after)
    best = max(rates, key=lambda row: row["dense re-ranked"])["rate"]
    runs = [bench.cross_encoder(everything, best, seed, CROSS_EPOCHS) for seed in CROSS_SEEDS]
    found = [bench.reranked(name, "company") for name, _ in runs]
    systems = {system: mean_of([each[system] for each in found]) for system in found[0]}
    asked, summary = bench.tasks["company"][1], []
    for base in BASES:
        for way in ("re-ranked", "fused"):
            rows = differences(systems[f"{base} {way}"], systems[base], asked, kinds(asked))
            summary += [{"base": base, "way": way} | row for row in rows]
    result = {
        "edition": EDITION,
        "recipe": {
            "epochs": CROSS_EPOCHS,
            "batch_size": BATCH,
            "hard_negatives": NEGATIVES,
            "learning_rate": best,
        },
        "pairs": everything,
        "depth": DEPTH,
        "rates": rates,
        "by_seed": [
            {"seed": seed, "system": system} | means(scores)
            for seed, each in zip(CROSS_SEEDS, found, strict=True)
            for system, scores in each.items()
        ],
        "summary": summary,
        "milliseconds": bench.milliseconds(runs[0][0]),
        "training": dict(runs),
    }
    return result, systems


def made_by(run: provenance.Run, result: dict, products: str) -> dict:
    """What somebody needs to run it again; `products` says in which precision models computed."""
    seconds = round(sum(each["seconds"] for each in result["training"].values()))
    more = {"seconds_of_training": seconds, "products": products, "base_sha256": WEIGHTS_SHA256}
    return run.written(LIBRARIES) | more


def by_question(bench: Bench, systems: dict[str, Scores]) -> str:
    """The test questions' scores as CSV: one row for each question and system, averaged over the seeds."""
    import pandas as pd

    rows = [
        {"question_id": q.id, "kind": q.kind, "system": system}
        | {m: round(value, 4) for m, value in zip(MEASURES, scores[q.id], strict=True)}
        for system, scores in systems.items()
        for q in bench.tasks["company"][1]
    ]
    return pd.DataFrame(rows).to_csv(index=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not known yet, and write each file once all of it is there."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder for weights and steps (1 GB)")
    options = parser.parse_args(arguments)
    runtime.start()
    run = provenance.begin("python scripts/retriever_results.py --work WORK", seed=SEEDS[0])
    bench = Bench(options.work)
    retriever, tuned = tuned_retriever(bench)
    files.write_json(RESULTS / "retriever.json", retriever | made_by(run, retriever, PRODUCTS))
    cross_encoder, systems = trained_cross_encoder(bench)
    cross_encoder |= made_by(run, cross_encoder, CROSS_PRODUCTS)
    files.write_json(RESULTS / "cross_encoder.json", cross_encoder)
    csv = by_question(bench, systems | tuned)
    files.write_atomically(RESULTS / "retriever.csv", csv)
    write_manifest()
    for row in retriever["summary"] + cross_encoder["summary"]:
        if row["kind"] == "all":
            print(row)


if __name__ == "__main__":
    main()
