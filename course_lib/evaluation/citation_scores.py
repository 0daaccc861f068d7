"""How well answers cite: precision and recall of the documents that they name, question by question.

experiments.PRECISION asks whether a reply names only right documents; here a reply that names one right and
one wrong scores a half, and one of two documents that are needed is half of the recall. Lesson 05.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_lib.corpus.documents import Question
from course_lib.evaluation.statistics import mean_interval
from course_lib.generation.citations import invented, verify_citations
from course_lib.generation.rag import Answer

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("precision", "recall", "cites", "invents", "holds")


def document_key(id: str) -> str:
    """An id without the digit of its edition: PR-107 and PR-207 are the same document."""
    return id[:3] + id[4:] if len(id) == 6 else id


def citation_scores(arm: str, questions: Sequence[Question], answers: Sequence[Answer]) -> "pd.DataFrame":
    """The citations of one arm's answers to questions with gold: a row a question.

    precision: the share of the documents it cites that are gold (NaN if it cites none). recall: the share of
    the gold documents that it cites. cites: it names a document; invents: it names what did not stand in its
    prompt; holds: it cites, and every value it claims is stated where it cites it. A document counts in
    either edition. Gao et al., "Enabling large language models to generate text with citations", 2023,
    section 3, measure the same of passages. Lesson 05.
    """
    import pandas as pd

    rows = []
    for question, answer in zip(questions, answers, strict=True):
        if not question.gold:
            continue
        gold = {document_key(each) for each in question.gold}
        named = {document_key(each) for each in answer.citations}
        rows.append(
            {
                "arm": arm,
                "question": question.id,
                "kind": question.kind,
                "precision": len(named & gold) / len(named) if named else float("nan"),
                "recall": len(named & gold) / len(gold),
                "cites": bool(named),
                "invents": bool(invented(answer.text, answer.hits)),
                "holds": verify_citations(answer.text, answer.hits, question.text).holds,
            }
        )
    return pd.DataFrame(rows)


def summed(table: "pd.DataFrame") -> "pd.DataFrame":
    """The mean of each column by arm with its 95 % interval, and n questions that count.

    For precision those that cite something. Lesson 05.
    """
    import pandas as pd

    rows = []
    for arm, some in table.groupby("arm", sort=False):
        for column in COLUMNS:
            values = some[column].dropna().to_numpy(float)
            if len(values):
                found = mean_interval(values)
                rows.append({"arm": arm, "measure": column, **vars(found), "n": len(values)})
    return pd.DataFrame(rows)
