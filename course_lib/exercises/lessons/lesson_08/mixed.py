"""Exercise 8.3: rehearsal mixed into what is learned."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def mixed(examples: Sequence[str], rehearsed: Sequence[str], share: float) -> list[str]:
    """All the examples, then so many rehearsed ones that these are `share` of the whole list (0 to below 1).

    That number is rounded to the nearest whole one. Where there are fewer rehearsed examples than that, they
    come again from the first one on.
    """
    many = round(len(examples) * share / (1 - share))
    return [*examples, *(rehearsed[i % len(rehearsed)] for i in range(many))]


def _with(many):
    def answer(examples, rehearsed, share):
        return [*examples, *(rehearsed[i % len(rehearsed)] for i in range(many(examples, rehearsed, share)))]

    return answer


def _in_place(examples, rehearsed, share):
    many = round(len(examples) * share)
    return [*examples[: len(examples) - many], *(rehearsed[i % len(rehearsed)] for i in range(many))]


def _in_blocks(examples, rehearsed, share):
    many = round(len(examples) * share / (1 - share))
    times = -(-many // len(rehearsed))
    return [*examples, *[each for each in rehearsed for _ in range(times)][:many]]


_TASK = ["task 1", "task 2", "task 3", "task 4", "task 5", "task 6"]
_OWN = ["own 1", "own 2", "own 3", "own 4"]

MIXED = exercise(
    "8.3",
    "Rehearsal in the mixture",
    mixed,
    minutes=10,
    imports="from collections.abc import Sequence",
    cases=((_TASK, _OWN, 0.25), (_TASK, _OWN, 0.5), (_TASK, _OWN, 0.45), (_TASK[:3], _OWN, 0.0)),
    mistakes=(
        like(_with(lambda e, r, s: round(len(e) * s)), "share-of-the-examples",
             "That is `share` of the *examples*. With m rehearsed ones, m / (n + m) must be the share."),
        like(_with(lambda e, r, s: int(len(e) * s / (1 - s))), "cut-not-rounded",
             "The number is cut down, not rounded: `round`, not `int` or `//`."),
        like(_with(lambda e, r, s: len(r)), "all-of-them",
             "All rehearsed examples go in, whatever the share. How many belong there follows from it."),
        like(lambda e, r, s: [*e, *r[: round(len(e) * s / (1 - s))]], "too-few",
             "Where the rehearsed examples run out you stop. Begin with the first again, `rehearsed[i % "
             "len(rehearsed)]`."),
        like(_in_place, "examples-lost",
             "Rehearsed examples take the place of examples of the task. All of the task stays: the list "
             "grows."),
        like(_in_blocks, "repeated-in-blocks",
             "The same rehearsed example comes several times in a row. Go through all of them before the "
             "first comes again."),
        when(lambda run: run.returned[: len(run.args[0])] != list(run.args[0]), "examples-first",
             "The examples come first, in their order: what trains on the list shuffles it anyway."),
    ),
    hints=(
        ("I do not know how many", "m / (n + m) = share. Solve it for m."),
        ("The list of the model's own replies is too short", "`i % len(rehearsed)` begins again."),
    ),
    why="Rehearsal costs steps, so its share is a price. The replies are the model's own, right or wrong: "
        "they ask it to stay as it was, not to become better. `course_lib.tuning.mixed` does this before a "
        "training.",
)
