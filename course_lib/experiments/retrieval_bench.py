"""Retrievers and cross-encoders for two experiments, trained and scored, each only once. Lesson 04.

What is known is kept in a work folder, a file a step, so that a run that was stopped goes on where it stood;
other documents, questions or weights of the embedder have a folder of their own there, and start anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from course_lib import files, provenance, runtime
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import SPLITS, load_documents, load_questions
from course_lib.evaluation.answers import value_correct
from course_lib.experiments.out_of_domain import docstring_task, reader_task
from course_lib.experiments.retrieval_scores import Scores, measured
from course_lib.manifest import checksums
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.embedding import WEIGHTS_SHA256, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.fusion import HybridRetriever, reciprocal_rank_fusion
from course_lib.retrieval.rerank import load_cross_encoder
from course_lib.tuning.cross_encoder import train_cross_encoder
from course_lib.tuning.retriever import LIBRARIES, TrainingPair, TunedModel, training_pairs, tune_retriever

EDITION = "2026"
BATCH = 16
NEGATIVES = 3  # a cross-encoder's for each positive; the retriever takes the first
DEPTH = 20
TIMED = 30  # queries
BEFORE = "before"  # the name of the model as it comes


class Bench:
    """The tasks, the training pairs, and the folder of what is known already.

    `pages` are those of the school reader, of which one task is made (out_of_domain.py).
    """

    def __init__(self, work: Path, pages: Sequence[Sequence[Any]]):
        self.work = work / data_hash()
        chunks = split(load_documents(EDITION))
        asked = {name: [q for q in load_questions(name, EDITION) if q.gold] for name in SPLITS}
        self.tasks = {
            "dev": (chunks, asked["dev"]),
            "company": (chunks, asked["test"]),
            "docstrings": docstring_task(),
            "reader": reader_task(pages),
        }
        self.index = ExactIndex(chunks, load_embedder())
        self.pairs = training_pairs(asked["train"], chunks, self.index, value_correct, negatives=NEGATIVES)

    def passage_seen(self) -> dict[str, str]:
        """A test question's id -> whether its passage was also a training question's: "seen" or "new"."""
        chunks, questions = self.tasks["company"]
        seen = {pair.positive for pair in self.pairs}
        found = training_pairs(questions, chunks, self.index, value_correct)
        known = {pair.question for pair in found if pair.positive in seen}
        return {question.id: "seen" if question.text in known else "new" for question in questions}

    def some_pairs(self, n: int, seed: int) -> list[TrainingPair]:
        """n pairs drawn with a seed, or all where there are no more."""
        return self.pairs if n >= len(self.pairs) else Random(seed).sample(self.pairs, n)

    def kept(self, name: str, make: Callable[[], dict]) -> dict:
        """What `make` returns; a second call, in a later run too, reads it from the work folder."""
        path = self.work / f"{name}.json"
        if not path.is_file():
            started = perf_counter()
            files.write_json(path, make())
            print(f"retriever: {name}, {perf_counter() - started:.0f} s", flush=True)
        return files.read_json(path)

    def retriever(self, n: int, rate: float, seed: int, precision: str = "medium") -> tuple[str, dict]:
        """Tune on n pairs for one epoch; the run's name and what it took."""
        pairs = [replace(pair, negatives=pair.negatives[:1]) for pair in self.some_pairs(n, seed)]
        name = f"retriever-{len(pairs)}-{rate:g}-{seed}" + ("" if precision == "medium" else f"-{precision}")
        return name, self._trained(tune_retriever, name, pairs, rate, seed, precision)

    def cross_encoder(self, n: int, rate: float, seed: int, epochs: int = 1) -> tuple[str, dict]:
        """Train on n pairs; the run's name and what it took."""
        pairs = self.some_pairs(n, seed)
        name = f"cross-encoder-{len(pairs)}x{epochs}-{rate:g}-{seed}"
        return name, self._trained(train_cross_encoder, name, pairs, rate, seed, "medium", epochs)

    def _trained(self, train, name: str, pairs, rate: float, seed: int, precision: str, epochs=1) -> dict:
        def run() -> dict:
            with_precision = in_precision(precision, train)
            settings = {"epochs": epochs, "learning_rate": rate, "batch_size": BATCH, "seed": seed}
            return record(with_precision(pairs, self.work / "weights" / name, **settings))

        return self.kept(f"{name}-training", run)

    def scores(self, name: str, task: str, precision: str = "medium", hybrid: bool = False) -> Scores:
        """A retriever's MEASURES on a task, each question's, from its ten best chunks; alone, or fused with
        BM25.
        """

        def score() -> Scores:
            chunks, questions = self.tasks[task]
            folder = None if name == BEFORE else str(self.work / "weights" / name)
            index = ExactIndex(chunks, load_embedder(folder))
            retriever = HybridRetriever([index, Bm25Index(chunks)]) if hybrid else index
            rankings = retriever.search_many([question.text for question in questions], 10)
            return {q.id: measured(q, hits) for q, hits in zip(questions, rankings, strict=True)}

        step = f"{name}-{task}-hybrid" if hybrid else f"{name}-{task}"
        return self.kept(step, in_precision(precision, score))

    def reranked(self, name: str, task: str) -> dict[str, Scores]:
        """MEASURES of dense and hybrid search: as they are, with their first DEPTH hits re-ranked, and with
        both orders of these fused by rank.
        """

        def score() -> dict[str, Scores]:
            import torch
            from torch.nn import Identity

            chunks, questions = self.tasks[task]
            model = load_cross_encoder(str(self.work / "weights" / name)).model
            texts = [question.text for question in questions]
            bases = {"dense": self.index, "hybrid": HybridRetriever([self.index, Bm25Index(chunks)])}
            found = {base: retriever.search_many(texts, DEPTH) for base, retriever in bases.items()}
            pairs = {
                (question.text, hit.chunk.passage)
                for rankings in found.values()
                for question, hits in zip(questions, rankings, strict=True)
                for hit in hits
            }
            # All at once, so that texts of one length share a batch; and in 16 bits.
            pairs = sorted(pairs)
            with torch.autocast(runtime.current().device, torch.bfloat16):
                values = model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
            value = dict(zip(pairs, values.tolist(), strict=True))
            result: dict[str, Scores] = {}
            for base, rankings in found.items():
                for question, hits in zip(questions, rankings, strict=True):
                    order = sorted(hits, key=lambda hit, q=question.text: -value[q, hit.chunk.passage])
                    fused = [hit for hit, _ in reciprocal_rank_fusion([hits, order])]
                    for system, ranked in (("", hits), (" re-ranked", order), (" fused", fused)):
                        result.setdefault(base + system, {})[question.id] = measured(question, ranked)
            return result

        return self.kept(f"{name}-{task}", score)

    def milliseconds(self, name: str) -> dict:
        """The median time of dense search, and of scoring its first DEPTH hits, a query at a time."""

        def time() -> dict:
            reranker, embedder = load_cross_encoder(str(self.work / "weights" / name)), self.index.embedder
            taken = []
            for question in self.tasks["company"][1][: TIMED + 3]:  # the first three warm up
                clocks = [(perf_counter(), process_time())]
                embedder.embed([question.text], cached=False)
                hits = self.index.search(question.text, DEPTH)
                clocks.append((perf_counter(), process_time()))
                reranker.score(question.text, [hit.chunk for hit in hits])
                clocks.append((perf_counter(), process_time()))
                taken.append([after[c] - b[c] for b, after in pairwise(clocks) for c in (0, 1)])
            medians = [round(1000 * median(each), 1) for each in zip(*taken[3:], strict=True)]
            names = ("search", "search, processor", "rerank", "rerank, processor")
            return dict(zip(names, medians, strict=True)) | {"queries": TIMED}

        return self.kept(f"{name}-milliseconds", time)


def data_hash() -> str:
    """Twelve hexadecimal digits that change with the documents, the questions and the embedder's weights."""
    listed = checksums()
    read = sorted(item for item in listed.items() if item[0].startswith(("knowledge_base/", "questions/")))
    return hashlib.sha256(repr([read, WEIGHTS_SHA256]).encode()).hexdigest()[:12]


def in_precision(name: str, work: Callable) -> Callable:
    """`work` with 32-bit products ("highest"), or with 16-bit ones where the processor has them ("medium"),
    which takes a little more than half the time.
    """

    def run(*arguments, **settings):
        import torch

        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision(name)
        try:
            return work(*arguments, **settings)
        finally:
            torch.set_float32_matmul_precision(before)

    return run


def record(run: TunedModel) -> dict:
    """A training run without the folder, which is this machine's."""
    losses = [round(loss, 4) for loss in run.losses]
    taken = asdict(run) | {"seconds": round(run.seconds, 1), "losses": losses}
    return {key: value for key, value in taken.items() if key != "folder"}


def made_by(run: provenance.Run, result: dict, products: str) -> dict[str, Any]:
    """What somebody needs to run it again; `products` says in which precision models computed."""
    seconds = round(sum(each["seconds"] for each in result["training"].values()))
    more = {"seconds_of_training": seconds, "products": products, "base_sha256": WEIGHTS_SHA256}
    return run.written(LIBRARIES) | more
