"""Exercise 9.3: the interaction in a 2×2 table."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like


def interaction(table: Sequence[Sequence[float]]) -> float:
    """The interaction in a 2×2 table of mean scores, table[retrieval][tuned]; index 0 is off, 1 is on.

    It is what tuning adds when retrieval is on, less what tuning adds when retrieval is off: 0 if the two
    simply add up, negative if they get in each other's way or do the same work twice.
    """
    (neither, tuned), (retrieval, both) = table
    return (both - retrieval) - (tuned - neither)


INTERACTION = exercise(
    "9.3",
    "The interaction in a 2×2 table",
    interaction,
    minutes=8,
    imports="from collections.abc import Sequence",
    cases=(([[0.05, 0.31], [0.88, 0.83]],), ([[0.1, 0.3], [0.5, 0.7]],), ([[0.0, 0.2], [0.1, 0.9]],)),
    mistakes=(
        like(lambda t: -interaction(t), "sign", "The sign is turned round: *on* less *off*."),
        like(lambda t: t[1][1] - t[1][0], "simple-effect",
             "This is what tuning adds with retrieval on. Take off what it adds with retrieval off."),
        like(lambda t: t[1][1] - t[0][1], "simple-effect",
             "This is what retrieval adds to the tuned model: half of the story. Take off what it adds to "
             "the other."),
        like(lambda t: (t[1][1] + t[0][1] - t[1][0] - t[0][0]) / 2, "main-effect",
             "This is the average effect of tuning. The interaction asks how much that effect *changes*."),
        like(lambda t: (t[1][1] + t[1][0] - t[0][1] - t[0][0]) / 2, "main-effect",
             "This is the average effect of retrieval. The interaction asks how much an effect *changes*."),
        like(lambda t: t[1][1] - t[0][0], "total-gain", "This is the gain of both together over neither."),
        like(lambda t: t[1][1] - max(t[1][0], t[0][1]), "over-the-better",
             "This is what the hybrid gains over the better single one: a fair question, but another one."),
        like(lambda t: interaction(t) / 2, "halved",
             "Half of it: some books divide the interaction by 2. Here it is a difference of differences, "
             "undivided."),
    ),
    hints=(
        ("I do not know which cell is which", "`table[1][0]` has retrieval on and tuning off."),
        ("I get one effect only", "Compute the effect of tuning twice, once in each row; subtract."),
    ),
    why="If the interaction is 0, two improvements can be chosen one by one. If it is negative, the second "
        "brings less than it does alone, as when both fix the same questions. *The hybrid is best* is "
        "another question: does the second add anything at all? With an interaction below 0 it still may.",
)
