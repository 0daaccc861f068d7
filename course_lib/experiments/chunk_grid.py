"""The grid of lesson 02, size by overlap by splitter; claim C20.

Each setting cuts the binders of the 2026 edition, embeds the chunks, searches for the test questions, and
looks for the evidence among the chunks found. What is chosen is chosen on the dev questions. What a model
reads off tables that were cut stands beside it (reading_tables.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Document, Question, load_documents, load_questions
from course_lib.corpus.windows import PLAIN, SPLITTERS, split_markdown, without_headings
from course_lib.evaluation import evidence
from course_lib.experiments import reading_tables
from course_lib.retrieval.embedding import Embedder, load_embedder
from course_lib.retrieval.exact import ExactIndex, unit_rows

if TYPE_CHECKING:
    import pandas as pd

NAME = "chunking"
EDITION = "2026"
SIZES = (30, 60, 120, 240, 360)  # words a chunk
SHARES = (0.0, 0.1, 0.25)  # of a chunk that the next one repeats
CLAIMED = (360, 36)  # words and overlap that come nearest to 400-600 tokens with 50 overlap
BUDGETS = (360, 720)  # words read: one and two chunks of the claimed size
LIBRARIES = ("sentence-transformers", "semantic-text-splitter", "torch", "numpy")

Key = tuple[str, int, int]  # a splitter, and the words and the overlap of its chunks
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """Questions with the evidence of each, by question id."""

    questions: list[Question]
    evidence: dict[str, evidence.Evidence]


def asked(split_name: str, stated: dict) -> Asked:
    """The questions of a split that have a value, and where `stated` says it."""
    questions = [each for each in load_questions(split_name, EDITION) if each.value]
    return Asked(questions, {each.id: evidence.find_evidence(each, stated) for each in questions})


@dataclass(frozen=True)
class InPieces:
    """An embedder that reads long texts whole: the mean of the vectors of their pieces of `words` words."""

    embedder: Embedder
    words: int = 120

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        pieces, owners = [], []
        for number, text in enumerate(texts):
            words = text.split()
            for start in range(0, len(words), self.words):
                pieces.append(" ".join(words[start : start + self.words]))
                owners.append(number)
        vectors, sums = self.embedder.embed(pieces), np.zeros((len(texts), self.embedder.dimension))
        np.add.at(sums, owners, vectors)
        return unit_rows(sums)


def table_of(index: ExactIndex, group: Asked) -> "pd.DataFrame":
    """The scores of one setting, a row a question."""
    depth = min(80, len(index))
    return evidence.evaluate_chunks(index, group.questions, group.evidence, 4, BUDGETS, depth)


def summary(table: "pd.DataFrame") -> dict[str, Any]:
    """Intervals of each measure, over all questions and over those about tables."""
    measures = ["top k", *(name for words in BUDGETS for name in (f"{words} words", f"{words} words, named"))]
    groups = {"all": table, "table": table[table["kind"] == "table"]}
    return {
        group: {name: asdict(evidence.share(rows, name)) for name in measures}
        for group, rows in groups.items()
    } | {"words in 4 chunks": round(float(table["words"].mean()))}


def lengths(chunks: list[Chunk], embedder: Embedder) -> dict[str, Any]:
    """How many chunks there are, their mean length, and what the embedder does not read of them."""
    encode = embedder.model.tokenizer
    tokens = [len(encode(each.passage, truncation=False, verbose=False)["input_ids"]) for each in chunks]
    limit = embedder.model.max_seq_length
    return {
        "chunks": len(chunks),
        "tokens": round(float(np.mean(tokens))),
        "unread": round(sum(max(0, each - limit) for each in tokens) / sum(tokens), 3),
    }


def as_embedded(name: str, chunks: list[Chunk]) -> list[Chunk]:
    """The chunks without headings where the splitter does not look at structure, else as they are."""
    return without_headings(chunks) if name in PLAIN or name == "library" else chunks


@dataclass(frozen=True)
class Grid:
    """The settings (splitter, words, overlap) that were tried: a row each, and their tables of two splits."""

    rows: list[dict[str, Any]]
    test: "dict[Key, pd.DataFrame]"
    dev: "dict[Key, pd.DataFrame]"

    def best(self, among: Sequence[Key]) -> Key:
        """The setting that finds most of the dev questions' evidence in the smaller budget."""
        return max(among, key=lambda key: self.dev[key][f"{BUDGETS[0]} words"].mean())


def sweep(
    binders: list[Document], embedder: Embedder, test: Asked, dev: Asked, sizes: Sequence[int], say: Say
) -> Grid:
    """Every splitter at every size, the plain ones at every overlap as well."""
    grid = Grid([], {}, {})
    for name, splitter in (SPLITTERS | {"library": split_markdown}).items():
        for size in sizes:
            for part in SHARES if name in PLAIN else SHARES[:1]:
                overlap = round(size * part)
                chunks = as_embedded(name, splitter(binders, size, overlap))
                index = ExactIndex(chunks, embedder)
                table = grid.test[name, size, overlap] = table_of(index, test)
                grid.dev[name, size, overlap] = table_of(index, dev)
                row = {"splitter": name, "size": size, "overlap": overlap} | lengths(chunks, embedder)
                grid.rows.append(row | summary(table))
                say(f"{name} {size}/{overlap}: {evidence.share(table, f'{BUDGETS[0]} words')}")
    return grid


def against_the_claim(grid: Grid, sizes: Sequence[int]) -> dict[str, Any]:
    """What the claimed setting gains over the best windows of another size, and over the best of all."""
    claimed = ("windows", *CLAIMED)
    if claimed not in grid.test:
        claimed = ("windows", sizes[-1], 0)
    chosen = {
        "windows": grid.best([key for key in grid.test if key[0] == "windows" and key[1] != claimed[1]]),
        "any": grid.best([key for key in grid.test if key[0] != "library"]),
    }
    return {
        "claimed": list(claimed),
        "chosen on dev": {name: list(key) for name, key in chosen.items()},
        "claimed - chosen": {
            f"{name}, {words} words": asdict(
                evidence.gain(grid.test[claimed], grid.test[key], f"{words} words")
            )
            for name, key in chosen.items()
            for words in BUDGETS
        },
    }


def with_and_without_headings(binders: list[Document], embedder: Embedder, group: Asked) -> list[dict]:
    """Each splitter at 60 words, its chunks embedded without and with the headings above them."""
    rows = []
    for name, splitter in SPLITTERS.items():
        for headings in (False, True):
            chunks = splitter(binders, 60, 0)
            index = ExactIndex(chunks if headings else without_headings(chunks), embedder)
            rows.append({"splitter": name, "headings": headings} | summary(table_of(index, group)))
    return rows


def single_documents(
    documents: list[Document], embedder: Embedder, group: Asked, sizes: Sequence[int]
) -> list[dict]:
    """Each splitter at 60 words and at the largest size, on documents that are not bound together."""
    rows = []
    for name, splitter in SPLITTERS.items():
        for size in (60, sizes[-1]):
            index = ExactIndex(as_embedded(name, splitter(documents, size, 0)), embedder)
            rows.append({"splitter": name, "size": size} | summary(table_of(index, group)))
    return rows


def measure(sizes: Sequence[int] = SIZES, say: Say = print) -> dict[str, Any]:
    """Everything that is stored but for where and how it was measured; fewer sizes try it out."""
    documents = load_documents(EDITION)
    stated = evidence.statements(documents)
    binders, places = evidence.bind(documents)
    bound = evidence.moved(stated, places)
    test, dev, single = asked("test", bound), asked("dev", bound), asked("test", stated)
    embedder = load_embedder()
    grid = sweep(binders, embedder, test, dev, sizes, say)
    say("headings, single documents, and long chunks read in pieces")
    long = without_headings(SPLITTERS["windows"](binders, sizes[-1], 0))
    in_pieces = table_of(ExactIndex(long, InPieces(embedder)), test)
    return {
        "questions": len(test.questions),
        "facts": int(next(iter(grid.test.values()))["fact"].nunique()),
        "limit": embedder.model.max_seq_length,
        "grid": grid.rows,
        **against_the_claim(grid, sizes),
        "headings at 60 words": with_and_without_headings(binders, embedder, test),
        "single documents": single_documents(documents, embedder, single, sizes),
        "long windows in pieces": summary(in_pieces) | {"size": sizes[-1]},
        **reading_tables.measure(binders, embedder, test.questions, test.evidence, say),
    }


def c20(claimed: "pd.DataFrame", best: "pd.DataFrame", read: dict[str, "pd.DataFrame"], name: str) -> dict:
    """Large chunks find more, and tables want to stay whole: what is claimed less our best setting, `name`.

    The first two as `evidence.evaluate_chunks` gives them; `read` is what was read off tables, by their cut.
    """
    against = f"{CLAIMED[0]}/{CLAIMED[1]} − {name}"
    lost = read["cut, names once"]
    return {
        f"windows, 360 words read: {against}": evidence.gain(claimed, best, "360 words"),
        f"windows, 720 words read: {against}": evidence.gain(claimed, best, "720 words"),
        "tables, right answers: whole − cut, names once": evidence.gain(read["whole"], lost, "right"),
        "tables, right answers: cut, names repeated − names once": evidence.gain(
            read["cut, names repeated"], lost, "right"
        ),
    }
