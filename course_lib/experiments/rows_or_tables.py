"""What the model reads: a row of a table a passage, or whole tables, under the search that lesson 04 chose.

On dev questions, since it settles the default of lessons 05 and 09. A sweep of two points; nothing is
trained, so there is one seed. Lesson 05. What finding them costs and gains is in that lesson; cut tables,
under a simpler search, are in reading_tables.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from course_lib.corpus.documents import Question, load_questions
from course_lib.evaluation.answers import score
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap
from course_lib.experiments.hits import hits
from course_lib.experiments.technique_searches import EDITION, chunks_of
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.chosen import chosen_retriever

NAME = "rows_or_tables"
RULES: dict = {}  # it settles a default, no claim
ROWS, WHOLE = "rows", "whole tables"
WORDINGS = 2  # of each fact


def points(profile: str) -> list[dict[str, Any]]:
    """Both ways, asked the same questions."""
    return [{"passages": way, "wordings": WORDINGS, "seed": 0} for way in (ROWS, WHOLE)]


def asked(wordings: int = WORDINGS) -> list[Question]:
    """The first wordings of each dev fact that a document states, those of one fact in a row."""
    facts: dict[str, list[Question]] = {}
    for question in load_questions("dev", EDITION):
        if question.value is not None:
            facts.setdefault(question.fact, []).append(question)
    return [question for of_fact in facts.values() for question in of_fact[:wordings]]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What is found and what the model then gets right, a digit a question, from four passages each."""
    questions = asked(point["wordings"])
    searched = chosen_retriever(chunks_of(point["passages"]))
    answers = RagPipeline(searched, load_language_model()).answers([each.text for each in questions])
    pairs = list(zip(questions, answers, strict=True))
    return {
        "questions": len(questions),
        "facts": [q.fact for q in questions],
        "kinds": [q.kind for q in questions],
        "found": hits(stated(q.value or "", [hit.chunk for hit in a.hits]) for q, a in pairs),
        "hits": hits(score(a.text, q, a.hits).correct for q, a in pairs),
        "prompt_tokens": round(sum(a.reply.prompt_tokens for a in answers) / len(answers), 1),
    }


def share(rows: Sequence[Mapping[str, Any]], way: str, kind: str | None = None) -> Interval:
    """Right answers of one way, of one kind of question or of all; facts are drawn. Lesson 05."""
    scored, facts = _scored(rows, way, kind)
    return mean_interval(scored, facts)


def gain(rows: Sequence[Mapping[str, Any]], kind: str | None = None) -> Interval:
    """Right answers with rows less those with whole tables, paired question by question. Lesson 05."""
    (with_rows, facts), (with_tables, _) = (_scored(rows, way, kind) for way in (ROWS, WHOLE))
    return paired_bootstrap(with_rows, with_tables, cluster=facts)


def _scored(rows: Sequence[Mapping[str, Any]], way: str, kind: str | None) -> tuple[list[float], list[str]]:
    row = next(each for each in rows if each["passages"] == way)
    places = [place for place, each in enumerate(row["kinds"]) if kind in (None, each)]
    return [float(row["hits"][place]) for place in places], [row["facts"][place] for place in places]
