"""`make results`: the comparison of lesson 09 with three seeds, which is too long for the lesson.

Writes data/results/comparison.json, with command, seeds, versions and seconds, and keeps the adapter of
tuned knowledge that the lesson loads in data/results/adapters/knowledge.
"""

import argparse
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from course_lib import comparison, files, runtime
from course_lib.comparison import CLOSED_BOOK, HYBRID, OLD_INDEX, RAG, TUNED
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents
from course_lib.generation.language_model import load_language_model
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.tuning.examples import closed_book_examples, style_examples
from course_lib.tuning.train import train_adapter

RESULTS = runtime.DATA / "results"
STYLE = {"rank": 8, "alpha": 16, "learning_rate": 3e-3, "epochs": 2, "batch_size": 8}
KNOWLEDGE = {"rank": 8, "alpha": 16, "learning_rate": 3e-3, "epochs": 5, "batch_size": 16}
EXAMPLES, PARAPHRASES = 200, 2


def means(table) -> dict[str, dict[str, float]]:
    """Arm -> measure -> mean."""
    summed = comparison.summary(table)
    return {arm: dict(zip(rows["measure"], rows["mean"], strict=True)) for arm, rows in summed.groupby("arm")}


def one_seed(seed: int, questions, before, index, folder: Path) -> dict:
    """Trains both adapters with a seed and scores the tuned arms."""
    style = train_adapter(style_examples(EXAMPLES, seed), output=folder / f"style-{seed}", seed=seed, **STYLE)
    facts = closed_book_examples("2025", PARAPHRASES, seed)
    knowledge = train_adapter(facts, output=folder / f"knowledge-{seed}", seed=seed, **KNOWLEDGE)
    arms = [
        comparison.closed_book_arm(TUNED, load_language_model(adapter=knowledge.adapter)),
        comparison.rag_arm(HYBRID, index, load_language_model(adapter=style.adapter)),
    ]
    runs = {"style": style, "knowledge": knowledge}
    trained = {
        name: {
            "seconds": round(run.seconds),
            "steps": run.steps,
            "examples": run.examples,
            "last_loss": run.losses[-1],
        }
        for name, run in runs.items()
    }
    return {"seed": seed, "arms": means(comparison.compare(arms, questions, before)), "training": trained}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    started = perf_counter()
    runtime.start()
    questions, before = comparison.held_out(240), comparison.values_before("2025")
    embedder = load_embedder()
    index, old = (ExactIndex(split(load_documents(edition)), embedder) for edition in ("2026", "2025"))
    base = load_language_model()
    arms = [
        comparison.closed_book_arm(CLOSED_BOOK, base),
        comparison.rag_arm(RAG, index, base),
        comparison.rag_arm(OLD_INDEX, old, base),
    ]
    result = {"untuned": means(comparison.compare(arms, questions, before)), "seeds": []}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seeds):
            result["seeds"].append(one_seed(seed, questions, before, index, Path(folder)))
            print("seed", seed, result["seeds"][-1]["training"], flush=True)
        kept = RESULTS / "adapters" / "knowledge"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(Path(folder) / "knowledge-0", kept)
    result |= {
        "command": f"python scripts/results.py --seeds {arguments.seeds}",
        "questions": len(questions),
        "settings": {
            "style": STYLE | {"examples": EXAMPLES},
            "knowledge": KNOWLEDGE | {"paraphrases": PARAPHRASES},
        },
        "versions": {name: version(name) for name in ("torch", "transformers", "peft", "bitsandbytes")},
        "seconds": round(perf_counter() - started),
    }
    files.write_json(RESULTS / "comparison.json", result)


if __name__ == "__main__":
    main()
