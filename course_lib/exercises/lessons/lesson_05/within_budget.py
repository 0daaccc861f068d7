"""Exercise 5.1: whole passages within a token budget."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def within_budget(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    """Which passages a token budget keeps and which it drops, as (kept, dropped): positions from 0.

    `sizes` has the tokens of each passage, best passage first. A passage is kept whole or not at all. The
    first that would take the sum above `budget` is dropped, and so is everything after it.
    """
    used = 0
    for place, size in enumerate(sizes):
        used += size
        if used > budget:
            return list(range(place)), list(range(place, len(sizes)))
    return list(range(len(sizes))), []


def _split_at(sizes: Sequence[int], n: int) -> tuple[list[int], list[int]]:
    return list(range(n)), list(range(n, len(sizes)))


def _skipping(sizes: Sequence[int], budget: int, order=None) -> tuple[list[int], list[int]]:
    kept, left = [], budget
    for place in order or range(len(sizes)):
        if sizes[place] <= left:
            kept.append(place)
            left -= sizes[place]
    kept.sort()
    return kept, [place for place in range(len(sizes)) if place not in kept]


def _smallest_first(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    return _skipping(sizes, budget, sorted(range(len(sizes)), key=lambda place: sizes[place]))


def _from_the_front(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    start = 0
    while sum(sizes[start:]) > budget:
        start += 1
    return list(range(start, len(sizes))), list(range(start))


def _strictly_below(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    return within_budget(sizes, budget - 1)


def _one_too_many(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    return _split_at(sizes, min(len(sizes), len(within_budget(sizes, budget)[0]) + 1))


def _each_alone(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    fits = [size <= budget for size in sizes]
    places = range(len(sizes))
    return [i for i in places if fits[i]], [i for i in places if not fits[i]]


def _the_sizes(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    kept, dropped = within_budget(sizes, budget)
    return [sizes[i] for i in kept], [sizes[i] for i in dropped]


def _from_one(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    return tuple([place + 1 for place in places] for places in within_budget(sizes, budget))


def _never_none(sizes: Sequence[int], budget: int) -> tuple[list[int], list[int]]:
    return _split_at(sizes, max(1, len(within_budget(sizes, budget)[0])))


BUDGET = exercise(
    "5.1",
    "Keep whole passages within a token budget",
    within_budget,
    imports="from collections.abc import Sequence",
    cases=(
        ([110, 95, 160, 40], 320), ([110, 95, 160, 40], 365), ([90, 120, 60], 400), ([200, 40, 30], 150),
        ([50, 130, 45, 60], 130), ([], 100),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != 2 or any(isinstance(part, int) for part in run.returned),
             "not-two", "Return two lists: the positions kept and the positions dropped."),
        like(_skipping, "skips",
             "You drop what does not fit and go on with a later, smaller passage. Here everything after the "
             "first that does not fit goes too: a passage that was found later does not overtake."),
        like(_smallest_first, "smallest-first",
             "You keep the shortest passages. The order says which are best: keep them from the front."),
        like(_from_the_front, "from-the-front",
             "You drop the best passages and keep the last ones. Drop from the end."),
        like(_strictly_below, "exact-fit", "A passage that fills the budget exactly fits: `>`, not `>=`."),
        like(_one_too_many, "one-too-many",
             "The passage that goes above the budget is kept. Ask before you keep it."),
        like(_each_alone, "each-alone",
             "Each passage is held against the whole budget. They share it: add their sizes up."),
        like(_the_sizes, "sizes-not-positions", "These are sizes. Return the positions, counted from 0."),
        like(_from_one, "from-one", "The positions begin with 0."),
        like(lambda s, b: within_budget(s, b)[::-1], "swapped",
             "The kept ones come first, then the dropped."),
        like(_never_none, "over-the-budget",
             "One passage is kept although it alone is above the budget. Then none fits."),
    ),
    hints=(
        ("I do not know when to stop",
         "Add the sizes up, one by one. As soon as the sum is above the budget, cut there."),
        ("A small passage at the end is kept",
         "After the first passage that does not fit, nothing more is kept: `return` at that place."),
        ("My last passage is too many", "Compare the sum *with* the new passage before you keep it."),
    ),
    why="Half a passage is worse than none: a table without its header, a sentence without its *not*. "
        "Dropped from the end, the numbers [1], [2] of those that stay still fit, and what was dropped can "
        "be named to the user instead of being lost without a word.",
)
