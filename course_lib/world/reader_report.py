"""`make model-report`, second half: wren, SmolLM2 as it comes, and SmolLM2 taught to read, on the same exams.

Exams are on worlds, wordings and documents that no training saw. The card shows all of them side by side.
"""

import argparse
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
from course_lib.evaluation.statistics import Interval, bootstrap_interval, mean_interval, paired_bootstrap
from course_lib.generation.language_model import load_language_model
from course_lib.generation.pretrained import ADAPTER
from course_lib.generation.prompts import closed_book, few_shot, with_passages
from course_lib.generation.types import LanguageModel, Messages
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.runtime import DATA, PRETRAINED, READER
from course_lib.world.examination import Task, general_tasks, reading_tasks
from course_lib.world.format_exam import format_tasks
from course_lib.world.model_report import gold_chunk, luck, right_values, share_of

N = 100  # tasks a measure on invented worlds
TABLE_ROWS = 1  # a passage holds one row of a table under its header
RAG_ANSWERS = 60
CARD = Path(__file__).parent / "reader_card.md"
RESULT = DATA / "results" / "reader_report.json"


@dataclass(frozen=True)
class Examinee:
    """A model, and the worked examples that stand before each of its prompts with passages."""

    name: str
    model: str
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A measure of the card: its name, and what the taught model must reach, as a test of all readings."""

    name: str
    reach: str
    least: float = 0.0
    most: float = 1.0
    below_plain: float | None = None  # how far it may stand below the model as it comes


ROWS = (
    Row("generated documents, gold chunk: right", "≥ 90 %", least=0.90),
    Row("generated documents, four retrieved: right", "≥ 75 %", least=0.75),
    Row("hand-written documents, gold chunk: right", "≥ 75 %", least=0.75),
    Row("hand-written documents, four retrieved: right", "≥ 60 %", least=0.60),
    Row("table rows, four passages: right", "≥ 85 %", least=0.85),
    Row("says so when they do not say", "≥ 80 %", least=0.80),
    Row("wrongly silent", "≤ 8 %", most=0.08),
    Row("cites the right passage and no other", "≥ 90 %", least=0.90),
    Row("general knowledge, closed-book", "as it comes − 3", below_plain=0.03),
    Row("formats asked for in words, of the lessons: kept", "as it comes − 5", below_plain=0.05),
    Row("formats asked for in words, never seen: kept", "as it comes − 5", below_plain=0.05),
    Row("the company's facts, closed-book", "chance"),
)


def worked_examples(n: int = 2) -> tuple[tuple[str, str], ...]:
    """Examples of reading four passages, from worlds of their own: user text and right reply."""
    tasks = reading_tasks("four", n, seed=7)
    return tuple((task.messages[1]["content"], task.reply) for task in tasks)


def examinees() -> tuple[Examinee, ...]:
    """The four that the card shows, in its order."""
    return (
        Examinee("wren", runtime.LANGUAGE_MODELS["tiny"]),
        Examinee("as it comes", PRETRAINED),
        Examinee("with two examples", PRETRAINED, worked_examples()),
        Examinee("taught to read", READER),
    )


class _Asked:
    """A model that is asked with its examinee's worked examples before each question on passages."""

    def __init__(self, examinee: Examinee):
        self.model: LanguageModel = load_language_model(examinee.model)
        self.examples = examinee.examples

    def replies(self, prompts: Sequence[Messages], reading: bool = True, tokens: int = 48) -> list[str]:
        if reading and self.examples:
            prompts = [few_shot(prompt, self.examples) for prompt in prompts]
        return [reply.text for reply in self.model.replies(prompts, max_new_tokens=tokens)]


def one_a_fact(limit: int | None = None) -> list[Question]:
    """Test questions of the 2026 edition with one value, one wording a fact: generated, then written."""
    facts: dict[str, Question] = {}
    questions = [q for q in load_questions("test", "2026") if q.value and q.kind != "multi-document"]
    for number, question in enumerate(questions):
        if question.fact not in facts or number % 3 == 0:  # plain, casual and misspelt ones mixed
            facts[question.fact] = question
    groups = {o: [q for q in facts.values() if q.origin == o] for o in ("generated", "written")}
    half = None if limit is None else limit // 2
    return [q for group in groups.values() for q in group[:half]]


def on_the_company(asked: _Asked, chunks: Sequence[Chunk], limit: int | None) -> dict[str, Interval]:
    """The company's questions with the gold chunk, with four retrieved, and closed-book against chance."""
    questions = [q for q in one_a_fact(limit) if gold_chunk(q, chunks)]
    found = chosen_retriever(chunks).search_many([q.text for q in questions], 4)
    ways = {
        "gold chunk": [with_passages(q.text, [gold_chunk(q, chunks)]) for q in questions],
        "four retrieved": [
            with_passages(q.text, [h.chunk for h in hits]) for q, hits in zip(questions, found, strict=True)
        ],
    }
    scores = {}
    for way, prompts in ways.items():
        replies = asked.replies(prompts)
        right = [
            not abstained(r) and value_correct(r, q.value) for r, q in zip(replies, questions, strict=True)
        ]
        for origin, name in (("generated", "generated"), ("written", "hand-written")):
            mine = [hit for hit, q in zip(right, questions, strict=True) if q.origin == origin]
            scores[f"{name} documents, {way}: right"] = share_of(mine)
    closed = asked.replies([closed_book(q.text) for q in questions], reading=False)
    guesses = [float(value_correct(r, q.value)) for r, q in zip(closed, questions, strict=True)]
    scores["the company's facts, closed-book"] = bootstrap_interval(guesses)
    scores["… above chance"] = paired_bootstrap(guesses, luck(closed, questions))
    return scores


def on_invented_worlds(asked: _Asked, n: int) -> dict[str, Interval]:
    """Tables, abstention, citation, general knowledge and form, on what no lesson held."""
    tasks = {kind: reading_tasks(kind, n) for kind in ("four", "table", "missing")}
    said = {kind: asked.replies([t.messages for t in each]) for kind, each in tasks.items()}
    cites = [
        set(re.findall(r"\[(\d+)\]", reply)) == {str(task.number)}
        for task, reply in zip(tasks["four"], said["four"], strict=True)
    ]
    general = general_tasks()[:: max(1, len(general_tasks()) // (2 * n))]
    known = right_values(general, asked.replies([t.messages for t in general], reading=False))
    scores = {
        "table rows, four passages: right": share_of(right_values(tasks["table"], said["table"])),
        "says so when they do not say": share_of([abstained(r) for r in said["missing"]]),
        "wrongly silent": share_of([abstained(r) for r in said["four"]]),
        "cites the right passage and no other": share_of(cites),
        "general knowledge, closed-book": mean_interval(known, [t.reply for t in general]),
    }
    for seen, name in ((True, "of the lessons"), (False, "never seen")):
        some = format_tasks(n, seen)
        replies = asked.replies([t.messages for t in some], reading=False, tokens=64)
        kept = [t.kept(r) for t, r in zip(some, replies, strict=True)]
        scores[f"formats asked for in words, {name}: kept"] = share_of(kept)
    return scores


def rag_seconds(asked: _Asked, chunks: Sequence[Chunk]) -> float:
    """Seconds for RAG_ANSWERS answers from four passages, retrieval included."""
    retriever = chosen_retriever(chunks)
    questions = [q.text for q in load_questions("test", "2026")[:RAG_ANSWERS]]
    retriever.search_many(questions[:1], 4)  # the passages' vectors are made once, not for each question
    started = time.perf_counter()
    found = retriever.search_many(questions, 4)
    asked.replies(
        [with_passages(q, [hit.chunk for hit in hits]) for q, hits in zip(questions, found, strict=True)]
    )
    return time.perf_counter() - started


def examine(examinee: Examinee, n: int, limit: int | None) -> dict:
    """Every measure of one examinee: mean, low and high of the 95 % interval, and seconds for its answers."""
    asked = _Asked(examinee)
    chunks = split(load_documents("2026"), table_rows=TABLE_ROWS)
    scores = on_the_company(asked, chunks, limit) | on_invented_worlds(asked, n)
    readings = {name: [round(float(v), 4) for v in (s.mean, s.low, s.high)] for name, s in scores.items()}
    return {"scores": readings, "rag_seconds": round(rag_seconds(asked, chunks), 1)}


def reached(row: Row, taught: dict[str, list[float]], plain: dict[str, list[float]]) -> bool:
    """Whether the taught model's reading is where it must be."""
    mean = taught[row.name][0]
    if row.below_plain is not None:
        return mean >= plain[row.name][0] - row.below_plain
    if row.reach == "chance":
        return taught["… above chance"][1] <= 0
    return row.least <= mean <= row.most


def table(examined: dict[str, dict]) -> str:
    """The readings side by side as a Markdown table, with what must be reached."""
    taught, plain = (examined[name]["scores"] for name in ("taught to read", "as it comes"))
    lines = [("measure", "must reach", *examined, "reached"), ("---",) * (len(examined) + 3)]
    for row in ROWS:
        cells = [_cell(each["scores"][row.name]) for each in examined.values()]
        lines.append((row.name, row.reach, *cells, "yes" if reached(row, taught, plain) else "**no**"))
    seconds = [f"{each['rag_seconds']:.0f} s" for each in examined.values()]
    quick = examined["taught to read"]["rag_seconds"] <= 90
    lines.append((f"{RAG_ANSWERS} RAG answers, 2 cores", "≤ 90 s", *seconds, "yes" if quick else "**no**"))
    size = (ADAPTER / "adapter_model.safetensors").stat().st_size / 1e6
    lines.append(
        (
            "adapter",
            "≤ 20 MB",
            *[""] * (len(examined) - 1),
            f"{size:.1f} MB",
            "yes" if size <= 20 else "**no**",
        )
    )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(reading: Sequence[float]) -> str:
    mean, low, high = (100 * value for value in reading)
    return f"{mean:.0f} [{low:.0f}, {high:.0f}]"


def curve(log: Sequence[dict]) -> str:
    """The learning curve of the training log, as a Markdown table by thousands of tokens."""
    kinds = ("gold", "four", "written", "missing", "silent", "cites")
    lines = [("thousand tokens", "held-out loss", *kinds), ("---",) * (len(kinds) + 2)]
    for entry in log:
        if "held_out" in entry or "gold" in entry:
            loss = f"{entry['held_out']:.3f}" if "held_out" in entry else ""
            shares = [f"{100 * entry[kind]:.0f}" if kind in entry else "" for kind in kinds]
            lines.append((f"{entry['tokens'] / 1000:.0f}", loss, *shares))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def card(result: dict, log: dict) -> str:
    """The model card: the recipe and what it cost from the log, the scores from the report."""
    return CARD.read_text(encoding="utf-8").format(
        table=table(result["examined"]),
        curve=curve(log["log"]),
        recipe=", ".join(f"{key} {value}" for key, value in log["recipe"].items() if value != ""),
        tokens=f"{log['tokens']:,}",
        replies=f"{log['replies']:,}",
        steps=f"{log['step']:,}",
        minutes=round(log["seconds"] / 60),
        n=result["n"],
        questions=result["questions"],
        command=result["command"],
        versions=", ".join(f"{k} {v}" for k, v in result["versions"].items()),
    )


def main() -> None:
    """`python -m course_lib.world.reader_report [--n 100] [--facts 200]`: the report, and the card."""
    from course_lib.manifest import write_manifest

    parser = argparse.ArgumentParser(description="Examine wren and SmolLM2, and write SmolLM2's card.")
    parser.add_argument("--n", type=int, default=N, help="tasks a measure on invented worlds")
    parser.add_argument("--facts", type=int, default=None, help="facts of the company, all without it")
    given = parser.parse_args()
    runtime.start("tiny")
    command = f"python -m course_lib.world.reader_report --n {given.n}"
    run = provenance.begin(command + (f" --facts {given.facts}" if given.facts else ""))
    examined = {}
    for examinee in examinees():
        examined[examinee.name] = examine(examinee, given.n, given.facts)
        print(f"{examinee.name}: {json.dumps(examined[examinee.name])}", flush=True)
    shown = {"n": given.n, "questions": len(one_a_fact(given.facts)), "examined": examined}
    result = shown | run.written(("torch", "transformers", "peft"))
    files.write_json(RESULT, result)
    files.write_atomically(
        ADAPTER / "README.md", card(result, files.read_json(ADAPTER / "training_run.json"))
    )
    write_manifest()
    print(table(examined))


def written_tasks(n: int) -> list[Task]:
    """The first dev questions on hand-written documents, one a fact, each with its gold passage."""
    chunks, tasks = split(load_documents("2026"), table_rows=TABLE_ROWS), {}
    for q in load_questions("dev", "2026"):
        if q.origin == "written" and q.value and q.fact not in tasks and (gold := gold_chunk(q, chunks)):
            tasks[q.fact] = Task(with_passages(q.text, [gold]), "", q.value, 1)
    return list(tasks.values())[:n]


def quick_scores(model: LanguageModel, n: int) -> dict[str, float]:
    """Scores for a training log on `n` tasks a kind: right values (gold, four, written), silence where it is
    right (missing) and where it is not (silent), and right citations (cites).
    """
    tasks = {kind: reading_tasks(kind, n, seed=1) for kind in ("gold", "four", "missing")}
    tasks["written"] = written_tasks(n)
    said = {k: [r.text for r in model.replies([t.messages for t in each])] for k, each in tasks.items()}
    scores = {k: sum(right_values(tasks[k], said[k])) / n for k in ("gold", "four", "written")}
    asked = [*said["gold"], *said["four"], *said["written"]]
    scores["missing"] = sum(map(abstained, said["missing"])) / n
    scores["silent"] = sum(map(abstained, asked)) / len(asked)
    found = zip(tasks["four"], said["four"], strict=True)
    scores["cites"] = sum(re.findall(r"\[(\d+)\]", r) == [str(t.number)] for t, r in found) / n
    return {kind: round(share, 3) for kind, share in scores.items()}


if __name__ == "__main__":
    main()
