"""The course's errors: each says what was wrong, what is allowed, and what to do next."""


class CourseError(Exception):
    """A problem that we can foresee: what was wrong, what is allowed, what to do next, a line each."""

    def __init__(self, problem: str, allowed: str = "", next_step: str = ""):
        super().__init__(problem, allowed, next_step)
        self.problem = problem
        self.allowed = allowed
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [self.problem]
        if self.allowed:
            lines.append(f"Allowed: {self.allowed}")
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)


class DataError(CourseError):
    """A data file is missing, altered, or not in the form that the course reads."""


class ModelError(CourseError):
    """A model folder, its weights or its adapter cannot be used as asked."""


class RetrievalError(CourseError):
    """A search asks for what no index can give: an empty query, a k out of range, another dimension."""


class PromptTooLong(CourseError):
    """A prompt and its reply do not fit into the model's context."""


class TrainingDiverged(CourseError):
    """A training's loss or gradient was no number: its learning rate is too high."""


class ProfileError(CourseError):
    """The machine cannot do what the chosen profile asks of it."""
