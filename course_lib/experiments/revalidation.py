"""Is an adapter still as good as its card says? Scored again after its base or its data changed. Lesson 08.

Old and new scores are compared question by question, so that a small drop that is no accident shows. What
this module does not do: say why it dropped.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib import runtime
from course_lib.arguments import one_of, whole_number
from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import score
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap
from course_lib.experiments.arms import Arm, closed_book_arm, rag_arm
from course_lib.experiments.editions import one_a_fact
from course_lib.experiments.sampling import held_out
from course_lib.experiments.setting import passages
from course_lib.generation.adapter import load_adapter, merged
from course_lib.generation.language_model import LocalModel
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import Messages
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.tuning.card import Card, base_of, data_fingerprint, read_card, write_card
from course_lib.tuning.train import fresh_model

QUESTIONS = 60
STYLE, VALUE = "house style", "right value"
Scores = dict[str, dict[str, bool]]


@dataclass(frozen=True)
class Exam:
    """Questions, the way to ask them, and what is scored."""

    questions: Sequence[Question]
    arm: Callable[[LocalModel], Arm]
    measures: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """A fingerprint of what is asked, and of what is right."""
        told = [[q.id, q.text, q.value, q.gold] for q in self.questions]
        return hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()


def exam(name: str, questions: int = QUESTIONS) -> Exam:
    """The exam of that name: "style", with four passages that BM25 finds, or "facts", closed-book on 2025.

    Raises CourseError for another name, and for a number of questions that there are not.
    """
    if one_of(name, "exam", ("style", "facts")) == "style":
        index = Bm25Index(passages("2026"))
        return Exam(held_out(questions), lambda model: rag_arm(name, index, model), (STYLE, VALUE))
    known = one_a_fact([q for q in load_questions("test", "2025") if q.value is not None], 0)
    questions = whole_number(questions, "questions", most=len(known), why="the facts that the test asks")
    return Exam(known[:questions], lambda model: closed_book_arm(name, model), (VALUE,))


@dataclass(frozen=True)
class Revalidation:
    """What changed since the card was written, and measure -> (then, now, now − then)."""

    changed: tuple[str, ...]
    measures: dict[str, tuple[Interval, Interval, Interval]]

    @property
    def dropped(self) -> list[str]:
        """The measures that are worse now, their whole interval below 0."""
        return [name for name, (_, _, difference) in self.measures.items() if difference.high < 0]

    def told(self) -> str:
        """What changed, and then a line a measure."""
        lines = [f"changed since: {', '.join(self.changed) or 'nothing'}"]
        lines += [
            f"{name}: {before} then, {now} now, difference {difference}"
            for name, (before, now, difference) in self.measures.items()
        ]
        return "\n".join(lines)


def certify(
    adapter: str | Path, examples: Iterable[Messages], name: str = "style", questions: int = QUESTIONS
) -> Card:
    """Examine an adapter on its own base, and write its card into its folder.

    Raises ModelError as load_adapter does: beside another base it is not certified. Lesson 08.
    """
    examples, base, chosen = list(examples), base_of(adapter), exam(name, questions)
    scores = examine(served(adapter, _named(base), base["quantize"]), chosen)
    card = Card(base, data_fingerprint(examples), len(examples), name, questions, chosen.sha256, scores)
    write_card(adapter, card, {m: str(_interval(each)) for m, each in scores.items()})
    return card


def revalidate(
    adapter: str | Path, model_name: str | Path | None = None, examples: Iterable[Messages] | None = None
) -> Revalidation:
    """Examine an adapter again, on its base as it is now or on another one, and hold it against its card.

    With `examples` the training data is looked at as well. Questions that are no longer in the exam are left
    out. Raises CourseError without a card, if no question is left, and ModelError where the adapter does not
    fit; `check` raises for a drop. Lesson 08.
    """
    card = read_card(adapter)
    chosen, name = exam(card.exam, card.questions), model_name or _named(card.base)
    changed = [] if examples is None or data_fingerprint(examples) == card.data_sha256 else ["training data"]
    if chosen.sha256 != card.exam_sha256:
        changed.append("exam")
    if any(card.base.get(key) != value for key, value in base_fingerprint(resolve_model(name)).items()):
        changed.append("base")
    scores = examine(served(adapter, name, card.base["quantize"], any_base=True), chosen)
    return Revalidation(tuple(changed), {m: _compared(card.scores[m], scores, m) for m in card.scores})


def check(found: Revalidation) -> None:
    """Raise CourseError if a measure dropped."""
    if found.dropped:
        raise CourseError(
            f"The adapter is worse than its card says: {', '.join(found.dropped)}.",
            allowed="differences whose 95 % interval reaches 0",
            next_step="train it again beside the base and the data as they are now, and write a new card",
        )


def served(adapter: str | Path, name: str, quantize: str | None, any_base: bool = False) -> LocalModel:
    """A base with an adapter merged into the weights as they were quantised in training, of whatever base."""
    base = fresh_model(name, quantize)
    model = base.model.dequantize() if quantize else base.model
    adapted = load_adapter(model.float(), adapter, any_base=any_base)
    return LocalModel(base.name, merged(adapted).eval(), base.tokenizer)


def examine(model: LocalModel, chosen: Exam) -> Scores:
    """Measure -> question's id -> right or not."""
    answers = chosen.arm(model).answers([question.text for question in chosen.questions])
    scored = {q.id: score(a.text, q, a.hits) for q, a in zip(chosen.questions, answers, strict=True)}
    values = {STYLE: lambda each: each.compliant, VALUE: lambda each: each.correct}
    return {m: {id: values[m](each) for id, each in scored.items()} for m in chosen.measures}


def _compared(
    before: Mapping[str, bool], scores: Scores, measure: str
) -> tuple[Interval, Interval, Interval]:
    now = scores.get(measure, {})
    both = [id for id in before if id in now]
    if not both:
        raise CourseError(
            f"No question of the card's exam is asked any more ({measure}).",
            next_step="look at the adapter's replies, and write a new card",
        )
    then, after = ([float(each[id]) for id in both] for each in (before, now))
    return mean_interval(then), mean_interval(after), paired_bootstrap(after, then)


def _interval(scores: Mapping[str, bool]) -> Interval:
    return mean_interval([float(each) for each in scores.values()])


def _named(base: Mapping[str, str]) -> str:
    """The name of a base here: a folder of the course is named from the course's own."""
    here = runtime.ROOT / base["name"]
    return str(here) if here.is_dir() else base["name"]
