"""The exams of data/exams: what a model can do that a tuning should leave alone. Lesson 08 asks them."""

from dataclasses import asdict

from course_lib.world.reading.conversation import FORMATS
from course_lib.world.reading.format_exam import NEVER_SEEN, format_tasks
from course_lib.world.reading.general_knowledge import general_facts
from course_lib.world.unknown_facts import unknown_facts

ROUNDS = 2  # tasks a form


def build_general() -> list[dict]:
    """General knowledge, then facts of the same kinds that no model can know."""
    return [asdict(fact) for fact in (*general_facts(), *unknown_facts())]


def build_formats() -> list[dict]:
    """A task for each form of the education and each that it never asked for, then another for each."""
    taught = format_tasks(ROUNDS * len(FORMATS), seen=True, seed=8)
    never = format_tasks(ROUNDS * len(NEVER_SEEN), seen=False, seed=8)
    rounds = []
    for number in range(ROUNDS):
        rounds += taught[number * len(FORMATS) :][: len(FORMATS)]
        rounds += never[number * len(NEVER_SEEN) :][: len(NEVER_SEEN)]
    return [asdict(task) for task in rounds]
