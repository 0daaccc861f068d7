"""Arms × questions → one tidy table: who was right, in what form, with which source, at what cost.

An arm is a way to answer. All arms get the same questions, so that their differences are taken question by
question. Lesson 09.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import score, value_correct
from course_lib.evaluation.statistics import Interval, bootstrap_interval, paired_bootstrap
from course_lib.generation.prompts import closed_book
from course_lib.generation.rag import Answer, cited
from course_lib.generation.types import LanguageModel

if TYPE_CHECKING:
    import pandas as pd

Arm = Callable[[Sequence[str]], list[Answer]]
METRICS = ("correct", "compliant", "cited_right", "abstained")


def closed_book_arm(model: LanguageModel, style: str | None = None, max_new_tokens: int = 64) -> Arm:
    """The model alone: no passages, no citations but those that it makes up."""

    def answers(questions: Sequence[str]) -> list[Answer]:
        replies = model.replies([closed_book(q, style) for q in questions], max_new_tokens=max_new_tokens)
        return [Answer(r.text, cited(r.text, ()), (), r, {"retrieve": 0.0, **r.seconds}) for r in replies]

    return answers


def compare(arms: Mapping[str, Arm], questions: Sequence[Question]) -> "pd.DataFrame":
    """One row an arm and question: the axes of `Score`, tokens, milliseconds by stage, and the reply.

    Raises CourseError if an arm does not answer every question.
    """
    import pandas as pd

    rows = []
    for name, arm in arms.items():
        answers = arm([q.text for q in questions])
        if len(answers) != len(questions):
            raise CourseError(f"The arm {name!r} gave {len(answers)} answers to {len(questions)} questions.")
        for q, a in zip(questions, answers, strict=True):
            s = score(a.text, q, a.hits)
            rows.append(
                {
                    "arm": name,
                    "question": q.id,
                    "kind": q.kind,
                    "origin": q.origin,
                    "answerable": q.value is not None,
                    "correct": s.correct,
                    "compliant": s.compliant,
                    "abstained": s.abstained,
                    "cited": s.cited,
                    "cited_right": s.cited_right,
                    "prompt_tokens": a.reply.prompt_tokens,
                    "completion_tokens": a.reply.completion_tokens,
                    **{f"{stage}_ms": 1000 * seconds for stage, seconds in a.seconds.items()},
                    "reply": a.text,
                }
            )
    return pd.DataFrame(rows)


def intervals(table: "pd.DataFrame", metric: str, answerable: bool | None = None) -> dict[str, Interval]:
    """The mean of a metric by arm with a 95 % bootstrap interval, over all questions or one sort of them."""
    some = table if answerable is None else table[table["answerable"] == answerable]
    arms = some.groupby("arm", sort=False)[metric]
    return {name: bootstrap_interval(values.to_numpy(float)) for name, values in arms}


def difference(table: "pd.DataFrame", arm: str, other: str, metric: str) -> Interval:
    """arm − other on a metric, paired by question, with a 95 % bootstrap interval."""
    wide = table.pivot(index="question", columns="arm", values=metric)
    return paired_bootstrap(wide[arm].to_numpy(float), wide[other].to_numpy(float))


def citation_precision(table: "pd.DataFrame") -> dict[str, Interval]:
    """Of the replies that name a source, the share that name only right ones; silent arms are left out."""
    named = table[table["cited"]]
    return {
        name: bootstrap_interval(v.to_numpy(float))
        for name, v in named.groupby("arm", sort=False)["cited_right"]
    }


def freshness(arms: Mapping[str, Arm], old: Sequence[Question], new: Sequence[Question]) -> "pd.DataFrame":
    """Questions about facts that changed: the share of each arm's replies with the new and the old value."""
    import pandas as pd

    rows = []
    for name, arm in arms.items():
        for a, before, after in zip(arm([q.text for q in new]), old, new, strict=True):
            rows.append(
                {
                    "arm": name,
                    "new": value_correct(a.text, after.value),
                    "old": value_correct(a.text, before.value),
                }
            )
    return pd.DataFrame(rows).groupby("arm", sort=False).mean()


def changed_facts(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """Pairs of questions with one text and two values, as (of the older edition, of the newer)."""
    pairs: dict[tuple[str, str, str], dict[str, Question]] = {}
    for q in questions:
        if q.value is not None and q.kind not in ("versioned", "multi-document"):
            pairs.setdefault((q.fact, q.phrasing, q.text), {})[q.edition] = q
    both = [p for p in pairs.values() if len(p) == 2 and p["2025"].value != p["2026"].value]
    return [p["2025"] for p in both], [p["2026"] for p in both]


def held_out(n: int = 240, seed: int = 0) -> list[Question]:
    """`n` test questions of the 2026 edition, one in eight unanswerable, the same for every arm and seed."""
    questions = load_questions("test", "2026")
    missing = [q for q in questions if q.value is None]
    known = [q for q in questions if q.value is not None]
    silent = min(n // 8, len(missing))
    if not 1 <= n - silent <= len(known):
        raise CourseError(f"There are not {n} test questions.", allowed=f"1 to {len(questions)}")
    rng = Random(seed)
    return rng.sample(known, n - silent) + rng.sample(missing, silent)
