"""How the learning rate goes where the course trains for hours: in wren's education and the reader's."""


def share_of_peak(step: int, done: float, warmup: int, decay: float) -> float:
    """The rate's share of its peak at a step, counted from 0, when the share `done` of all tokens is behind.

    A warm-up of so many steps, a plateau, and straight down to nothing over the last `decay` of the tokens.
    """
    return max(0.0, min(1.0, (step + 1) / warmup, (1 - done) / decay))
