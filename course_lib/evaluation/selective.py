"""Answering only when the evidence suffices: what a confidence is worth, and where to draw the line.

A confidence is any number known before the reply is shown: how like the best passage is, whether every value
of the reply stands where it is cited, or several weighed together. Lesson 10.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import checked_seed, finite_number, listed, paired, whole_number
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval, redrawn, wilson_interval
from course_lib.generation.citations import abstained, verify_citations
from course_lib.generation.rag import Answer

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 5
SIGNALS = ("similarity", "gap", "answers", "holds")


def signals(answer: Answer, question: str) -> dict[str, float]:
    """What can be known of an answer without its label, each 0 to 1 or a cosine.

    similarity: of the best passage; gap: from it to the mean of the others; answers: 0 if the reply is that
    the documents do not say; holds: every value that the reply claims stands in the passage that it cites.
    Raises CourseError for an answer without passages. Lesson 10.
    """
    if not answer.hits:
        raise CourseError("An answer without passages has no evidence to weigh.", "answers of a RagPipeline")
    scores = [hit.score for hit in answer.hits]
    return {
        "similarity": scores[0],
        "gap": scores[0] - float(np.mean(scores[1:] or scores)),
        "answers": float(not abstained(answer.text)),
        "holds": float(verify_citations(answer.text, answer.hits, question).holds),
    }


def risk_model(rows: Sequence[Mapping[str, float]], correct: Sequence[bool]):
    """A logistic regression from signals to the chance of a right answer, fitted on labelled questions.

    It gives a confidence, 0 to 1, for each of a list of such rows; where all labels are alike nothing can be
    learned, and everybody gets their share. The questions that it is judged on must be others. Raises
    CourseError for unequal lengths and for none. Joren et al., "Sufficient context", ICLR 2025, combine a
    rating of the evidence and the model's own confidence so. Lesson 10.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pairs = listed(paired(rows, correct, "rows of signals", "labels"), "labelled answers", least=1)
    names, labels = list(pairs[0][0]), [bool(label) for _, label in pairs]
    if len(set(labels)) == 1:
        return lambda some: np.full(len(some), float(labels[0]))

    def columns(some: Sequence[Mapping[str, float]]) -> np.ndarray:
        return np.array([[float(row[name]) for name in names] for row in some])  # (n, signals)

    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(columns([row for row, _ in pairs]), labels)
    return lambda some: model.predict_proba(columns(some))[:, 1]


def cross_fitted(
    rows: Sequence[Mapping[str, float]],
    correct: Sequence[bool],
    facts: Sequence[Hashable],
    folds: int = FOLDS,
    seed: int = 0,
) -> list[float]:
    """The confidence of each answer from a risk_model fitted on the others' facts; as long as `rows`.

    The facts are dealt into folds, and each fold is judged by the fit on all other folds. Raises CourseError
    for unequal lengths, and for fewer facts than folds. Chernozhukov et al., "Double/debiased machine
    learning", 2018, call it cross-fitting. Lesson 10.
    """
    pairs, folds = list(paired(rows, correct, "rows of signals", "labels")), whole_number(folds, "folds", 2)
    own = [fact for _, fact in paired(pairs, facts, "labelled answers", "facts")]
    names = list(dict.fromkeys(own))
    if len(names) < folds:
        raise CourseError(f"{len(names)} facts make no {folds} folds.", allowed=f"{folds} facts or more")
    order = np.random.default_rng(checked_seed(seed)).permutation(len(names))
    fold_of = {names[place]: n % folds for n, place in enumerate(order)}
    sure = np.zeros(len(pairs))
    for fold in range(folds):
        held = np.array([fold_of[fact] == fold for fact in own])
        seen = [pair for pair, out in zip(pairs, held, strict=True) if not out]
        fitted = risk_model([row for row, _ in seen], [label for _, label in seen])
        sure[held] = fitted([row for (row, _), out in zip(pairs, held, strict=True) if out])
    return sure.tolist()


def answered_curve(confidence: Sequence[float], correct: Sequence[bool]) -> "pd.DataFrame":
    """Accuracy by the share answered: a row a threshold, from the highest confidence down.

    Columns: threshold (answer at it or above), share, n, mean (right among those answered), low, high.
    Raises CourseError for unequal lengths, for none, and for a confidence that is no number. El-Yaniv and
    Wiener, "On the foundations of noise-free selective classification", 2010, call it the risk–coverage
    curve. Lesson 10.
    """
    import pandas as pd

    pairs = list(paired(confidence, correct, "confidences", "labels"))
    listed(pairs, "answers", least=1)
    sure = np.array([finite_number(float(each), "A confidence") for each, _ in pairs])
    right = np.array([bool(label) for _, label in pairs])
    rows = []
    for threshold in sorted(set(sure.tolist()), reverse=True):
        kept = right[sure >= threshold]
        share = wilson_interval(int(kept.sum()), len(kept))
        told = {"threshold": threshold, "share": len(kept) / len(right), "n": len(kept)}
        rows.append(told | vars(share))
    return pd.DataFrame(rows)


def mean_accuracy(curve: "pd.DataFrame") -> float:
    """The mean accuracy over all shares answered: the area under a curve of answered_curve, 0 to 1."""
    steps = np.diff(curve["share"].to_numpy(), prepend=0.0)
    return float((steps * curve["mean"].to_numpy()).sum())


def area_difference(
    a: Sequence[float],
    b: Sequence[float],
    correct: Sequence[bool],
    facts: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> Interval:
    """How much larger the mean accuracy over all shares answered is by confidence a than by b, with its 95 %
    interval: facts (without them, answers) are drawn anew, each with both its confidences and its label.

    A confidence that is the same for all is chance: its curve is flat at the share right. A fit behind a
    confidence is not made anew in each draw. Raises CourseError for unequal lengths and for none. Lesson 10.
    """
    rows = listed(list(paired(a, b, "confidences", "other confidences")), "answers", least=1)
    right = np.array([bool(label) for _, label in paired(rows, correct, "confidences", "labels")])
    own = list(range(len(rows))) if facts is None else list(facts)
    one, other = (np.array([float(row[side]) for row in rows]) for side in (0, 1))
    together: dict[Hashable, list[int]] = {}
    for place, (_, fact) in enumerate(paired(rows, own, "confidences", "facts")):
        together.setdefault(fact, []).append(place)
    groups = [np.array(places) for places in together.values()]

    def gap(drawn: np.ndarray) -> float:
        places = np.concatenate([groups[group] for group in drawn])
        return _area(one[places], right[places]) - _area(other[places], right[places])

    return redrawn(gap, len(groups), checked_seed(seed))


def _area(sure: np.ndarray, right: np.ndarray) -> float:
    """mean_accuracy(answered_curve(sure, right)), without the table: equal confidences are one step."""
    order = np.argsort(-sure, kind="stable")
    ends = np.flatnonzero(np.diff(sure[order], append=-np.inf))  # the last answer of each step
    accuracy = np.cumsum(right[order])[ends] / (ends + 1)
    return float((np.diff(ends + 1, prepend=0) / len(sure) * accuracy).sum())


def threshold_for(curve: "pd.DataFrame", at_least: float) -> float:
    """The lowest threshold that keeps an accuracy of `at_least`, so that most is answered; else infinity.

    Chosen on one set of questions, it has to be reported on another: of many thresholds one is lucky. Raises
    CourseError for a share outside of [0, 1]. Lesson 10.
    """
    at_least = finite_number(at_least, "at_least", least=0, most=1)
    kept = curve.loc[curve["mean"] >= at_least, "threshold"]
    return float(kept.min()) if len(kept) else float("inf")
