"""Arms × questions → one tidy table: who was right, in what form, from which source, at what cost. Lesson 09.

What this module does not do: decide what a difference means (the rules beside it and claims/ do).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.evaluation.answers import score, value_correct
from course_lib.evaluation.citation_scores import precision_and_recall
from course_lib.evaluation.evidence import stated
from course_lib.experiments.arms import Arm
from course_lib.generation.rag import Answer

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("retrieve", "prefill", "decode")


def compare(
    arms: Sequence[Arm],
    questions: Sequence[Question],
    before: Mapping[str, str] | None = None,
    editions: Mapping[str, str] | None = None,
) -> "pd.DataFrame":
    """Ask every arm every question: a row for each pair, with the reply, what is true of it, and its cost.

    `before` has the values of the edition before, by fact: it tells which facts changed, and which replies
    are stale. `editions` (corpus.documents.editions) says which documents are one in several editions, any of
    which is the right source; without it, the course's own. Columns of truth: asked, answerable,
    unanswerable, changed, unchanged (of the question); correct, compliant, abstained, cited, source_right,
    stale (of the reply). `passages` has the ids of the chunks in the prompt, in their order; reads is true
    where there were some, and evidence where they state the value (evaluation.evidence.stated). precision and
    recall are those of the cited documents. Costs: prompt_tokens, completion_tokens, and milliseconds a
    question in a batch: retrieve, prefill, decode. Raises CourseError for two arms of one name. Lesson 09.
    """
    import pandas as pd

    names = [arm.name for arm in arms]
    if len(set(names)) < len(names):
        raise CourseError(f"Two arms have one name: {', '.join(names)}.", allowed="a name for each")
    rows = []
    for arm in arms:
        answers = arm.answers([question.text for question in questions])
        if len(answers) != len(questions):
            raise CourseError(f"The arm {arm.name!r} gave {len(answers)} answers to {len(questions)}.")
        rows += [
            {"arm": arm.name, **_asked(q, before or {}), **_answered(q, a, before or {}, editions)}
            for q, a in zip(questions, answers, strict=True)
        ]
    return pd.DataFrame(rows)


def _asked(question: Question, before: Mapping[str, str]) -> dict:
    """What is true of the question, whoever answers it."""
    old = before.get(question.fact) if question.value is not None else None
    changed = old is not None and old != question.value
    return {
        "question": question.id,
        "text": question.text,
        "value": question.value,
        "fact": question.fact,
        "kind": question.kind,
        "phrasing": question.phrasing,
        "origin": question.origin,
        "asked": True,
        "answerable": question.value is not None,
        "unanswerable": question.value is None,
        "changed": changed,
        "unchanged": old is not None and not changed,
    }


def _answered(
    question: Question, answer: Answer, before: Mapping[str, str], editions: Mapping[str, str] | None
) -> dict:
    scored = score(answer.text, question, answer.hits)
    old = before.get(question.fact) if question.value is not None else None
    stale = old not in (None, question.value) and not scored.correct and value_correct(answer.text, old)
    chunks = [hit.chunk for hit in answer.hits]
    precision, recall = precision_and_recall(question.gold, answer.citations, editions)
    return {
        "correct": scored.correct,
        "compliant": scored.compliant,
        "abstained": scored.abstained,
        "cited": scored.cited,
        "source_right": precision == 1,
        "precision": precision,
        "recall": recall,
        "stale": stale,
        "reads": bool(chunks),
        "evidence": question.value is not None and stated(question.value, chunks),
        "passages": tuple(chunk.id for chunk in chunks),
        "documents": tuple(answer.citations),
        "prompt_tokens": answer.reply.prompt_tokens,
        "completion_tokens": answer.reply.completion_tokens,
        **{stage: 1000 * answer.seconds.get(stage, 0.0) for stage in STAGES},
        "reply": answer.text,
    }
