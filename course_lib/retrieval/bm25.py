"""Word search by hand, in NumPy: BM25, whose scores are computed when the chunks are indexed, not when asked.

What it does not know: meaning. A word is found where it stands, letter by letter; runs of characters in the
place of words bear with misspellings and endings.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import regex

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.words import LETTER, UNSPACED
from course_lib.errors import RetrievalError
from course_lib.retrieval.exact import top_k
from course_lib.retrieval.filters import Filter, check_request
from course_lib.retrieval.types import Hit, Retriever, as_hits, check_chunks_given

WORD = regex.compile(rf"(?P<unspaced>(?:{LETTER})++)|[^\W{UNSPACED}]++")
ASCII = re.compile(r"\w+")  # the same for most texts, in a fifth of the time
LETTERS = regex.compile(LETTER)
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060\ufeff"))  # hyphens and joints that nobody types
RAISED = regex.compile(r"(?<=\d)(?=\p{No})")  # 10⁶ is not 106
LINE_END = regex.compile(rf"(?<=[{UNSPACED}]\p{{M}}*)\n(?=[{UNSPACED}])")  # within a word


def tokens(text: str) -> list[str]:
    """The words of a text without case, in order, with nothing left out and no ending cut off.

    A word is a run of letters, with the marks that belong to them, digits and underscores of any script, so
    "SK-118" gives "sk" and "118". What Unicode holds to be the same letters is the same (NFKC). Scripts that
    put no space between words give pairs of letters, which overlap: "保修期" gives "保修" and "修期".
    Lesson 04.
    """
    if text.isascii():
        return ASCII.findall(text.lower())
    text = unicodedata.normalize("NFKC", RAISED.sub(" ", text.translate(UNSEEN))).casefold()
    words = []
    for found in WORD.finditer(LINE_END.sub("", unicodedata.normalize("NFKC", text))):
        letters = LETTERS.findall(found[0]) if found["unspaced"] else [found[0]]
        words += map("".join, zip(letters, letters[1:], strict=False)) if len(letters) > 1 else letters
    return words


def character_grams(text: str, n: int = 4) -> list[str]:
    """The runs of n characters in each word of a text, its ends marked: "lamp" gives "_lam", "lamp", "amp_".

    A misspelt word still shares most of its runs with the right one. A word too short for a run is one by
    itself. McNamee and Mayfield, "Character N-Gram Tokenization for European Language Text Retrieval", 2004.
    Lesson 04.
    """
    marked = [f"_{word}_" for word in tokens(text)]
    return [word[at : at + n] for word in marked for at in range(max(1, len(word) - n + 1))]


class Bm25Index(Retriever):
    """Chunks and the BM25 score of every word in each, searched by the words of a query."""

    def __init__(
        self,
        chunks: Sequence[Chunk],
        k1: float = 1.5,
        b: float = 0.75,
        tokenize: Callable[[str], list[str]] = tokens,
    ):
        """Count the words of the chunks' passages and compute their scores.

        `k1` (0 or more) says how much the second and third occurrence of a word adds; `b` (0 to 1), how much
        a long passage is marked down; `tokenize`, what a word is. Raises RetrievalError for no chunks and for
        values out of range.
        Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.4;
        computed when indexing as in Lù, "BM25S", 2024, section 2. Lesson 04.
        """
        if k1 < 0 or not 0 <= b <= 1:
            raise RetrievalError(
                f"k1 = {k1} and b = {b} are out of range.", allowed="k1 of 0 or more, b from 0 to 1"
            )
        self.chunks, self.tokenize = check_chunks_given(chunks), tokenize
        counts = [Counter(tokenize(chunk.passage)) for chunk in self.chunks]
        self.positions: dict[str, np.ndarray] = {}  # a word -> the chunks it stands in
        self.weights: dict[str, np.ndarray] = {}  # a word -> its score in each of them
        lengths = np.array([count.total() for count in counts])
        norms = k1 * (1 - b + b * lengths / max(lengths.mean(), 1))
        postings: dict[str, list[tuple[int, int]]] = {}
        for position, count in enumerate(counts):
            for word, times in count.items():
                postings.setdefault(word, []).append((position, times))
        for word, found in postings.items():
            positions, times = np.array(found).T
            rarity = np.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))  # Lucene's idf
            self.positions[word] = positions
            self.weights[word] = rarity * times / (times + norms[positions])

    def __len__(self) -> int:
        return len(self.chunks)

    def scores(self, query: str) -> np.ndarray:
        """The score of each chunk, (n,): 0 for one that shares no word with the query."""
        known = [word for word in self.tokenize(query) if word in self.positions]
        if not known:
            return np.zeros(len(self))
        positions = np.concatenate([self.positions[word] for word in known])
        weights = np.concatenate([self.weights[word] for word in known])
        return np.bincount(positions, weights, minlength=len(self))

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """For each query the k chunks with the highest scores, equal ones in their order.

        Only those that share a word, so there may be fewer than k, or none. Raises RetrievalError for an
        empty query or k out of range.
        """
        queries, k = check_request(queries, k, where, len(self))
        allowed = None if where is None else np.array([where.accepts(chunk) for chunk in self.chunks])
        return [self._best(query, k, allowed) for query in queries]

    def _best(self, query: str, k: int, allowed: np.ndarray | None) -> list[Hit]:
        scores = self.scores(query) if allowed is None else self.scores(query) * allowed
        best = top_k(scores, k)
        best = best[scores[best] > 0]
        return as_hits(self.chunks, best, scores[best])
