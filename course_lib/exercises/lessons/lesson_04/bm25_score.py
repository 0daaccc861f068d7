"""Exercise 4.1: the BM25 score of a document."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from course_lib.exercises.comparing import shape
from course_lib.exercises.judging import exercise, like, when


def bm25_score(
    query: Sequence[str], document: Sequence[str], df: Mapping[str, int],
    n: int, mean_length: float, k1: float = 1.5, b: float = 0.75,
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
