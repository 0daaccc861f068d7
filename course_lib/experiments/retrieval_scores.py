"""What experiments on retrieval score, question by question: recall and nDCG, means and differences."""

from collections.abc import Sequence
from statistics import fmean

from course_lib.corpus.documents import Question
from course_lib.evaluation.ranking import document_ids, ndcg_at_k, recall_at_k
from course_lib.evaluation.statistics import cluster_means, paired_bootstrap
from course_lib.retrieval.types import Hit

MEASURES = ("recall@5", "recall@10", "ndcg@10")

Scores = dict[str, list[float]]  # a question's id -> its MEASURES


def measured(question: Question, hits: Sequence[Hit]) -> list[float]:
    """recall@5, recall@10 and nDCG@10 of ranked chunks, by their documents."""
    five, ten, gold = document_ids(hits[:5]), document_ids(hits[:10]), question.gold
    return [recall_at_k(five, gold, 5), recall_at_k(ten, gold, 10), ndcg_at_k(ten, gold, 10)]


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


def by_question(systems: dict[str, Scores], questions: Sequence[Question]) -> str:
    """The scores of some systems as CSV: one row for each question and system."""
    import pandas as pd

    rows = [
        {"question_id": q.id, "kind": q.kind, "system": system}
        | {m: round(value, 4) for m, value in zip(MEASURES, scores[q.id], strict=True)}
        for system, scores in systems.items()
        for q in questions
    ]
    return pd.DataFrame(rows).to_csv(index=False)
