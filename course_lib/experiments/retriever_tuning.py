"""What tuning the retriever brings on the 2026 edition, by how many pairs; claim C18. Lesson 04.

The learning rate is chosen on dev questions; all else is told of test questions, and of two tasks that are
not the company's.
"""

from course_lib.experiments.retrieval_bench import BATCH, BEFORE, EDITION, Bench
from course_lib.experiments.retrieval_scores import Scores, differences, kinds, mean_of, means, ndcg

NAME = "retriever"
RATES = (2e-5, 1e-4, 3e-4)
SEEDS = (0, 1, 2)  # for all pairs; the smaller numbers have the first of them
SIZE = 256
LESSON = 64  # pairs that the lesson trains on, live, in 32 bits
PRODUCTS = "32 bits, or 16 where the processor has them; the lesson's point and the milliseconds 32"
TASKS = ("company", "docstrings", "reader")


def measure(bench: Bench) -> tuple[dict, dict[str, Scores]]:
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
