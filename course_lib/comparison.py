"""Arms × questions → one tidy table: who was right, in what form, from which source, at what cost. Lesson 09.

An arm is a way to answer. All arms get the same questions, so that they can be compared question by question.
What this module does not do: decide what a difference means (claims.py does).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import score, value_correct
from course_lib.evaluation.citation_scores import document_key
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap
from course_lib.generation.citations import cited
from course_lib.generation.prompts import (
    HOUSE_STYLE,
    HOUSE_STYLE_TOKENS,
    closed_book,
    few_shot,
    with_passages,
)
from course_lib.generation.rag import Answer, RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.types import Retriever

if TYPE_CHECKING:
    import pandas as pd

CLOSED_BOOK, RAG = "closed-book", "RAG"
TUNED_FORM, HYBRID, TUNED_FACTS = "tuned on form", "RAG + tuned on form", "tuned on facts"
PROMPTED, OLD_INDEX = "RAG + prompting", "RAG, old index"
RETRAINED = "tuned again on 2026"  # which `make results` alone runs
ARMS = (CLOSED_BOOK, TUNED_FORM, RAG, HYBRID, TUNED_FACTS, PROMPTED, OLD_INDEX)  # in a figure's order
STAGES = ("retrieve", "prefill", "decode")


@dataclass(frozen=True)
class Arm:
    """A way to answer: its name, and the call that turns questions into answers, in their order."""

    name: str
    answers: Callable[[Sequence[str]], list[Answer]]


@dataclass(frozen=True)
class Measure:
    """A share read off the table: of the rows where the column `of` is true, those where `column` is."""

    name: str
    column: str
    of: str = "asked"


VALUE = Measure("right value", "correct", "answerable")
TAUGHT = Measure("right value, facts that stayed", "correct", "unchanged")
STYLE = Measure("house style", "compliant")
SOURCE = Measure("names the right document", "source_right", "answerable")
PRECISION = Measure("named documents that are right", "source_right", "cited")
SAYS_SO = Measure("says so when no document does", "abstained", "unanswerable")
SILENT = Measure("silent though a document answers", "abstained", "answerable")
FRESH = Measure("right value, facts that changed", "correct", "changed")
STALE = Measure("last year's value, facts that changed", "stale", "changed")
MEASURES = (VALUE, TAUGHT, STYLE, SOURCE, PRECISION, SAYS_SO, SILENT, FRESH, STALE)


def closed_book_arm(name: str, model: LanguageModel) -> Arm:
    """The model alone, asked without passages."""

    def answers(questions: Sequence[str]) -> list[Answer]:
        replies = model.replies([closed_book(each) for each in questions], max_new_tokens=HOUSE_STYLE_TOKENS)
        return [Answer(r.text, cited(r.text, ()), (), r, {"retrieve": 0.0, **r.seconds}) for r in replies]

    return Arm(name, answers)


def rag_arm(name: str, retriever: Retriever, model: LanguageModel, k: int = 4) -> Arm:
    """The model with the k best passages in its prompt, and no word about the form of the reply."""
    pipeline = RagPipeline(retriever, model, k=k)
    return Arm(name, lambda questions: pipeline.answers(questions, max_new_tokens=HOUSE_STYLE_TOKENS))


def prompted_arm(
    name: str,
    retriever: Retriever,
    model: LanguageModel,
    examples: Sequence[tuple[str, str]],
    k: int = 4,
    style: str = HOUSE_STYLE,
) -> Arm:
    """RAG with the house style described in the prompt and shown in worked examples (user text, reply).

    Passages that would not fit beside them are left out, the least similar first.
    """

    def answers(questions: Sequence[str]) -> list[Answer]:
        started = perf_counter()
        found = retriever.search_many(questions, k)
        retrieve = (perf_counter() - started) / max(1, len(questions))
        prompts, kept = [], []
        for question, hits in zip(questions, found, strict=True):
            while True:
                prompt = few_shot(with_passages(question, [h.chunk for h in hits], style), examples)
                if len(hits) == 1 or _fits(model, prompt):
                    break
                hits = hits[:-1]
            prompts.append(prompt)
            kept.append(hits)
        replies = model.replies(prompts, max_new_tokens=HOUSE_STYLE_TOKENS)
        return [
            Answer(r.text, cited(r.text, hits), tuple(hits), r, {"retrieve": retrieve, **r.seconds})
            for r, hits in zip(replies, kept, strict=True)
        ]

    return Arm(name, answers)


def _fits(model: LanguageModel, prompt: list[dict[str, str]]) -> bool:
    context = getattr(model, "context", None)  # a model behind a base URL keeps its own count
    return context is None or len(model.tokens(prompt)) + HOUSE_STYLE_TOKENS <= context


def held_out(n: int | None = 240, seed: int = 0) -> list[Question]:
    """n test questions of the 2026 edition, one in six without an answer; all with n=None.

    No two are on one fact: two wordings of one are no two independent draws, and an interval would come out
    too narrow. The same seed draws the same ones. Raises CourseError for n out of range.
    """
    questions = load_questions("test", "2026")
    if n is None:
        return questions
    random = Random(seed)
    known = _by_fact(q for q in questions if q.value is not None)
    silent = _by_fact(q for q in questions if q.value is None)
    few = min(n // 6, len(silent))
    if not 1 <= n - few <= len(known):
        raise CourseError(
            f"There are no {n} test questions on different facts.", allowed=f"2 to {len(known) + len(silent)}"
        )
    facts = random.sample(known, n - few) + random.sample(silent, few)
    return [random.choice(wordings) for wordings in facts]


def _by_fact(questions: Iterable[Question]) -> list[list[Question]]:
    facts: dict[str, list[Question]] = {}
    for question in questions:
        facts.setdefault(question.fact, []).append(question)
    return list(facts.values())


def values_before(edition: str = "2025") -> dict[str, str]:
    """Fact -> the value that an edition gives it, for the facts that the test asks about."""
    return {q.fact: q.value for q in load_questions("test", edition) if q.value is not None}


def compare(
    arms: Sequence[Arm], questions: Sequence[Question], before: Mapping[str, str] | None = None
) -> "pd.DataFrame":
    """Ask every arm every question: a row for each pair, with the reply, what is true of it, and its cost.

    `before` has the values of the edition before, by fact: it tells which facts changed, and which replies
    are stale. Columns of truth: asked, answerable, unanswerable, changed, unchanged (of the question);
    correct, compliant, abstained, cited, source_right, stale (of the reply). A document counts as the right
    source in either edition (PR-107 for PR-207). Costs: prompt_tokens, completion_tokens, and milliseconds a
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
        rows += [_row(arm.name, q, a, before or {}) for q, a in zip(questions, answers, strict=True)]
    return pd.DataFrame(rows)


def _row(arm: str, question: Question, answer: Answer, before: Mapping[str, str]) -> dict:
    scored = score(answer.text, question, answer.hits)
    old = before.get(question.fact) if question.value is not None else None
    changed = old is not None and old != question.value
    gold = {document_key(each) for each in question.gold}
    named = {document_key(each) for each in answer.citations}
    return {
        "arm": arm,
        "question": question.id,
        "kind": question.kind,
        "phrasing": question.phrasing,
        "origin": question.origin,
        "asked": True,
        "answerable": question.value is not None,
        "unanswerable": question.value is None,
        "changed": changed,
        "unchanged": old is not None and not changed,
        "correct": scored.correct,
        "compliant": scored.compliant,
        "abstained": scored.abstained,
        "cited": scored.cited,
        "source_right": bool(named) and named <= gold,
        "stale": changed and not scored.correct and value_correct(answer.text, old),
        "prompt_tokens": answer.reply.prompt_tokens,
        "completion_tokens": answer.reply.completion_tokens,
        **{stage: 1000 * answer.seconds.get(stage, 0.0) for stage in STAGES},
        "reply": answer.text,
    }


def scores(table: "pd.DataFrame", arm: str, measure: Measure) -> "pd.Series":
    """What the questions scored, 0 to 1, by question id; where the table has several seeds, their mean."""
    rows = table[(table["arm"] == arm) & table[measure.of]]
    return rows.groupby("question", sort=False)[measure.column].mean()


def interval(table: "pd.DataFrame", arm: str, measure: Measure) -> Interval | None:
    """A measure of one arm with its 95 % interval; None where no row counts.

    Wilson's for a share of questions, the bootstrap where several seeds give a question a mean between 0
    and 1.
    """
    some = scores(table, arm, measure)
    return mean_interval(some.to_numpy(float)) if len(some) else None


def difference(table: "pd.DataFrame", a: str, b: str, measure: Measure) -> Interval:
    """Arm a less arm b on the questions that count for both, paired, with its 95 % bootstrap interval."""
    both = scores(table, a, measure).to_frame("a").join(scores(table, b, measure).rename("b"), how="inner")
    return paired_bootstrap(both["a"].to_numpy(float), both["b"].to_numpy(float))


def summary(table: "pd.DataFrame", measures: Sequence[Measure] = MEASURES) -> "pd.DataFrame":
    """One row an arm and measure: mean, low and high of the 95 % interval, and n questions that count."""
    import pandas as pd

    rows = []
    for arm in table["arm"].unique():
        for measure in measures:
            found = interval(table, arm, measure)
            if found:
                n = len(scores(table, arm, measure))
                rows.append({"arm": arm, "measure": measure.name, **vars(found), "n": n})
    return pd.DataFrame(rows)


def side_by_side(summed: "pd.DataFrame") -> "pd.DataFrame":
    """A summary to read: a row a measure, a column an arm, in each cell `0.83 [0.79, 0.87]`."""
    cells = summed.assign(cell=[str(Interval(r.mean, r.low, r.high)) for r in summed.itertuples()])
    wide = cells.pivot(index="measure", columns="arm", values="cell").fillna("–")
    wide = wide.loc[summed["measure"].unique(), summed["arm"].unique()]
    return wide.rename_axis(index=None, columns=None)


def costs(table: "pd.DataFrame") -> "pd.DataFrame":
    """Means a question, by arm: tokens read and written, milliseconds by stage and in all."""
    by_arm = table.groupby("arm", sort=False)[["prompt_tokens", "completion_tokens", *STAGES]].mean()
    return by_arm.assign(total=by_arm[list(STAGES)].sum(axis=1)).rename_axis(index=None)
