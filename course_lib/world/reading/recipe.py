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
