"""Grounded answers: outcomes, citations by arm, and an order hidden in a document. Lesson 05.

The lesson asks some of the questions live, and shows the run that is stored for its model beside them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Question, load_documents
from course_lib.errors import CourseError
from course_lib.evaluation import attacks
from course_lib.evaluation import citation_scores as citing
from course_lib.evaluation.answers import Score, score
from course_lib.evaluation.kept_runs import Shares, as_stored
from course_lib.evaluation.statistics import Interval, wilson_interval
from course_lib.experiments.arms import closed_book_arm
from course_lib.experiments.sampling import held_out
from course_lib.experiments.setting import passages
from course_lib.generation import guards, poison
from course_lib.generation.rag import Answer, RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.rerank import MaxSim
from course_lib.retrieval.types import Retriever
from course_lib.tuning import recipes

if TYPE_CHECKING:
    import pandas as pd

NAME = "grounded"
RIGHT, SILENT, WRONG = (
    "states the right value",
    "says: the documents do not say",
    "states something else",
)
OUTCOMES = {
    RIGHT: lambda s: s.correct and not s.abstained,
    SILENT: lambda s: s.abstained,
    WRONG: lambda s: not s.correct and not s.abstained,
}
GROUPS = {"a document answers": True, "no document does": False}
CITATIONS = {"precision": "precision", "recall": "recall", "holds": "claims stated\nwhere cited"}
ATTACKED = {  # the row of the figure -> with or without the poison, and which share
    "says the false value": ("under attack", "obeyed"),
    "right, under attack": ("under attack", "right"),
    "right, in peace": ("in peace", "right"),
}


def outcomes(questions: Sequence[Question], scores: Sequence[Score]) -> Shares:
    """Right, silent or wrong, where a document answers and where none does, each share with its interval."""
    shares: dict[str, dict[str, Interval]] = {outcome: {} for outcome in OUTCOMES}
    for group, answerable in GROUPS.items():
        some = [s for s, q in zip(scores, questions, strict=True) if (q.value is not None) == answerable]
        for outcome, rule in OUTCOMES.items():
            if answerable or outcome != RIGHT:
                shares[outcome][group] = wilson_interval(sum(map(rule, some)), len(some))
    return shares


def citations(cites: "pd.DataFrame") -> Shares:
    """Precision, recall and claims that hold, by arm, from what citation_scores says of each answer."""
    bars: dict[str, dict[str, Interval]] = {name: {} for name in CITATIONS.values()}
    for row in citing.summed(cites).itertuples():
        if row.measure in CITATIONS:
            bars[CITATIONS[row.measure]][row.arm] = Interval(row.mean, row.low, row.high)
    return bars


def attacked(hit: "pd.DataFrame", calm: "pd.DataFrame") -> Shares:
    """What each guard lets through and leaves of right answers, with the poison in the index and without."""
    told = {"under attack": attacks.shares(hit), "in peace": attacks.shares(calm)}
    return {
        name: {
            row.guard: Interval(row.mean, row.low, row.high)
            for row in told[when][told[when]["share"] == share].itertuples()
        }
        for name, (when, share) in ATTACKED.items()
    }


def guarded(
    retriever: Retriever, model: LanguageModel, asked: Sequence[str], plain: list[Answer], known: set[str]
) -> dict[str, list[Answer]]:
    """The `plain` answers, which no guard saw, and those with passages quoted, filtered, and with replies
    checked against `known` documents.
    """
    quoting = RagPipeline(guards.Guarded(retriever, guards.quote), model, style=guards.QUOTED)
    filtering = RagPipeline(guards.Guarded(retriever, guards.drop_suspicious), model)
    checked = [guards.withhold(a, text, known) for a, text in zip(plain, asked, strict=True)]
    return {
        "none": plain,
        "quoting": quoting.answers(asked),
        "filtering": filtering.answers(asked),
        "output checks": checked,
    }


def measure(model: LanguageModel, most: int | None = None) -> dict[str, Any]:
    """The lesson's three figures on 240 questions (or `most`), a third of them attacked.

    Raises CourseError as long as no adapter of the facts is stored for the model in use.
    """
    import pandas as pd

    if (adapter := recipes.stored_adapter()) is None:
        raise CourseError(
            "No adapter of the facts is stored for this model.",
            next_step="python -m course_lib results comparison, which trains and keeps one",
        )
    facts = recipes.served(adapter)
    documents, chunks, late = load_documents("2026"), passages("2026"), MaxSim(load_embedder())
    late.prepare(chunks)
    index = chosen_retriever(chunks, late.embedder, late)
    questions = held_out(most or 240)
    answers = RagPipeline(index, model).answers([q.text for q in questions])
    scores = [score(a.text, q, a.hits) for q, a in zip(questions, answers, strict=True)]
    known = [q for q in questions if q.value is not None]
    texts = [q.text for q in known]
    answered = {
        "closed-book": closed_book_arm("closed-book", model).answers(texts),
        "RAG": [a for q, a in zip(questions, answers, strict=True) if q.value is not None],
        "tuned on facts": closed_book_arm("tuned on facts", facts).answers(texts),
    }
    cites = pd.concat([citing.citation_scores(arm, known, each) for arm, each in answered.items()])
    orders = poison.poisons("order", known, documents)[: len(questions) // 3]
    asked = [p.question.text for p in orders]
    bad = chosen_retriever(chunks + split([p.document for p in orders], table_rows=1), late.embedder, late)
    company = {d.id for d in documents}
    everyone = company | {p.document.id for p in orders}
    by_id = dict(zip((q.id for q in questions), answers, strict=True))
    hit = guarded(bad, model, asked, RagPipeline(bad, model).answers(asked), everyone)
    calm = guarded(index, model, asked, [by_id[p.question.id] for p in orders], company)
    tables = [
        pd.concat([attacks.attack_table(orders, each, guard) for guard, each in found.items()])
        for found in (hit, calm)
    ]
    return as_stored(
        len(questions),
        outcomes=outcomes(questions, scores),
        citations=citations(cites),
        attacks=attacked(*tables),
    )
