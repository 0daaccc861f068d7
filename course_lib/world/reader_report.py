"""How well a model reads, generated and hand-written pages apart: quick scores for a training log."""

import re

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.evaluation.answers import abstained, value_correct
from course_lib.generation.prompts import with_passages
from course_lib.generation.types import LanguageModel
from course_lib.world.examination import Task, reading_tasks
from course_lib.world.model_report import gold_chunk

KINDS = ("gold", "four", "missing")


def written_tasks(n: int) -> list[Task]:
    """The first dev questions on hand-written documents, one a fact, each with its gold passage."""
    chunks, tasks = split(load_documents("2026"), table_rows=1), {}
    for q in load_questions("dev", "2026"):
        if q.origin == "written" and q.value and q.fact not in tasks and (gold := gold_chunk(q, chunks)):
            tasks[q.fact] = Task(with_passages(q.text, [gold]), "", q.value, 1)
    return list(tasks.values())[:n]


def quick_scores(model: LanguageModel, n: int) -> dict[str, float]:
    """Shares of `n` tasks a kind: right values (gold, four, written), silence where silence is right
    (missing), silence where it is not (silent).
    """
    tasks = {kind: reading_tasks(kind, n, seed=1) for kind in KINDS} | {"written": written_tasks(n)}
    said = {k: [r.text for r in model.replies([t.messages for t in each])] for k, each in tasks.items()}
    scores = {}
    for kind, each in tasks.items():
        right = [
            not abstained(r) and value_correct(r, t.value) if t.value else abstained(r)
            for t, r in zip(each, said[kind], strict=True)
        ]
        scores[kind] = round(sum(right) / len(right), 3)
    asked = [*said["gold"], *said["four"], *said["written"]]
    scores["silent"] = round(sum(map(abstained, asked)) / len(asked), 3)
    cites = [re.findall(r"\[(\d+)\]", r) == [str(t.number)] for t, r in zip(tasks["four"], said["four"], strict=True)]
    scores["cites"] = round(sum(cites) / len(cites), 3)
    return scores
