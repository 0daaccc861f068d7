"""Exercise 10.1: BERTScore's F1 from the vectors of two texts' tokens."""

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def bertscore_f1(reply: np.ndarray, reference: np.ndarray) -> float:
    """BERTScore's F1 of a reply with token vectors (m, d) against a reference with (n, d), all of length 1.

    Each token looks for its most similar one in the other text, by inner product. Precision is the mean of
    these best similarities over the reply's tokens, recall that over the reference's, and F1 their harmonic
    mean, 2PR / (P + R).
    """
    similar = reply @ reference.T  # (m, n)
    precision = similar.max(axis=1).mean()
    recall = similar.max(axis=0).mean()
    return float(2 * precision * recall / (precision + recall))


def _parts(reply: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    similar = reply @ reference.T
    return similar.max(axis=1), similar.max(axis=0)


def _tokens(*angles: float) -> np.ndarray:
    """Unit vectors in the plane at these angles, in degrees."""
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1)


def _of_means(join):
    def score(reply: np.ndarray, reference: np.ndarray) -> float:
        precision, recall = (float(each.mean()) for each in _parts(reply, reference))
        return join(precision, recall)

    return score


def _one_to_one(reply: np.ndarray, reference: np.ndarray) -> float:
    n = min(len(reply), len(reference))
    return float((reply[:n] * reference[:n]).sum(axis=1).mean())


def _of_averages(reply: np.ndarray, reference: np.ndarray) -> float:
    a, b = reply.mean(axis=0), reference.mean(axis=0)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


BERTSCORE = exercise(
    "10.1",
    "BERTScore from token vectors",
    bertscore_f1,
    minutes=12,
    imports="import numpy as np",
    cases=(
        (_tokens(0, 40, 90), _tokens(10, 80)), (_tokens(0, 20), _tokens(0, 20)),
        (_tokens(5), _tokens(0, 30, 60, 85)), (_tokens(0, 45, 60, 70), _tokens(20, 75, 80)),
    ),
    mistakes=(
        like(_of_means(lambda p, r: r), "recall-only",
             "This is the recall. A reply that says much besides loses nothing by it; precision sees that. "
             "F1 takes both."),
        like(_of_means(lambda p, r: p), "precision-only",
             "This is the precision. A reply that leaves half of the reference out loses nothing by it; "
             "recall sees that. F1 takes both."),
        like(_of_means(lambda p, r: (p + r) / 2), "arithmetic-mean",
             "You take the arithmetic mean of precision and recall. F1 is the harmonic one, 2PR / (P + R), "
             "which stays near the smaller of the two."),
        like(_of_means(lambda p, r: p * r / (p + r)), "half",
             "The harmonic mean of two numbers has a 2 in it: 2PR / (P + R). Two equal texts must score 1."),
        like(lambda a, b: float((a @ b.T).mean()), "all-pairs",
             "You average over all pairs of tokens. Each token counts with its *best* match alone: take the "
             "maximum along one axis first."),
        like(lambda a, b: float(np.mean(np.concatenate(_parts(a, b)))), "pooled",
             "You average the best matches of both sides in one list, so that the longer text counts more. "
             "Take the mean of each side, then join the two."),
        like(_one_to_one, "by-place",
             "You compare the first token with the first, the second with the second. A paraphrase has "
             "another order: each token looks through the whole other text."),
        like(_of_averages, "one-vector",
             "You compare two averages, as lesson 01 did with sentences. Here each token keeps its own "
             "vector."),
        like(lambda a, b: (2 * (p := float(_parts(a, b)[0].sum())) * (r := float(_parts(a, b)[1].sum()))
                           / (p + r)), "sums",
             "You add the best similarities up, so that long texts score high. Take their mean."),
        when(lambda run: np.shape(run.returned) != (), "not-one-number",
             "This is no single number. Take the mean of the best similarities of each side."),
    ),
    hints=(
        ("I do not know where to begin",
         "`reply @ reference.T` holds the similarity of every token with every other, (m, n)."),
        ("I do not know which axis to take",
         "`.max(axis=1)` gives each token of the reply its best match: precision's side."),
        ("Two equal texts do not score 1",
         "Precision and recall are then 1. Look at how you join them."),
    ),
    why="No word has to be the same: *weighs* may match *heavy*. That is what words in common cannot do. But "
        "each token counts alike, the number that matters as much as the full stop, and two numbers are "
        "similar words. One wrong number among ten right words is a small loss.",
)
