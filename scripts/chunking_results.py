"""The grid of lesson 02, size by overlap by splitter, too long for the lesson: data/results/chunking.json.

Each setting cuts the binders of the 2026 edition, embeds the chunks, searches for the test questions, and
looks for the evidence among the chunks found. What is chosen is chosen on the dev questions. Then wren
answers the generated questions about tables from chunks that treat tables in four ways.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from course_lib import files, provenance, runtime  # noqa: E402
from course_lib.corpus.chunking import Chunk, split  # noqa: E402
from course_lib.corpus.documents import Question, load_documents, load_questions  # noqa: E402
from course_lib.corpus.windows import (  # noqa: E402
    PLAIN,
    SPLITTERS,
    split_markdown,
    without_headings,
    without_repeated_headers,
)
from course_lib.evaluation import evidence  # noqa: E402
from course_lib.evaluation.answers import score  # noqa: E402
from course_lib.generation.language_model import load_language_model  # noqa: E402
from course_lib.generation.rag import RagPipeline  # noqa: E402
from course_lib.manifest import write_manifest  # noqa: E402
from course_lib.retrieval.embedding import Embedder, load_embedder  # noqa: E402
from course_lib.retrieval.exact import ExactIndex, unit_rows  # noqa: E402

SIZES = (30, 60, 120, 240, 360)  # words a chunk
SHARES = (0.0, 0.1, 0.25)  # of a chunk that the next one repeats
CLAIMED = (360, 36)  # words and overlap that come nearest to 400-600 tokens with 50 overlap
BUDGETS = (360, 720)  # words read: one and two chunks of the claimed size
READ = 600  # tokens of wren for the passages of a prompt; it has room for 1,024 in all
LIBRARIES = ("sentence-transformers", "semantic-text-splitter", "torch", "numpy")
OUTPUT = runtime.DATA / "results" / "chunking.json"


@dataclass(frozen=True)
class Asked:
    """Questions with the evidence of each, by question id."""

    questions: list[Question]
    evidence: dict[str, evidence.Evidence]


def asked(split_name: str, stated: dict) -> Asked:
    """The questions of a split that have a value, and where `stated` says it."""
    questions = [each for each in load_questions(split_name, "2026") if each.value]
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


def table_of(chunks: list[Chunk], embedder, group: Asked, index: ExactIndex | None = None):
    """The scores of one setting, a row a question."""
    index = index or ExactIndex(chunks, embedder)
    depth = min(80, len(chunks))
    return evidence.evaluate_chunks(index, group.questions, group.evidence, 4, BUDGETS, depth)


def summary(table) -> dict:
    """Intervals of each measure, over all questions and over those about tables."""
    measures = ["top k", *(name for words in BUDGETS for name in (f"{words} words", f"{words} words, named"))]
    groups = {"all": table, "table": table[table["kind"] == "table"]}
    return {
        group: {name: asdict(evidence.share(rows, name)) for name in measures}
        for group, rows in groups.items()
    } | {"words in 4 chunks": round(float(table["words"].mean()))}


def lengths(chunks: list[Chunk], embedder: Embedder) -> dict:
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


def reading(binders, embedder, group: Asked) -> list[dict]:
    """wren's answers to the generated questions about tables, from as many passages as READ tokens hold."""
    questions = [each for each in group.questions if each.kind == "table" and each.origin == "generated"]
    rows = split(binders, 60, table_rows=1)
    arms = {
        "cut anywhere": without_headings(SPLITTERS["windows"](binders, 60, 0)),
        "cut, names once": without_repeated_headers(rows),
        "cut, names repeated": rows,
        "whole": split(binders, 60),
    }
    model, found = load_language_model(), []
    for name, chunks in arms.items():
        say(f"reading, tables {name}")
        index = ExactIndex(chunks, embedder)
        rag = RagPipeline(index, model, k=12, budget=READ)
        answers = rag.answers([each.text for each in questions])
        for question, answer in zip(questions, answers, strict=True):
            chunks_read = [hit.chunk for hit in answer.hits]
            found.append(
                {
                    "arm": name,
                    "question_id": question.id,
                    "fact": question.fact,
                    "found": evidence.answered(chunks_read, group.evidence[question.id]),
                    "right": score(answer.text, question, answer.hits).correct,
                    "passages": len(chunks_read),
                }
            )
    return found


def say(text: str) -> None:
    """Print how far the script is, at once."""
    print(f"chunking: {text}", flush=True)


def measure(sizes: Sequence[int]) -> dict:
    """Everything that is stored but for where and how it was measured."""
    import pandas as pd

    documents = load_documents("2026")
    stated = evidence.statements(documents)
    binders, places = evidence.bind(documents)
    bound = evidence.moved(stated, places)
    test, dev, single = asked("test", bound), asked("dev", bound), asked("test", stated)
    embedder = load_embedder()
    grid, tables, on_dev = [], {}, {}
    for name, splitter in (SPLITTERS | {"library": split_markdown}).items():
        for size in sizes:
            for part in SHARES if name in PLAIN else SHARES[:1]:
                overlap = round(size * part)
                chunks = as_embedded(name, splitter(binders, size, overlap))
                index = ExactIndex(chunks, embedder)
                table = tables[name, size, overlap] = table_of(chunks, embedder, test, index)
                on_dev[name, size, overlap] = table_of(chunks, embedder, dev, index)
                row = {"splitter": name, "size": size, "overlap": overlap} | lengths(chunks, embedder)
                grid.append(row | summary(table))
                say(f"{name} {size}/{overlap}: {evidence.share(table, f'{BUDGETS[0]} words')}")
    claimed = ("windows", *CLAIMED)
    if claimed not in tables:
        claimed = ("windows", sizes[-1], 0)

    def best(among):
        return max(among, key=lambda key: on_dev[key][f"{BUDGETS[0]} words"].mean())

    chosen = {
        "windows": best([key for key in tables if key[0] == "windows" and key[1] != claimed[1]]),
        "any": best([key for key in tables if key[0] != "library"]),
    }
    against = {
        f"{name}, {words} words": asdict(evidence.gain(tables[claimed], tables[key], f"{words} words"))
        for name, key in chosen.items()
        for words in BUDGETS
    }
    heads = []
    for name, splitter in SPLITTERS.items():
        for headings in (False, True):
            chunks = splitter(binders, 60, 0)
            table = table_of(chunks if headings else without_headings(chunks), embedder, test)
            heads.append({"splitter": name, "headings": headings} | summary(table))
    say("single documents, and long chunks read in pieces")
    alone = []
    for name, splitter in SPLITTERS.items():
        for size in (60, sizes[-1]):
            table = table_of(as_embedded(name, splitter(documents, size, 0)), embedder, single)
            alone.append({"splitter": name, "size": size} | summary(table))
    long = without_headings(SPLITTERS["windows"](binders, sizes[-1], 0))
    whole = table_of(long, InPieces(embedder), test)
    read = pd.DataFrame(reading(binders, embedder, test))
    arms = {
        arm: {
            "passages": round(float(rows["passages"].mean()), 1),
            "questions": len(rows),
            "found": asdict(evidence.share(rows, "found")),
            "right": asdict(evidence.share(rows, "right")),
        }
        for arm, rows in read.groupby("arm", sort=False)
    }
    uncut = read[read["arm"] == "whole"]
    differences = {
        f"whole - {arm}": {
            of: asdict(evidence.gain(uncut, read[read["arm"] == arm], of)) for of in ("found", "right")
        }
        for arm in arms
        if arm != "whole"
    }
    return {
        "questions": len(test.questions),
        "facts": int(next(iter(tables.values()))["fact"].nunique()),
        "limit": embedder.model.max_seq_length,
        "grid": grid,
        "claimed": list(claimed),
        "chosen on dev": {name: list(key) for name, key in chosen.items()},
        "claimed - chosen": against,
        "headings at 60 words": heads,
        "single documents": alone,
        "long windows in pieces": summary(whole) | {"size": sizes[-1]},
        "reading": arms,
        "reading, differences": differences,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure it all, and write it once all of it is there."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="fewer of them try the script")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    runtime.start()
    run = provenance.begin("python scripts/chunking_results.py", arguments, runtime.current().seed)
    result = measure(tuple(options.sizes))
    models = {
        "embedder": load_embedder().fingerprint,
        "model": Path(runtime.current().language_model).name,
    }
    files.write_json(options.output, run.written(LIBRARIES) | models | result)
    if options.output.resolve() == OUTPUT:
        write_manifest()
    say(f"done in {perf_counter() - run.started:.0f} s")


if __name__ == "__main__":
    main()
