"""Which facts are taught, which are asked, and in which wordings that no training uses. Lesson 08.

What this module does not do: teach them (facts_by_tuning.py does).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import load_questions
from course_lib.generation.values import states
from course_lib.tuning.company_facts import Fact, company_facts

PHRASINGS = ("plain", "casual")  # of the test: two held-out wordings a fact
BOTH = len(PHRASINGS)


@dataclass(frozen=True)
class Lesson:
    """What is taught, what of it is asked, and what is asked without having been taught.

    `later` has the same facts as the next edition gives them, `held_out` the wordings that no training uses.
    """

    taught: tuple[Fact, ...]
    asked: tuple[Fact, ...]
    untaught: tuple[Fact, ...]
    later: Mapping[str, Fact]
    held_out: Mapping[str, tuple[str, ...]]

    @property
    def changed(self) -> tuple[Fact, ...]:
        """The asked facts whose value the next edition changes, as that edition has them."""
        return tuple(self.later[f.name] for f in self.asked if self.later[f.name].value != f.value)


@cache
def lesson(subjects: int) -> Lesson:
    """Every fact of so many subjects, but for one fact of each that is asked and not taught.

    Where a model knows several facts of a subject, the subject's name alone does not tell which is meant.
    Subjects with many facts that the test asks, and with facts that change, come first.
    """
    held_out: dict[str, tuple[str, ...]] = {}
    for question in load_questions("test", "2025"):
        if question.kind not in ("unanswerable", "versioned") and question.phrasing in PHRASINGS:
            held_out[question.fact] = (*held_out.get(question.fact, ()), question.text)
    later = {fact.name: fact for fact in company_facts("2026")}
    known = [fact for fact in company_facts("2025") if fact.name in later]
    asked = [fact for fact in known if len(held_out.get(fact.name, ())) == BOTH]
    same = [fact for fact in asked if later[fact.name].value == fact.value]
    worth = Counter(fact.subject for fact in asked)
    untaught = {fact.subject: fact for fact in reversed(same) if worth[fact.subject] > 1}
    worth.update(2 * [fact.subject for fact in asked if fact not in same])
    chosen = sorted(untaught, key=lambda subject: (-worth[subject], subject))[:subjects]
    held = tuple(untaught[subject] for subject in chosen)
    return Lesson(
        taught=tuple(fact for fact in known if fact.subject in chosen and fact not in held),
        asked=tuple(fact for fact in asked if fact.subject in chosen and fact not in held),
        untaught=held,
        later=later,
        held_out=held_out,
    )


def gold_chunk(fact: Fact, chunks: Sequence[Chunk]) -> Chunk:
    """The first chunk of a fact's document that states its value."""
    return next(c for c in chunks if c.document_id == fact.gold and states(c.passage, fact.value))
