"""Exercise 8.2: which of many runs are worth a look."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def frontier(learned: Sequence[float], kept: Sequence[float]) -> list[bool]:
    """Which of n runs are on the frontier: those that no other run dominates, as n truth values.

    Higher is better on both scores. One run dominates another if it is at least as good on both and better
    on one of them; so two runs with the same scores do not dominate each other.
    """
    runs = list(zip(learned, kept, strict=True))
    return [
        not any(a >= one and b >= other and (a, b) != (one, other) for a, b in runs) for one, other in runs
    ]


def _by(dominates):
    def answer(learned, kept):
        runs = list(zip(learned, kept, strict=True))
        return [
            not any(dominates(a, run) for j, a in enumerate(runs) if j != i) for i, run in enumerate(runs)
        ]

    return answer


def _best_of_each(learned, kept):
    return [one == max(learned) or other == max(kept) for one, other in zip(learned, kept, strict=True)]


def _best_sum(learned, kept):
    sums = [one + other for one, other in zip(learned, kept, strict=True)]
    return [each == max(sums) for each in sums]


FRONTIER = exercise(
    "8.2",
    "The learning–forgetting frontier",
    frontier,
    minutes=12,
    imports="from collections.abc import Sequence",
    cases=(
        ([0.1, 0.5, 0.7, 0.9, 0.6], [0.99, 0.9, 0.7, 0.3, 0.65]),
        ([0.4, 0.4, 0.8], [0.9, 0.7, 0.7]),
        ([0.5, 0.5, 0.2], [0.8, 0.8, 0.8]),
        ([0.9, 0.8, 0.7], [0.9, 0.8, 0.7]),
        ([0.3], [0.4]),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != len(run.args[0]), "not-a-mask",
             "Return one truth value for each run, in their order: not the numbers of the runs, and not the "
             "runs."),
        like(_by(lambda a, b: a[0] > b[0] and a[1] > b[1]), "better-on-both",
             "A run need not be better on both to dominate: better on one and equal on the other is enough."),
        like(_by(lambda a, b: a[0] >= b[0] and a[1] >= b[1]), "equals-dominate",
             "Two runs with the same scores throw each other out. Ask for one score that is really better."),
        like(_by(lambda a, b: a[0] >= b[0] or a[1] >= b[1]), "or-not-and",
             "A run that is better on one score and worse on the other dominates nobody: `and`, not `or`."),
        like(_by(lambda a, b: a[0] <= b[0] and a[1] <= b[1] and a != b), "lower-is-better",
             "The signs are turned: higher is better on both."),
        like(lambda learned, kept: [not each for each in frontier(learned, kept)], "dominated",
             "You mark the runs that *are* dominated. Mark the others."),
        like(_best_of_each, "best-of-each",
             "The winners of each score are on the frontier, and so are the compromises between them."),
        like(_best_sum, "best-sum",
             "A sum needs a price of one score in the other, which nobody has named. The frontier does "
             "without one."),
    ),
    hints=(
        ("Nothing is on my frontier", "Does a run dominate itself? It is equal on both, and better on none."),
        ("I do not know how to compare all pairs", "`any(… for a, b in zip(learned, kept))` for each run."),
        ("Two equal runs throw each other out", "Both stay: neither is better on any score."),
    ),
    why="Whoever compares two methods at one rate each compares two points, and either method wins "
        "somewhere. A method is better only where its frontier lies further out, so each needs a sweep of "
        "its own.",
)
