"""How well answers cite: precision and recall of the documents that they name, question by question.

experiments.PRECISION asks whether a reply names only right documents; here a reply that names one right and
one wrong scores a half, and one of two documents that are needed is half of the recall. Lesson 05.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_lib.corpus.documents import Question, course_editions
from course_lib.evaluation.statistics import CLUSTER, intervals
from course_lib.generation.citations import invented, verify_citations
from course_lib.generation.rag import Answer

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("precision", "recall", "cites", "invents", "holds")


def precision_and_recall(
    gold: Sequence[str], cited: Sequence[str], editions: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """The share of the cited documents that are gold, and of the gold ones that are cited; NaN of none.

    `editions` (corpus.documents.editions) names the documents that are one in several editions; without it
    the course's own count so, and every other id stands for itself. Lesson 05.
    """
    same = course_editions() if editions is None else editions
    right, named = ({same.get(each, each) for each in some} for some in (gold, cited))
    both = len(right & named)
    return both / len(named) if named else float("nan"), both / len(right) if right else float("nan")


def citation_scores(
    arm: str,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    editions: Mapping[str, str] | None = None,
) -> "pd.DataFrame":
    """The citations of one arm's answers to questions with gold: a row a question.

    precision: the share of the documents it cites that are gold (NaN if it cites none). recall: the share of
    the gold documents that it cites. cites: it names a document; invents: it names what did not stand in its
    prompt; holds: it cites, and every value it claims is stated where it cites it. A document counts in
    each of its `editions`, as in precision_and_recall. Gao et al., "Enabling large language models to
    generate text with citations", 2023, section 3, measure the same of passages. Lesson 05.
    """
    import pandas as pd

    rows = []
    for question, answer in zip(questions, answers, strict=True):
        if not question.gold:
            continue
        precision, recall = precision_and_recall(question.gold, answer.citations, editions)
        rows.append(
            {
                "arm": arm,
                "question": question.id,
                "fact": question.fact,
                "kind": question.kind,
                "precision": precision,
                "recall": recall,
                "cites": bool(answer.citations),
                "invents": bool(invented(answer.text, answer.hits)),
                "holds": verify_citations(answer.text, answer.hits, question.text).holds,
            }
        )
    return pd.DataFrame(rows)


def summed(table: "pd.DataFrame", cluster: str | None = CLUSTER) -> "pd.DataFrame":
    """The mean of each column by arm with its 95 % interval, and n facts that count.

    For precision those that cite something. Lesson 05.
    """
    long = table.melt(["arm", *([cluster] if cluster else [])], list(COLUMNS), "measure", "value")
    found = intervals(long.astype({"value": float}), "value", ["arm", "measure"], cluster)
    order = {arm: number for number, arm in enumerate(table["arm"].unique())}
    return found.sort_values("arm", key=lambda arms: arms.map(order), kind="stable", ignore_index=True)
