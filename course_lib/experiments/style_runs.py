"""One training of the house style, and what came of it: how the sweeps of lesson 07 measure a point.

The training is the lesson's own (recipes.live_style), but for the number of examples and the quantisation.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import runtime
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Question, load_documents
from course_lib.evaluation.answers import complies, score
from course_lib.experiments.hits import hits
from course_lib.experiments.sampling import held_out
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, Message
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.tuning import recipes
from course_lib.tuning.examples import style_examples
from course_lib.tuning.train import TrainingRun

QUESTIONS = {"tiny": 100, "laptop": 40, "gpu": 100}
HELD_OUT = {"tiny": 60, "laptop": 20, "gpu": 60}  # pairs whose right replies' loss is measured
CURATED = 1_000


@dataclass(frozen=True)
class Trained:
    """What the training took (None: there was none), and the model as it is served."""

    run: TrainingRun | None
    model: LocalModel


def trained(
    examples: int, seed: int, quantize: str | None = recipes.QUANTIZATION, **changes: Any
) -> Trained:
    """The profile's model after so many examples of the house style, trained as in lesson 07 with `changes`.

    0 is untuned.
    """
    if examples == 0:
        return Trained(None, recipes.served(quantize=quantize))
    settings = recipes.live_style() | {"examples": examples, "quantize": quantize} | changes
    with tempfile.TemporaryDirectory() as folder:
        run = recipes.train_style(Path(folder) / "style", seed, **settings)
        return Trained(run, recipes.served(run.adapter, quantize=quantize))


def asked(model: LocalModel, questions: Sequence[Question]) -> dict[str, Any]:
    """How a model replies over four retrieved passages, as texts of 1 and 0 in the order of the questions.

    `hits` says whether a reply keeps the house style, `right` whether it states the value, or says so where
    no document does; `facts` are what the questions are about.
    """
    pipeline = RagPipeline(_index(), model)
    answers = pipeline.answers([q.text for q in questions], max_new_tokens=HOUSE_STYLE_TOKENS)
    pairs = list(zip(answers, questions, strict=True))
    return {
        "questions": len(questions),
        "hits": hits(complies(answer.text)[0] for answer in answers),
        "right": hits(score(answer.text, question, answer.hits).correct for answer, question in pairs),
        "facts": [question.fact for question in questions],
    }


def questions() -> list[Question]:
    """The held-out questions of a sweep in this profile."""
    return held_out(QUESTIONS[runtime.current().profile])


def held_out_pairs(seed: int) -> list[list[Message]]:
    """Curated pairs that no training with this seed sees, in the form that the profile trains on."""
    last = style_examples(CURATED, seed, most=recipes.live_style()["most"])
    return last[-HELD_OUT[runtime.current().profile] :]


def cost(run: TrainingRun | None) -> dict[str, Any]:
    """What a training took, as a row keeps it."""
    if run is None:
        return {"steps": 0, "tokens": 0, "seconds": 0}
    return {"steps": run.steps, "tokens": run.tokens, "seconds": round(run.seconds, 1)}


@cache
def _index() -> ExactIndex:
    return ExactIndex(split(load_documents("2026")), load_embedder())
