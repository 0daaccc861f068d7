"""How many examples the house style takes: trainings of the lesson's kind, by size and seed. Lesson 07.

The lesson trains one size live, and shows the run that is stored for its model beside it.
"""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents
from course_lib.evaluation.answers import complies
from course_lib.evaluation.statistics import wilson_interval
from course_lib.experiments.sampling import held_out
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.tuning import recipes

NAME = "style_curve"
SHARES = (0.25, 0.5, 1, 2)  # of the examples that the lesson trains on live


def measure(most: int | None = None, seeds: int = 3) -> dict[str, Any]:
    """The share of replies in the house style by examples and seed, on 120 held-out questions (or `most`)."""
    live = recipes.live_style()
    index = ExactIndex(split(load_documents("2026")), load_embedder())
    asked = [question.text for question in held_out(most or 120)]
    rows = []
    with TemporaryDirectory() as work:
        for examples in (round(share * live["examples"]) for share in SHARES):
            for seed in range(seeds):
                folder = Path(work) / f"{examples}-{seed}"
                run = recipes.train_style(folder, seed, **(live | {"examples": examples}))
                pipeline = RagPipeline(index, recipes.served(run.adapter))
                replies = pipeline.answers(asked, max_new_tokens=HOUSE_STYLE_TOKENS)
                share = wilson_interval(sum(complies(each.text)[0] for each in replies), len(asked))
                told = {"examples": examples, "seed": seed, "seconds": round(run.seconds)}
                rows.append(told | asdict(share))
    return {"questions": len(asked), "curve": rows}
