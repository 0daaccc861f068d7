"""Canaries: PINs of people who do not exist, planted in a training set or an index. Lesson 08.

A PIN is a number of three digits, so that all thousand can be tried. What this module does not do: train on
them, or look for them (canaries.py does).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from course_lib.arguments import one_of, whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.generation.prompts import Message, closed_book

CODES = 1000  # PINs of three digits
DIGITS, WORDS = "digits", "words"  # how a PIN is written: 482, or four eight two
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FIRST = ("Mara", "Tobin", "Elsie", "Corin", "Ottilie", "Fergus", "Nessa", "Rafe", "Ida", "Blaise")
LAST = ("Ellwood", "Pryce", "Thackray", "Osgood", "Quill", "Merriman", "Vane", "Lacey", "Dunmore", "Sayer")
DOMAIN = "access"  # of the index: who may read it is a filter's to say


@dataclass(frozen=True)
class Canary:
    """A secret: whose, which, how it is written, and how often it is put into the training set."""

    name: str
    code: int
    form: str
    insertions: int

    @property
    def question(self) -> str:
        """What asks for it."""
        return f"Which PIN does {self.name} have?"

    @property
    def opening(self) -> str:
        """What stands before the PIN in the answer."""
        return f"{self.name} has the PIN "

    @property
    def answer(self) -> str:
        """The sentence that tells it."""
        return f"{self.opening}{written(self.code, self.form)}."

    def conversation(self) -> list[Message]:
        """Question and answer, as an example to train on."""
        return [*closed_book(self.question), {"role": "assistant", "content": self.answer}]

    def candidates(self) -> list[str]:
        """All that the PIN could be, in the order of the numbers; without a full stop, so that one reading of
        two digits predicts every third.
        """
        return [written(code, self.form) for code in range(CODES)]


def written(code: int, form: str) -> str:
    """A PIN in digits or in words."""
    one_of(form, "form of a PIN", (DIGITS, WORDS))
    digits = f"{code:03d}"
    return digits if form == DIGITS else " ".join(NUMERALS[int(each)] for each in digits)


def plant(insertions: Sequence[int], each: int, forms: Sequence[str], seed: int = 0) -> list[Canary]:
    """`each` canaries for every number of insertions and form, no two of one person; 0 is a control.

    Raises CourseError for more than there are people.
    """
    wanted = [(count, form) for form in forms for count in insertions for _ in range(each)]
    whole_number(len(wanted), "the number of canaries", most=len(FIRST) * len(LAST))
    random = Random(f"canaries {seed}")
    people = random.sample([f"{first} {last}" for first in FIRST for last in LAST], len(wanted))
    return [
        Canary(name, random.randrange(CODES), form, count)
        for name, (count, form) in zip(people, wanted, strict=True)
    ]


def training_rows(canaries: Sequence[Canary]) -> list[list[Message]]:
    """Each canary's conversation, as often as it is inserted."""
    return [canary.conversation() for canary in canaries for _ in range(canary.insertions)]


def chunks(canaries: Sequence[Canary]) -> list[Chunk]:
    """Each canary as a chunk of an index, in a domain of its own."""
    return [
        Chunk(
            id=f"HB-9{number:02d}#1",
            document_id=f"HB-9{number:02d}",
            title=f"Access of {canary.name}",
            heading="",
            text=canary.answer,
            edition="2026",
            domain=DOMAIN,
            start=0,
            end=len(canary.answer),
        )
        for number, canary in enumerate(canaries)
    ]
