"""How alike a reply and a reference are: by the words they share (ROUGE), by the vectors of their tokens
(BERTScore).

Neither asks whether the value is right; answers.value_correct does. What this module does not do: use idf
weights or a baseline, both of which BERTScore's authors offer as options. Lesson 10.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from course_lib.arguments import checked_text, listed, paired
from course_lib.errors import CourseError
from course_lib.retrieval.embedding import Embedder
from course_lib.retrieval.rerank import maxsim, token_vectors

WORDS = re.compile(r"[a-z0-9]+")


def rouge_1(reply: str, reference: str) -> float:
    """The F1 of the words that reply and reference share, each counted as often as both have it, 0 to 1.

    Words are runs of a-z and 0-9 in lower case, as in Google's rouge-score. Raises CourseError for anything
    but texts. Lin, "ROUGE", 2004, section 2. Lesson 10.
    """
    own, theirs = _words(reply, "The reply"), _words(reference, "The reference")
    return _f1((Counter(own) & Counter(theirs)).total(), len(own), len(theirs))


def rouge_l(reply: str, reference: str) -> float:
    """The F1 of the longest sequence of words that both have in this order, gaps allowed, 0 to 1.

    Raises CourseError for anything but texts. Lin, "ROUGE", 2004, section 3.1, with equal weights. Lesson 10.
    """
    own, theirs = _words(reply, "The reply"), _words(reference, "The reference")
    return _f1(_longest_common(own, theirs), len(own), len(theirs))


def bertscore(reply: np.ndarray, reference: np.ndarray) -> tuple[float, float, float]:
    """(precision, recall, F1) of a reply's unit token vectors (m, d) against a reference's (n, d).

    Each token of the one is matched with the most similar of the other: recall is the mean over the
    reference's tokens, precision over the reply's. Raises RetrievalError for vectors that are none, of two
    dimensions, or of no token. Zhang et al., "BERTScore", ICLR 2020, section 3. Lesson 10 (exercise 10.1).
    """
    precision, recall = _best_matches(reply, reference), _best_matches(reference, reply)
    return precision, recall, _harmonic(precision, recall)


def bertscores(replies: Sequence[str], references: Sequence[str], embedder: Embedder) -> list[float]:
    """BERTScore's F1 of each reply against its reference, with the last layer of the course's encoder.

    A text without a token scores 0. The package bert-score gives the same numbers; as there, a token may also
    match the other text's [CLS] or [SEP], which look for no match themselves. Raises CourseError for unequal
    lengths and for anything but texts. Lesson 10.
    """
    pairs = list(paired(replies, references, "replies", "references"))
    for pair in pairs:
        for text in pair:
            checked_text(text, "A text to score", blank=True)
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    vectors = dict(zip(texts, token_vectors(texts, embedder), strict=True))
    found = []
    for own, theirs in ((vectors[reply], vectors[reference]) for reply, reference in pairs):
        empty = min(len(own), len(theirs)) <= 2  # [CLS] and [SEP] alone
        sides = (0.0, 0.0) if empty else (_best_matches(own[1:-1], theirs), _best_matches(theirs[1:-1], own))
        found.append(_harmonic(*sides))
    return found


def ranked_right(right: Sequence[float], wrong: Sequence[float]) -> np.ndarray:
    """1 for each pair (n,) whose right reply scores above its wrong one, else 0; equal scores rank nothing.

    Raises CourseError for unequal lengths and for no pairs. Lesson 10.
    """
    pairs = list(paired(right, wrong, "right scores", "wrong scores"))
    if not listed(pairs, "pairs"):
        raise CourseError("There are no pairs to rank.", allowed="one pair of scores or more")
    return np.array([float(one > other) for one, other in pairs])


def _words(text: str, name: str) -> list[str]:
    return WORDS.findall(checked_text(text, name, blank=True).lower())


def _best_matches(some: np.ndarray, other: np.ndarray) -> float:
    """The mean over some tokens of the similarity with their best match among the others."""
    return maxsim(some, other) / max(len(some), 1)


def _harmonic(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total > 0 else 0.0


def _f1(shared: int, own: int, theirs: int) -> float:
    return 2 * shared / (own + theirs) if shared else 0.0


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence, row by row of its table."""
    row = [0] * (len(b) + 1)
    for each in a:
        before = 0  # the cell above and to the left
        for place, other in enumerate(b, start=1):
            before, row[place] = row[place], before + 1 if each == other else max(row[place], row[place - 1])
    return row[-1]
