"""`make results`: the comparison of lesson 09 with three seeds, which is too long for the lesson.

Writes data/results/comparison.json, with command, seeds, versions and seconds, and keeps the adapter of
tuned knowledge that the lesson loads in data/results/adapters/knowledge.
"""

import argparse
import shutil
import tempfile
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from course_lib import comparison, files, runtime
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.tuning.examples import closed_book_examples, style_examples
from course_lib.tuning.train import train_adapter

RESULTS = runtime.DATA / "results"
STYLE = {"rank": 8, "alpha": 16, "learning_rate": 3e-3, "epochs": 2, "batch_size": 8}
KNOWLEDGE = {"rank": 8, "alpha": 16, "learning_rate": 3e-3, "epochs": 5, "batch_size": 16}
EXAMPLES, PARAPHRASES = 200, 2


def one_seed(seed: int, questions, index, folder: Path) -> dict:
    """Trains both adapters with a seed and scores the tuned arms."""
    style = train_adapter(style_examples(EXAMPLES, seed), output=folder / f"style-{seed}", seed=seed, **STYLE)
    facts = closed_book_examples("2025", PARAPHRASES, seed)
    knowledge = train_adapter(facts, output=folder / f"knowledge-{seed}", seed=seed, **KNOWLEDGE)
    arms = {
        "tuned": comparison.closed_book_arm(load_language_model(adapter=knowledge.adapter)),
        "RAG + tuned": partial(_rag, load_language_model(adapter=style.adapter), index),
    }
    scores = scored(comparison.compare(arms, questions))
    trained = {
        run.adapter.name: {"seconds": round(run.seconds), "steps": run.steps} for run in (style, knowledge)
    }
    return {"seed": seed, "arms": scores, "training": trained}


def _rag(model, index, questions):
    return RagPipeline(index, model, k=4).answers(questions)


def scored(table) -> dict:
    """Every metric of every arm as mean, low and high."""
    metrics = {m: comparison.intervals(table, m) for m in comparison.METRICS}
    return {arm: {m: asdict(metrics[m][arm]) for m in metrics} for arm in table["arm"].unique()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    started = perf_counter()
    runtime.start()
    questions = comparison.held_out()
    index = ExactIndex(split(load_documents("2026")), load_embedder())
    base = load_language_model()
    untuned = {
        "closed-book": comparison.closed_book_arm(base),
        "RAG": partial(_rag, base, index),
    }
    result = {"untuned": scored(comparison.compare(untuned, questions)), "seeds": []}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seeds):
            result["seeds"].append(one_seed(seed, questions, index, Path(folder)))
            print("seed", seed, result["seeds"][-1]["training"])
        kept = RESULTS / "adapters" / "knowledge"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(Path(folder) / "knowledge-0", kept)
    result |= {
        "command": "make results",
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
