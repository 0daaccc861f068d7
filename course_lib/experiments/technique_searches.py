"""The searches of the techniques that lesson 09 compares, each beside the one that lesson 04 chose.

What this module does not do: ask them anything (techniques.py does).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import load_documents
from course_lib.experiments.setting import passages, searchable
from course_lib.generation.queries import DRAFT, PARTS, REWRITE, WritingTask, questions_of, written
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.bm25 import Bm25Index, character_grams
from course_lib.retrieval.chosen import DEPTH, Widen
from course_lib.retrieval.diversity import DiverseRetriever
from course_lib.retrieval.embedding import Afresh, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.more_queries import ByQuestions, ExpandedRetriever
from course_lib.retrieval.neighbours import NeighbourRetriever
from course_lib.retrieval.rerank import MaxSim, RerankedRetriever
from course_lib.retrieval.types import Hit, Retriever

if TYPE_CHECKING:
    import pandas as pd

EDITION = "2026"
CHOSEN, DENSE = "as chosen in lesson 04", "meaning alone"
HYPE = "questions written at index time (HyPE)"
WRITES = {"rewritten by the model": REWRITE, "drafted answer (HyDE)": DRAFT, "split into parts": PARTS}
BARE = ", meaning alone"  # behind the name of a technique that stands beside DENSE, not beside CHOSEN
Make = Callable[[Sequence[Chunk], LanguageModel], Retriever]


def _search(chunks: Sequence[Chunk], widen: Widen | None = None) -> Retriever:
    return searchable(chunks, MaxSim(load_embedder()), widen)


def _chosen(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    return _search(chunks)


Widened = Callable[[Sequence[Chunk], LanguageModel], Widen]


def _expanded(task: WritingTask) -> Widened:
    def widened(chunks: Sequence[Chunk], model: LanguageModel) -> Widen:
        def expand(queries: Sequence[str]) -> list[list[str]]:
            return written(model, task, queries)

        return lambda first: ExpandedRetriever(first, expand, DEPTH)

    return widened


def _by_questions(chunks: Sequence[Chunk], model: LanguageModel) -> Widen:
    asked = ByQuestions(chunks, questions_of(model, chunks), load_embedder())
    return lambda first: HybridRetriever([first, asked], depth=DEPTH)


def _reranked_by_the_question(widened: Widened) -> Make:
    """What a model writes changes which DEPTH passages are looked at; the question itself re-ranks them."""
    return lambda chunks, model: _search(chunks, widened(chunks, model))


def _alone(widened: Widened) -> Make:
    """What a model writes beside meaning alone: nothing is ranked a second time."""
    return lambda chunks, model: widened(chunks, model)(_dense(chunks, model))


WIDENED: dict[str, Widened] = {name: _expanded(task) for name, task in WRITES.items()}
WIDENED[HYPE] = _by_questions


def _diverse(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    embedder = load_embedder()
    embedder.embed([chunk.passage for chunk in chunks])  # kept, as an index would keep them
    return DiverseRetriever(_search(chunks), embedder, depth=20)


def _without_headers(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    bare = [replace(chunk, title="", heading="") for chunk in chunks]
    return _Reads(_search(bare), {chunk.id: chunk for chunk in chunks})


class _Reads(Retriever):
    """A search in some chunks whose hits are read as others of the same id."""

    def __init__(self, retriever: Retriever, read: Mapping[str, Chunk]):
        self.retriever, self.read = retriever, read

    def __len__(self) -> int:
        return len(self.retriever)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        found = self.retriever.search_many(queries, k, where)
        return [[replace(h, chunk=self.read[h.chunk.id]) for h in one] for one in found]


def _fused(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    searches = [Bm25Index(chunks), Bm25Index(chunks, tokenize=character_grams), _dense(chunks, model)]
    return HybridRetriever(searches, depth=DEPTH)


def _dense(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    return ExactIndex(chunks, Afresh(load_embedder()))


def _reranked(chunks: Sequence[Chunk], model: LanguageModel) -> Retriever:
    late = MaxSim(load_embedder())
    late.prepare(chunks)
    return RerankedRetriever(_dense(chunks, model), late, depth=DEPTH)


# Beside CHOSEN, which fuses words and meaning and re-ranks them. Parts of it come first; all others differ
# from it in the one thing that their name says, and those of BARE_TECHNIQUES from DENSE.
TECHNIQUES: dict[str, Make] = {
    CHOSEN: _chosen,
    DENSE: _dense,
    "meaning alone, re-ranked": _reranked,
    "words alone": lambda chunks, model: Bm25Index(chunks),
    "fusion without re-ranking": _fused,
    "no headers on chunks": _without_headers,
    "whole tables": _chosen,  # of other chunks: see chunks_of
    "with neighbours": lambda chunks, model: NeighbourRetriever(_search(chunks), chunks),
    "different from each other (MMR)": _diverse,
    **{name: _reranked_by_the_question(widened) for name, widened in WIDENED.items()},
    **{name + BARE: _alone(widened) for name, widened in WIDENED.items()},
}
BARE_TECHNIQUES = tuple(name + BARE for name in WIDENED)


EXPLAINED = {  # a technique -> what it does, what it costs
    DENSE: ("the passages nearest to the question in embedding", "an embedding a question"),
    "meaning alone, re-ranked": ("the same, ranked again token by token", "vectors of all tokens"),
    "words alone": ("the passages that share rare words with the question (BM25)", "nearly nothing"),
    "fusion without re-ranking": ("words, letters and meaning, fused by rank", "three searches"),
    "no headers on chunks": ("passages are embedded without title and heading", "nothing; it saves tokens"),
    "whole tables": ("a table stays one passage", "a longer prompt"),
    "with neighbours": ("each passage found brings those beside it", "a longer prompt"),
    "different from each other (MMR)": ("of like passages only one is taken", "a few comparisons a question"),
    "rewritten by the model": ("the model puts the question in a handbook's words", "a call a question"),
    "drafted answer (HyDE)": ("the model makes up an answer, and it is searched for", "a call a question"),
    "split into parts": ("the model splits the question, each part is searched for", "a call a question"),
    HYPE: ("the model writes questions for each passage; questions are matched", "a call a passage, once"),
}


def explained() -> "pd.DataFrame":
    """A row a technique: what it does and what it costs, in short. Lesson 09."""
    import pandas as pd

    heads = ["what it does", "what it costs"]
    return pd.DataFrame.from_dict(EXPLAINED, orient="index", columns=heads)


def base_of(technique: str) -> str:
    """The search that a technique stands beside."""
    return DENSE if technique in BARE_TECHNIQUES else CHOSEN


def written_by(technique: str) -> str:
    """The name under which a technique's writing stands in WRITES, or HYPE: its own, less BARE."""
    return technique.removesuffix(BARE)


def chunks_of(technique: str) -> list[Chunk]:
    """What a technique searches: rows of tables one by one, but for the one that keeps tables whole."""
    return split(load_documents(EDITION)) if technique == "whole tables" else passages(EDITION)
