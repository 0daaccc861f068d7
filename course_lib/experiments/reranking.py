"""What a trained cross-encoder brings on the 2026 edition when it re-ranks, and costs; claim C22. Lesson 04.

The learning rate is chosen on dev questions; all else is told of test questions.
"""

from course_lib.experiments.retrieval_bench import BATCH, DEPTH, EDITION, NEGATIVES, Bench
from course_lib.experiments.retrieval_scores import Scores, differences, kinds, mean_of, means, ndcg

NAME = "cross_encoder"
RATES = (5e-5, 2e-4)
SWEEP = 200  # pairs, for one epoch
EPOCHS = 2  # over all pairs
SEEDS = (0, 1, 2)
PRODUCTS = (
    "training: 32 bits, or 16 where the processor has them; the cross-encoder's quality scores: bfloat16 "
    "autocast, so that tied scores occur, which changes some orders; its milliseconds: 32 bits"
)
BASES = ("dense", "hybrid")


def measure(bench: Bench) -> tuple[dict, dict[str, Scores]]:
    """The sweep, and what re-ranking the first hits of dense and hybrid search brings and costs; and the
    scores of every system.
    """
    everything = len(bench.pairs)
    rates = []
    for rate in RATES:
        name, _ = bench.cross_encoder(SWEEP, rate, 0)
        found = bench.reranked(name, "dev")
        after = {system: round(ndcg(found[system]), 4) for system in ("dense", "dense re-ranked")}
        rates.append({"rate": rate, "pairs": SWEEP} | after)
    best = max(rates, key=lambda row: row["dense re-ranked"])["rate"]
    runs = [bench.cross_encoder(everything, best, seed, EPOCHS) for seed in SEEDS]
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
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "hard_negatives": NEGATIVES,
            "learning_rate": best,
        },
        "pairs": everything,
        "depth": DEPTH,
        "rates": rates,
        "by_seed": [
            {"seed": seed, "system": system} | means(scores)
            for seed, each in zip(SEEDS, found, strict=True)
            for system, scores in each.items()
        ],
        "summary": summary,
        "milliseconds": bench.milliseconds(runs[0][0]),
        "training": dict(runs),
    }
    return result, systems
