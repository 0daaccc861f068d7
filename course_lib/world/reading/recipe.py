"""All that decides the reader's adapter: `python -m course_lib reader` takes each setting as an option."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """All that decides the adapter."""

    tokens: int = 3_000_000
    start: str = ""  # the folder of an adapter to go on from; without one it starts at nothing
    seed: int = 0
    rank: int = 16
    alpha: float = 32
    learning_rate: float = 1.5e-3
    warmup: int = 20  # steps
    decay: float = 0.5  # share of the tokens over which the rate falls to nothing
    step_tokens: int = 1000  # tokens of a step at least: one row, or several
    longest: int = 1200  # tokens of a row at most
    rehearsal: int = 60  # rows of the model's own replies
    # Share of the questions that no passage answers. One reply says so and a thousand do not, so a model that
    # reads badly says so: with them on one passage too it was silent at half. A model that reads must learn
    # when: with (0, .05, .1) it never said so, and with half of the questions on an invented world it found
    # fewer values and hardly said so more often (the card tells of it).
    unanswered_on_one: float = 0.0
    unanswered_on_two: float = 0.15
    unanswered_on_more: float = 0.25

    @property
    def unanswered(self) -> tuple[float, ...]:
        """That share on one passage, on two, and on more."""
        return (self.unanswered_on_one, self.unanswered_on_two, self.unanswered_on_more)
