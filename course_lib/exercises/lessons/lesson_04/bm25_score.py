"""Exercises of lesson 04: a document's BM25 score and rank fusion; lesson_04_search.py has the other two."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from course_lib.exercises.comparing import same, same_members, shape
from course_lib.exercises.judging import exercise, like, when


def bm25_score(
    query: Sequence[str],
    document: Sequence[str],
    df: Mapping[str, int],
    n: int,
    mean_length: float,
    k1: float = 1.5,
    b: float = 0.75,
) -> float:
    """The BM25 score of one document; the query and the document are lists of words.

    For each word of the query (a word that stands there twice counts twice) add idf · tf / (tf + K), where
    tf is how often the document holds the word, K = k1 · (1 − b + b · length / mean_length), and
    idf = ln(1 + (n − df + 0.5) / (df + 0.5)). `df` says how many of the n documents hold a word; a word that
    no document holds is not in it.
    """
    total = 0.0
    damping = k1 * (1 - b + b * len(document) / mean_length)
    for word in query:
        tf, holders = document.count(word), df.get(word, 0)
        total += np.log(1 + (n - holders + 0.5) / (holders + 0.5)) * tf / (tf + damping)
    return float(total)


def _idf(n: int, holders: int) -> float:
    return math.log(1 + (n - holders + 0.5) / (holders + 0.5))


def _bm25(idf=_idf, gain=None, count=None):
    """A BM25 with one part replaced: idf(n, df), gain(tf, length ratio, k1, b), or how words are counted."""
    gain = gain or (lambda tf, ratio, k1, b: tf / (tf + k1 * (1 - b + b * ratio)))
    count = count or (lambda words, word: list(words).count(word))

    def score(query, document, df, n, mean_length, k1=1.5, b=0.75):
        ratio = len(document) / mean_length
        return sum(idf(n, df.get(w, 0)) * gain(count(document, w), ratio, k1, b) for w in query)

    return score


def _each_word_once(query, document, *rest):
    return bm25_score(sorted(set(query)), document, *rest)


def _unknown_word_raises(query, document, df, n, mean_length, k1=1.5, b=0.75):
    for word in query:
        df[word]
    return bm25_score(query, document, df, n, mean_length, k1, b)


def _length_in_words(query, document, df, n, mean_length, k1=1.5, b=0.75):
    return bm25_score(query, document, df, n, 1.0, k1, b)


def _length_in_characters(query, document, df, n, mean_length, k1=1.5, b=0.75):
    return bm25_score(query, document, df, n, mean_length * len(document) / len(" ".join(document)), k1, b)


_DF = {"the": 9, "kettle": 2, "cord": 3, "of": 8, "90": 1, "is": 7, "long": 4, "cm": 2}
_CORD = ["the", "cord", "of", "the", "kettle", "is", "90", "cm", "long"]
_SHORT = ["kettle", "kettle", "cord"]

BM25 = exercise(
    "4.1",
    "The BM25 score of a document",
    bm25_score,
    minutes=12,
    imports="from collections.abc import Mapping, Sequence\n\nimport numpy as np",
    cases=(
        (["kettle", "cord"], _CORD, _DF, 10, 6.0),
        (["the", "cord", "the"], _CORD, _DF, 10, 6.0),
        (["kettle"], _SHORT, _DF, 10, 6.0),
        (["kettle", "lid", "cord"], _SHORT, _DF, 10, 6.0, 0.9, 0.4),
        (["90"], ["cord"], _DF, 10, 6.0),
        (["cord"], ["cordless", "kettle", "cord"], _DF, 10, 6.0),
    ),
    mistakes=(
        like(_bm25(idf=lambda n, df: math.log((n - df + 0.5) / (df + 0.5))), "idf-below-zero",
             "Your idf lacks the 1 inside the logarithm, so a word that most documents hold counts "
             "*against* a document. `ln(1 + …)` is never negative."),
        like(_bm25(idf=lambda n, df: math.log(n / df) if df else 0.0), "idf-plain",
             "This is the plain idf, ln(n / df). BM25's is `ln(1 + (n − df + 0.5) / (df + 0.5))`."),
        like(_bm25(idf=lambda n, df: _idf(n, df) / math.log(10)), "other-logarithm",
             "Your logarithm has base 10. BM25 takes the natural one, `np.log`."),
        like(_bm25(idf=lambda n, df: _idf(n, df) / math.log(2)), "other-logarithm",
             "Your logarithm has base 2. BM25 takes the natural one, `np.log`."),
        like(_bm25(idf=lambda n, df: 1.0), "no-idf",
             "Every word counts the same. Weigh each by its idf: rare words say more."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf), "no-saturation",
             "This is tf · idf: the tenth mention counts as much as the first. Divide by tf + K."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf / (tf + k1)), "no-length",
             "The length of the document does not count yet: K = k1 · (1 − b + b · length / mean_length)."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf / (tf + k1 * (1 - b + b / ratio))), "length-upside-down",
             "The ratio of lengths is upside down: a long document has the *larger* K, so length / "
             "mean_length."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf / (tf + k1 * (b + (1 - b) * ratio))), "b-swapped",
             "`b` and `1 − b` are swapped: b is the weight of the length."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf / (tf + k1) / (1 - b + b * ratio)), "length-outside",
             "The length divides the whole fraction. It belongs into K, beside tf."),
        like(_length_in_words, "length-not-relative",
             "You take the length itself. Take it relative to the mean: length / mean_length."),
        like(_length_in_characters, "length-in-characters",
             "The length is counted in characters. Count words: `len(document)`."),
        like(_bm25(gain=lambda tf, ratio, k1, b: tf * (k1 + 1) / (tf + k1 * (1 - b + b * ratio))),
             "textbook-factor",
             "You multiply by k1 + 1, as the original paper does. It is the same for all documents, so the "
             "ranking is right; here, as in Lucene and in bm25s, it is left out."),
        like(_bm25(count=lambda words, word: int(word in words)), "presence",
             "You ask whether the document holds the word. Count how often it does: `document.count(word)`."),
        like(_bm25(count=lambda words, word: " ".join(words).count(word)), "substrings",
             "You count letters inside other words, too. Compare whole words: the document is a list."),
        like(_each_word_once, "query-as-a-set",
             "A word that stands twice in the query counts twice: go through the list itself."),
        like(_unknown_word_raises, "unknown-word",
             "`df[word]` raises KeyError for a word that no document holds. `df.get(word, 0)` does not, and "
             "tf = 0 makes its part 0."),
        when(lambda run: isinstance(run.call.error, KeyError), "unknown-word",
             "`df[word]` raises KeyError for a word that no document holds. `df.get(word, 0)` does not, and "
             "tf = 0 makes its part 0."),
        when(lambda run: len(shape(run.returned)) == 1, "not-summed",
             "This is one number a word. The document's score is their sum."),
    ),
    hints=(
        ("I do not know where to begin",
         "One word first: `tf = document.count(word)`, then idf, then K. Then a loop over the query."),
        ("Some of my words count against the document", "Look for the 1 inside the logarithm."),
        ("It fails with a KeyError", "`df.get(word, 0)` gives 0 for a word that no document holds."),
    ),
    why="Three ideas in one line: rare words weigh more (idf), each further mention adds less "
        "(tf / (tf + K)), and a long document must mention a word more often to earn as much (the length in "
        "K).",
)


def reciprocal_rank_fusion(rankings: Sequence[Sequence[str]], k: int = 60) -> list[tuple[str, float]]:
    """Several rankings of ids joined into one: (id, score) pairs, the highest score first.

    An id's score is the sum of 1 / (k + rank) over the rankings that hold it, where the first rank is 1. An
    id that one ranking lacks gets nothing from it; of equal scores either may come first.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, start=1):
            scores[id] = scores.get(id, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _fused(part, join=sum, keep=lambda found, rankings: True, order=lambda score: -score):
    def fuse(rankings, k=60):
        found: dict[str, list[float]] = {}
        for ranking in rankings:
            for rank, id in enumerate(ranking, start=1):
                found.setdefault(id, []).append(part(rank, k))
        scored = [(id, join(each)) for id, each in found.items() if keep(each, rankings)]
        return sorted(scored, key=lambda pair: order(pair[1]))

    return fuse


def _usual(rank: int, k: int) -> float:
    return 1 / (k + rank)


def _appended(rankings, k=60):
    """The rankings one after the other, each id where it came first."""
    first = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, start=1):
            first.setdefault(id, 1 / (k + rank))
    return list(first.items())


def _same_ranking(given: Sequence, expected: Sequence) -> bool:
    """Whether two lists of (id, score) agree; ids of equal scores may stand in either order."""
    if same(given, expected):
        return True
    scores, right = ([score for _, score in pairs] for pairs in (given, expected))
    return same(scores, right) and same_members(given, expected)


_BY_WORDS = ["PR-206", "HB-204", "IT-209", "CU-207"]
_BY_MEANING = ["IT-209", "PR-201", "PR-206", "HB-210", "CU-253"]

FUSION = exercise(
    "4.2",
    "Reciprocal rank fusion",
    reciprocal_rank_fusion,
    imports="from collections.abc import Sequence",
    cases=(
        ([_BY_WORDS, _BY_MEANING],),
        ([_BY_WORDS, _BY_MEANING, ["CU-253", "IT-209", "HB-202"]], 1),
        ([["a", "b", "c"]], 10),
        ([["c", "d"], ["a", "c"], []], 60),
    ),
    equal=_same_ranking,
    mistakes=(
        like(_fused(lambda rank, k: 1 / (k + rank - 1)), "rank-from-zero",
             "Your first rank is 0. Ranks count from 1: `enumerate(ranking, start=1)`."),
        like(_fused(lambda rank, k: 1 / (k + rank + 1)), "one-rank-too-many",
             "Your first rank is 2. `enumerate(…, start=1)` counts from 1 already: do not add another 1."),
        like(_fused(lambda rank, k: 1 / rank), "k-left-out",
             "`k` is left out, so a first place outweighs everything else. Add it to the rank: "
             "1 / (k + rank)."),
        like(_fused(lambda rank, k: k + rank, order=lambda score: score), "ranks-added",
             "You add up k + rank itself. Add up 1 / (k + rank)."),
        like(_fused(lambda rank, k: 1 / k + 1 / rank), "fraction-split",
             "1 / (k + rank) is not 1 / k + 1 / rank: mind the brackets."),
        like(_fused(_usual, join=max), "best-instead-of-sum",
             "You keep the best of an id's parts. Their sum rewards what both searches found."),
        like(_fused(_usual, join=lambda parts: parts[-1]), "overwritten",
             "A later ranking overwrites the score of an earlier one. Add to it: "
             "`scores[id] = scores.get(id, 0) + …`."),
        like(_fused(_usual, join=lambda parts: sum(parts) / len(parts)), "averaged",
             "You average an id's parts, so being found twice earns nothing. Add them up."),
        like(_fused(_usual, keep=lambda parts, rankings: len(parts) == len(rankings)), "only-in-all",
             "You keep the ids that *every* ranking holds. One that a single search found counts too: that "
             "is what the other one missed."),
        like(_fused(_usual, order=lambda score: score), "ascending",
             "The lowest score stands first. Sort by the score, downwards."),
        like(lambda rankings, k=60: sorted(reciprocal_rank_fusion(rankings, k)), "sorted-by-id",
             "Your pairs are sorted by id. Sort them by score: `key=lambda pair: -pair[1]`."),
        like(_appended, "appended",
             "You set one ranking behind the other and keep the first score. Add up the scores of an id, "
             "then sort."),
        like(lambda rankings, k=60: [id for id, _ in reciprocal_rank_fusion(rankings, k)], "ids-only",
             "Return pairs, (id, score): these are the ids alone."),
        like(lambda rankings, k=60: [pair[::-1] for pair in reciprocal_rank_fusion(rankings, k)],
             "pairs-swapped", "Your pairs are (score, id). The id comes first."),
        when(lambda run: isinstance(run.returned, dict), "a-dict",
             "A dictionary is not in order of score. Return its pairs, sorted."),
    ),
    hints=(
        ("I do not know how to collect the scores",
         "A dictionary from id to score; for each rank of each ranking add 1 / (k + rank)."),
        ("I do not know how to sort the pairs", "`sorted(scores.items(), key=lambda pair: -pair[1])`"),
        ("Some ids are missing", "An id that a single ranking holds belongs into the result, too."),
    ),
    why="Only ranks go in, so scores that cannot be compared (BM25 without an upper end, a cosine below 1) "
        "need no common scale. With k = 60 the first places differ little, and an id that both searches "
        "found beats one that a single search put first.",
)
