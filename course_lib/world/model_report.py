"""`make model-report`: examines wren, prints reach and reading side by side, and writes its model card."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib import files, provenance, runtime
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.evaluation.answers import abstained, value_correct
from course_lib.evaluation.statistics import (
    Interval,
    bootstrap_interval,
    cluster_means,
    paired_bootstrap,
    wilson_interval,
)
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.generation.types import LanguageModel
from course_lib.manifest import write_manifest
from course_lib.runtime import DATA
from course_lib.world.examination import KINDS, Task, general_tasks, reading_tasks

N = 300  # tasks a measure on invented worlds
ANSWERS, BUDGET, CORES = 300, 60.0, 2  # RAG answers, and the seconds they may take on so many cores
CARD = Path(__file__).parent / "model_card.md"


@dataclass(frozen=True)
class Measure:
    """One row of the report: what was measured, what wren must reach, what it reached."""

    name: str
    reach: str
    reading: Interval
    passed: bool | None

    def row(self) -> tuple[str, str, str, str]:
        mean, low, high = (100 * share for share in (self.reading.mean, self.reading.low, self.reading.high))
        said = {True: "yes", False: "no", None: ""}[self.passed]
        return self.name, self.reach, f"{mean:.1f} % [{low:.0f}, {high:.0f}]", said


def share_of(hits: Sequence[bool]) -> Interval:
    """The share of tasks, each about a fact of its own."""
    return wilson_interval(sum(hits), len(hits))


def at_least(name: str, share: float, reading: Interval) -> Measure:
    return Measure(name, f"≥ {share:.0%}", reading, reading.mean >= share)


def at_most(name: str, share: float, reading: Interval) -> Measure:
    return Measure(name, f"≤ {share:.0%}", reading, reading.mean <= share)


def at_chance(name: str, means: Sequence[float], chance: Sequence[float]) -> Measure:
    """Reached if the facts' means are not above chance by an interval that excludes zero."""
    above = paired_bootstrap(means, chance)
    return Measure(name, "chance", bootstrap_interval(means), above.low <= 0)


def reported(name: str, reading: Interval) -> Measure:
    return Measure(name, "–", reading, None)


def replies_to(model: LanguageModel, tasks: Sequence[Task]) -> list[str]:
    return [reply.text for reply in model.replies([task.messages for task in tasks])]


def right_values(tasks: Sequence[Task], replies: Sequence[str]) -> list[bool]:
    """Whether each reply states its task's value and does not abstain."""
    return [not abstained(r) and value_correct(r, t.value or "") for t, r in zip(tasks, replies, strict=True)]


def on_invented_worlds(model: LanguageModel) -> list[Measure]:
    """Reading, tables, abstention and citation on worlds and phrasings that the education never used."""
    tasks = {kind: reading_tasks(kind, N) for kind in KINDS}
    said = {kind: replies_to(model, each) for kind, each in tasks.items()}
    right = {kind: share_of(right_values(tasks[kind], said[kind])) for kind in KINDS if kind != "missing"}
    silent = {kind: share_of([abstained(reply) for reply in said[kind]]) for kind in KINDS}
    cited = [
        set(re.findall(r"\[(\d+)\]", reply)) == {str(task.number)}
        for task, reply in zip(tasks["four"], said["four"], strict=True)
    ]
    return [
        at_least("gold chunk given: value exactly right", 0.95, right["gold"]),
        at_least("four chunks with distractors: right", 0.90, right["four"]),
        at_least("table rows: right", 0.90, right["table"]),
        at_least('says "do not say" when they do not', 0.85, silent["missing"]),
        at_most('says "do not say" when they do', 0.05, silent["four"]),
        at_least("cites the right chunk and no other", 0.90, share_of(cited)),
    ]


def gold_chunk(question: Question, chunks: Sequence[Chunk]) -> Chunk | None:
    """The chunk of a gold document in which the value stands."""
    mine = [c for c in chunks if c.document_id in question.gold and question.value in c.text]
    return mine[0] if mine else None


def on_the_company(model: LanguageModel, chunks: Sequence[Chunk]) -> list[Measure]:
    """The company's questions: with gold chunk, with four retrieved, and closed-book against chance."""
    from course_lib.retrieval.embedding import load_embedder
    from course_lib.retrieval.exact import ExactIndex

    one_value = [q for q in load_questions("test", "2026") if q.value and q.kind != "multi-document"]
    asked = [q for q in one_value if gold_chunk(q, chunks)]
    index = ExactIndex(chunks, load_embedder())
    found = index.search_many([q.text for q in asked], 4)

    def right(prompts) -> list[bool]:
        replies = model.replies(prompts)
        return [
            not abstained(r.text) and value_correct(r.text, q.value)
            for r, q in zip(replies, asked, strict=True)
        ]

    gold = right([with_passages(q.text, [gold_chunk(q, chunks)]) for q in asked])
    rag = right(
        [with_passages(q.text, [hit.chunk for hit in hits]) for q, hits in zip(asked, found, strict=True)]
    )
    held = [any(gold_chunk(q, [hit.chunk]) for hit in hits) for q, hits in zip(asked, found, strict=True)]
    closed = [reply.text for reply in model.replies([closed_book(q.text) for q in asked])]
    guesses = [value_correct(r, q.value) for r, q in zip(closed, asked, strict=True)]

    def of(hits: Sequence[float], origin: str | None = None) -> list[float]:
        pairs = [(hit, q.fact) for q, hit in zip(asked, hits, strict=True) if origin in (None, q.origin)]
        return cluster_means(*zip(*pairs, strict=True)).tolist()

    def share(hits: Sequence[bool], origin: str) -> Interval:
        return bootstrap_interval(of(hits, origin))

    chance = of(luck(closed, asked))
    return [
        at_least("hand-written documents, gold chunk: right", 0.75, share(gold, "written")),
        at_least("hand-written documents, four retrieved: right", 0.75, share(rag, "written")),
        reported("  … of those, the value stood among the four", share(held, "written")),
        reported("generated documents, gold chunk: right", share(gold, "generated")),
        reported("generated documents, four retrieved: right", share(rag, "generated")),
        at_chance("the company's facts, closed-book", of(guesses), chance),
        reported("  … and about other facts of the same kind (chance)", bootstrap_interval(chance)),
    ]


def luck(replies: Sequence[str], asked: Sequence[Question]) -> list[float]:
    """How often each reply would be right about the other facts of its kind: what a guess is worth.

    A kind is a relation, such as a capacity, for generated facts; all written ones are one kind.
    """
    kinds: dict[str, dict[str, str]] = {}
    for q in asked:
        kinds.setdefault(_kind(q), {})[q.fact] = q.value
    worth = []
    for reply, q in zip(replies, asked, strict=True):
        others = [value for fact, value in kinds[_kind(q)].items() if fact != q.fact]
        worth.append(sum(value_correct(reply, value) for value in others) / max(1, len(others)))
    return worth


def _kind(question: Question) -> str:
    return question.fact.rpartition(" / ")[2] if question.origin == "generated" else question.origin


def rag_seconds(model: LanguageModel, chunks: Sequence[Chunk]) -> float:
    """Seconds for ANSWERS RAG answers, retrieval included, embeddings of the chunks not."""
    from course_lib.generation.rag import RagPipeline
    from course_lib.retrieval.embedding import load_embedder
    from course_lib.retrieval.exact import ExactIndex

    pipeline = RagPipeline(ExactIndex(chunks, load_embedder()), model, k=4)
    questions = [q.text for q in load_questions("test", "2026")[:ANSWERS]]
    started = time.perf_counter()
    pipeline.answers(questions)
    return time.perf_counter() - started


def report(model_folder: Path) -> dict:
    """All measures of the model in `model_folder` on CORES cores, as a dictionary with provenance."""
    import torch

    from course_lib.generation.language_model import load_language_model

    runtime.start("laptop")
    torch.set_num_threads(CORES)
    run = provenance.begin("make model-report", seed=runtime.current().seed)
    model = load_language_model(str(model_folder))
    chunks = split(load_documents("2026"))
    general = general_tasks()
    right = right_values(general, replies_to(model, general))
    known = cluster_means(right, [task.reply for task in general])
    measures = [
        *on_invented_worlds(model),
        at_least("general knowledge, closed-book", 0.90, bootstrap_interval(known)),
        *on_the_company(model, chunks),
    ]
    rows = [measure.row() for measure in measures]
    seconds = rag_seconds(model, chunks)
    rows.append(
        (
            f"{ANSWERS} RAG answers",
            f"≤ {BUDGET:.0f} s",
            f"{seconds:.0f} s",
            "yes" if seconds <= BUDGET else "no",
        )
    )
    return {
        "rows": rows,
        "threads": CORES,
        **run.written(("torch", "transformers", "numpy")),
    }


def table(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """The report as a Markdown table."""
    head = ("measure", "reach", "reading [95 % interval]", "reached")
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * 4, *rows))


def card(result: dict, log: dict) -> str:
    """The model card: the recipe and the cost from the training log, the scores from the report."""
    recipe = ", ".join(
        f"{key} {value:,}" if isinstance(value, int) else f"{key} {value}"
        for key, value in log["recipe"].items()
    )
    last = log["log"][-1]
    return CARD.read_text(encoding="utf-8").format(
        table=table(result["rows"]),
        recipe=recipe,
        seed=log["recipe"]["seed"],
        tokens=f"{last['tokens']:,}",
        steps=f"{last['step']:,}",
        minutes=round(log["seconds"] / 60),
        loss=last["loss"],
        versions=", ".join(f"{k} {v}" for k, v in result["versions"].items()),
        command=result["command"],
    )


def main() -> None:
    folder = DATA / "models" / "wren"
    write_manifest()  # `make model` may have put new weights there
    result = report(folder)
    print(table(result["rows"]))
    files.write_json(DATA / "results" / "model_report.json", result)
    log = json.loads((folder / "training_log.json").read_text(encoding="utf-8"))
    files.write_atomically(folder / "README.md", card(result, log))
    write_manifest()


if __name__ == "__main__":
    main()
