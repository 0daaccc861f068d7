"""Two editions in one index: what a filter and what a word in the prompt do to the answers. Lesson 04.

The lesson asks some of the questions live, and shows the run that is stored for its model beside them.
"""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.evaluation.kept_runs import Shares, as_stored
from course_lib.experiments.arms import Arm
from course_lib.experiments.measures import FRESH, STALE, interval
from course_lib.experiments.sampling import changed, values_before
from course_lib.experiments.table import compare
from course_lib.generation.prompts import PREFER_NEWEST
from course_lib.generation.rag import RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.retrieval.fusion import HybridRetriever

if TYPE_CHECKING:
    import pandas as pd

NAME = "editions"


def one_a_fact(questions: Sequence[Question], seed: int) -> list[Question]:
    """One wording of each fact, in an order of the seed's."""
    shuffled = Random(seed).sample(list(questions), len(questions))
    return list({q.fact: q for q in shuffled}.values())


def marks(table: "pd.DataFrame") -> Shares:
    """This year's and last year's values by arm, each share with its interval."""
    arms = table["arm"].unique()
    return {m.name.split(",")[0]: {arm: interval(table, arm, m) for arm in arms} for m in (FRESH, STALE)}


def measure(model: LanguageModel, most: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Every changed fact (or `most` of them), asked once in each of the lesson's three arms."""
    before = values_before()
    asked = [q for q in load_questions("test", "2026") if q.gold]
    live = one_a_fact(changed(asked, before), seed)[:most]
    everything = split(load_documents())
    both = HybridRetriever([ExactIndex(everything, load_embedder()), Bm25Index(everything)])
    arms = [
        Arm("no filter", RagPipeline(both, model).answers),
        Arm("edition filter", RagPipeline(Filtered(both, Filter(editions=("2026",))), model).answers),
        Arm("prefer the newest", RagPipeline(both, model, style=PREFER_NEWEST).answers),
    ]
    return as_stored(len(live), editions=marks(compare(arms, live, before)))
