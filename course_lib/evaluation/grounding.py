"""RAGAS' four scores with a judge that runs here: a claim is a value, and a text supports it by stating it.

Names and formulas are those of RAGAS (Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented
Generation", 2023, section 3, for the first two; its documentation for the two of the context, which took the
place of the paper's context relevance). Where RAGAS asks a language model, rules answer here: claims are
drawn by generation/values.py, verdicts are whole matches, and questions are made from a reply by asking after
its values. How often this judge errs is measured against labels (faults.py). Lesson 05.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import paired
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.generation.citations import abstained
from course_lib.generation.rag import Answer
from course_lib.generation.reply_reader import told
from course_lib.generation.values import CITATION, claims_of, replace_value, states
from course_lib.retrieval.types import TextEmbedder

if TYPE_CHECKING:
    import pandas as pd

SCORES = ("faithfulness", "answer_relevancy", "context_precision", "context_recall")


@dataclass(frozen=True)
class Case:
    """What is judged: a question with its reference value, the passages read, best first, and the reply."""

    question: Question
    contexts: tuple[Chunk, ...]
    reply: str


def as_cases(questions: Sequence[Question], answers: Sequence[Answer]) -> list[Case]:
    """Cases from answers to answerable questions; the others have no reference to hold a context against."""
    pairs = paired(questions, answers, "questions", "answers")
    return [Case(q, tuple(h.chunk for h in a.hits), a.text) for q, a in pairs if q.value is not None]


def supports(chunk: Chunk, claim: str) -> bool:
    """The judge's verdict: whether a passage states a claim."""
    return states(chunk.passage, claim)


def faithfulness(case: Case) -> float:
    """The share of the reply's claims that the contexts state; NaN for a reply without a claim.

    Es et al. 2023, section 3: F = |V| / |S|. Lesson 05.
    """
    claims = () if abstained(case.reply) else claims_of(case.reply, case.question.text)
    verdicts = [any(supports(chunk, claim) for chunk in case.contexts) for claim in claims]
    return float(np.mean(verdicts)) if verdicts else float("nan")


def context_precision(case: Case) -> float:
    """The mean of precision@k over the ranks k whose passage states a part of the reference, 0 if none does.

    RAGAS' formula: the sum of precision@k times v_k over the number of relevant passages retrieved. Lesson
    05.
    """
    parts = reference(case)
    relevant = np.array([float(any(supports(chunk, part) for part in parts)) for chunk in case.contexts])
    if not relevant.any():
        return 0.0
    precision = relevant.cumsum() / np.arange(1, len(relevant) + 1)  # (k,)
    return float((precision * relevant).sum() / relevant.sum())


def context_recall(case: Case) -> float:
    """The share of the reference's claims (the parts of the question's value) that the contexts state.

    Lesson 05.
    """
    parts = reference(case)
    return sum(any(supports(chunk, part) for chunk in case.contexts) for part in parts) / len(parts)


def questions_from(reply: str, question: str = "") -> list[str]:
    """A question for each claim of the reply: its own words with the claim asked for ("... weighs what?").

    RAGAS lets a language model write them; this rule needs none, and like it sees only what the reply says
    (`question` serves to tell claims from what was asked). Lesson 05.
    """
    words = CITATION.sub("", told(reply)).strip().rstrip(".!?")
    return [f"{replace_value(words, claim, 'what')}?" for claim in claims_of(reply, question)]


def answer_relevancies(cases: Sequence[Case], embedder: TextEmbedder) -> list[float]:
    """For each case the mean cosine between its question and those made from its reply.

    0 for an abstention, as in RAGAS, and for a reply without a claim, from which no question can be made. Es
    et al. 2023, section 3: AR = 1/n sum sim(q, q_i). Lesson 05.
    """
    made = [
        [] if abstained(case.reply) else questions_from(case.reply, case.question.text) for case in cases
    ]
    texts = list(dict.fromkeys([c.question.text for c in cases] + [text for some in made for text in some]))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    return [
        float(np.mean([vectors[case.question.text] @ vectors[text] for text in some])) if some else 0.0
        for case, some in zip(cases, made, strict=True)
    ]


def grounding_scores(cases: Sequence[Case], embedder: TextEmbedder) -> "pd.DataFrame":
    """The four scores of each case, a row a case: the question's id, then a column a score.

    Raises CourseError for a question without a reference value. Lesson 05.
    """
    import pandas as pd

    relevancies = answer_relevancies(cases, embedder)
    rows = [
        {
            "question": case.question.id,
            "faithfulness": faithfulness(case),
            "answer_relevancy": relevancy,
            "context_precision": context_precision(case),
            "context_recall": context_recall(case),
        }
        for case, relevancy in zip(cases, relevancies, strict=True)
    ]
    return pd.DataFrame(rows, columns=["question", *SCORES])


def reference(case: Case) -> list[str]:
    """The parts of a case's reference value; raises CourseError for a question without one."""
    if case.question.value is None:
        raise CourseError(
            f"The question {case.question.id} has no reference value to hold a context against.",
            allowed="answerable questions",
            next_step="leave the others out: as_cases() does",
        )
    return case.question.value.split(" | ")
