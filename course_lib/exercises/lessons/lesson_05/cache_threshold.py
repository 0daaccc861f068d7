"""Exercise 5.4: how alike two questions must be for the second to get the first one's answer."""

import math
from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def cache_threshold(similarities: Sequence[float], right: Sequence[bool], at_most: float) -> float:
    """The lowest threshold from which on a cache serves no larger share of wrong answers than `at_most`.

    Question i of a development set is as like to its nearest stored question as `similarities[i]`, and
    `right[i]` says whether the stored answer is an answer to it. At a threshold t the cache serves the
    questions with a similarity of t or more; the share counts the wrong ones among those served. The limit
    must hold at the threshold and at every higher one. Only the given similarities are tried; if none will
    do, it is `float("inf")`: serve nothing.
    """
    best = float("inf")
    for threshold in sorted(set(similarities), reverse=True):
        served = [ok for alike, ok in zip(similarities, right, strict=True) if alike >= threshold]
        if served.count(False) / len(served) > at_most:
            break
        best = threshold
    return best


def _shares(similarities, right, above=lambda alike, t: alike >= t, among=len):
    """(threshold, share wrong) downwards; `above` serves a question, `among` counts what to divide by."""
    pairs = list(zip(similarities, right, strict=True))
    for threshold in sorted(set(similarities), reverse=True):
        served = [ok for alike, ok in pairs if above(alike, threshold)]
        yield threshold, served.count(False) / max(1, among(served))


def _down(shares, keeps):
    """The last threshold before one that does not keep the limit."""
    best = math.inf
    for threshold, share in shares:
        if not keeps(share):
            return best
        best = threshold
    return best


def _none_wrong(similarities, right, at_most):
    wrong = max((alike for alike, ok in zip(similarities, right, strict=True) if not ok), default=-math.inf)
    return min((alike for alike in similarities if alike > wrong), default=math.inf)


# Down to 0.97 nothing is wrong, then one in three, then one in seven: the share rises and falls again.
_LIKE = [0.99, 0.97, 0.95, 0.93, 0.91, 0.88, 0.85, 0.81, 0.78, 0.74]
_RIGHT = [True, True, False, True, True, True, True, False, False, True]
_LATER = [True, True, True, True, False, True, True, False, True, False]
_TIED = [0.9, 0.9, 0.9, 0.8, 0.8, 0.7]
_OF_TIED = [True, True, True, True, False, False]

CACHE = exercise(
    "5.4",
    "A cache's threshold under a limit of wrong answers",
    cache_threshold,
    minutes=20,
    weight="stretch",
    imports="from collections.abc import Sequence",
    cases=(
        (_LIKE, _RIGHT, 0.15), (_LIKE, _LATER, 0.22), (_LIKE, _LATER, 0.25), (_LIKE, _LATER, 0.1),
        (_TIED, _OF_TIED, 0.1), (_TIED, _OF_TIED, 0.2), ([0.8, 0.9, 0.7], [True, False, True], 0.3),
        ([0.8, 0.9, 0.7], [True, False, True], 0.4), (_TIED, _OF_TIED, 0.5),
        ([0.5, 0.7], [True, True], 0.05),
    ),
    mistakes=(
        like(lambda s, r, m: min((t for t, w in _shares(s, r) if w <= m), default=math.inf), "lucky-dip",
             "At this threshold the limit happens to hold, and at a higher one it does not: the share rose "
             "and fell again. Go down from the top, and stop at the first threshold that is too bad."),
        like(lambda s, r, m: max((t for t, w in _shares(s, r) if w <= m), default=math.inf), "highest",
             "This threshold keeps the limit, and so do lower ones, which serve more. Take the lowest."),
        like(lambda s, r, m: _down(_shares(s, r, among=lambda served: len(s)), lambda w: w <= m), "among-all",
             "You divide by all questions. Of those *served*, the share is larger: divide by their number."),
        like(lambda s, r, m: _down(_shares(s, r, lambda alike, t: alike > t), lambda w: w <= m),
             "strictly-above", "A question exactly at the threshold is served too: `>=`."),
        like(lambda s, r, m: min(s), "ignores-limit", "This is the lowest similarity, whatever it serves."),
        like(_none_wrong, "none-wrong",
             "You allow no wrong answer at all. `at_most` allows some, and the cache serves more."),
        like(lambda s, r, m: _down(_shares(s, r), lambda w: 1 - w <= m), "share-right",
             "You limit the share of right answers. Count those where `right` is False."),
        like(lambda s, r, m: _down(_shares(s, r, lambda alike, t: alike <= t), lambda w: w <= m),
             "below-not-above",
             "You look at the questions below the threshold. Those at or above it are served."),
        like(lambda s, r, m: _down(_shares(s, r, lambda alike, t: alike == t), lambda w: w <= m),
             "each-alone",
             "You judge the questions at this one similarity. All those above it are served as well."),
        like(lambda s, r, m: _down(_shares(s, r), lambda w: w < m), "limit-itself",
             "A share equal to the limit is allowed: `<=`."),
        like(lambda s, r, m: next((t for t, w in _shares(s, r) if w > m), math.inf), "one-too-far",
             "This is the first threshold that breaks the limit. The one before it is the answer."),
        when(lambda run: math.isinf(run.expected) and not math.isinf(run.returned), "serves-anyway",
             "No threshold keeps the limit here. Return `float(\"inf\")`: a cache that serves nothing."),
        when(lambda run: math.isinf(run.expected) and isinstance(run.call.error, ValueError), "serves-anyway",
             "No threshold keeps the limit here, and `min` of nothing raises. Return `float(\"inf\")`."),
        when(lambda run: isinstance(run.returned, float) and run.returned not in run.args[0]
             and not math.isinf(run.returned), "own-grid",
             "This is none of the given similarities. Between two of them nothing changes, so try these."),
    ),
    hints=(
        ("I do not know which thresholds to try",
         "`sorted(set(similarities), reverse=True)`: between two of them the cache serves the same."),
        ("My threshold is too low", "Stop at the first threshold, from the top, that breaks the limit."),
        ("My share is too small", "Divide by the number of questions served, not by all of them."),
    ),
    why="The threshold is a promise about wrong answers, so it is chosen by them, on questions that the "
        "report does not use. The share need not rise steadily on the way down: a dip below a bad stretch is "
        "luck of this sample, and a rule that stops before it does not build on that.",
)
