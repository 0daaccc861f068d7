"""Which questions a comparison asks, and what the edition before would have answered. Lesson 09."""

from collections.abc import Iterable
from random import Random

from course_lib.corpus.documents import Question, load_questions
from course_lib.errors import CourseError

PHRASINGS = ("plain", "casual", "misspelt")


def held_out(n: int | None = 240, seed: int = 0) -> list[Question]:
    """n test questions of the 2026 edition, one in six without an answer; all with n=None.

    No two are on one fact: two wordings of one are no two independent draws, and an interval would come out
    too narrow. So a phrasing is asked about other facts than the next: in_every_phrasing holds them against
    each other. The same seed draws the same ones. Raises CourseError for n out of range.
    """
    questions = load_questions("test", "2026")
    if n is None:
        return questions
    return one_a_fact(questions, n, seed)


def one_a_fact(questions: Iterable[Question], n: int, seed: int = 0) -> list[Question]:
    """n of the questions, no two on one fact, one in six without an answer; raises CourseError for too many.
    """
    questions, random = list(questions), Random(seed)
    known = _by_fact(q for q in questions if q.value is not None)
    silent = _by_fact(q for q in questions if q.value is None)
    few = min(n // 6, len(silent))
    if not 1 <= n - few <= len(known):
        raise CourseError(
            f"There are no {n} such questions on different facts.", allowed=f"2 to {len(known) + len(silent)}"
        )
    facts = random.sample(known, n - few) + random.sample(silent, few)
    return [random.choice(wordings) for wordings in facts]


def in_every_phrasing(n: int, seed: int = 0) -> list[dict[str, Question]]:
    """n facts of the 2026 edition that a document answers, each asked in all of PHRASINGS: phrasing -> test
    question. The same seed draws the same facts. Raises CourseError for n out of range. Lesson 09.
    """
    known = _by_fact(q for q in load_questions("test", "2026") if q.value is not None)
    asked = [{q.phrasing: q for q in reversed(wordings)} for wordings in known]  # of two the first counts
    whole = [each for each in asked if each.keys() >= set(PHRASINGS)]
    if not 1 <= n <= len(whole):
        raise CourseError(f"There are no {n} facts in every phrasing.", allowed=f"1 to {len(whole)}")
    return Random(seed).sample(whole, n)


def _by_fact(questions: Iterable[Question]) -> list[list[Question]]:
    facts: dict[str, list[Question]] = {}
    for question in questions:
        facts.setdefault(question.fact, []).append(question)
    return list(facts.values())


def changed(questions: Iterable[Question], before: dict[str, str]) -> list[Question]:
    """The questions whose answer the edition before gave otherwise, by its values."""
    return [q for q in questions if before.get(q.fact, q.value) != q.value]


def values_before(edition: str = "2025") -> dict[str, str]:
    """Fact -> the value that an edition gives it, for the facts that the test asks about."""
    return {q.fact: q.value for q in load_questions("test", edition) if q.value is not None}
