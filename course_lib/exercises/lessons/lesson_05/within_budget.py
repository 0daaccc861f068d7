"""Exercises of lesson 05: a token budget, citations that are checked, context precision, a cache's
threshold.
"""

import re
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


def check_citations(reply: str, documents: Sequence[str]) -> tuple[list[str], list[int]]:
    """The documents that a reply cites, and the passage numbers that it made up, as (cited, invented).

    `documents[0]` is the document id of passage [1]. A citation is numbers in square brackets: [2] or
    [1, 3]. Each document once, in the order of its first citation; so also each invented number, which is one
    that no passage has.
    """
    groups = re.findall(r"\[([\d,\s]+)\]", reply)
    numbers = [int(number) for group in groups for number in re.findall(r"\d+", group)]
    cited = [documents[n - 1] for n in numbers if 1 <= n <= len(documents)]
    invented = [n for n in numbers if not 1 <= n <= len(documents)]
    return list(dict.fromkeys(cited)), list(dict.fromkeys(invented))


def _with_numbers(find, known=lambda n, documents: 1 <= n <= len(documents), first=1, once=dict.fromkeys):
    """The solution with another way to find numbers, to know a passage, to count, or to remove repeats."""

    def cite(reply: str, documents: Sequence[str]) -> tuple[list[str], list[int]]:
        numbers = find(reply)
        cited = [documents[n - first] for n in numbers if known(n, documents)]
        return list(once(cited)), list(once(n for n in numbers if not known(n, documents)))

    return cite


def _numbers(reply: str) -> list[int]:
    groups = re.findall(r"\[([\d,\s]+)\]", reply)
    return [int(number) for group in groups for number in re.findall(r"\d+", group)]


def _pattern(pattern: str):
    return lambda reply: [int(number) for number in re.findall(pattern, reply)]


_DOCUMENTS = ("PR-250", "CU-254", "PR-250", "HB-256")

CITATIONS = exercise(
    "5.2",
    "Parse citations, and catch the invented ones",
    check_citations,
    minutes=15,
    imports="import re\nfrom collections.abc import Sequence",
    cases=(
        ("The kettle holds 1.6 litres [2].", _DOCUMENTS),
        ("It is 2 years [4], or 1 for parts [2] [4].", _DOCUMENTS),
        ("It weighs 1180 g [1, 4].", _DOCUMENTS),
        ("It costs 12 EUR [7], see also [2] and [7].", _DOCUMENTS),
        ("The fee is 4 EUR [0].", _DOCUMENTS),
        ("Ask room 3 [12].", tuple(f"IT-2{n:02}" for n in range(20))),
        ("The documents do not say.", _DOCUMENTS),
    ),
    mistakes=(
        when(lambda run: len(run.returned) != 2, "not-two",
             "Return two lists: the documents cited and the numbers invented."),
        like(_with_numbers(_numbers, lambda n, d: 0 <= n < len(d), first=0), "from-zero",
             "Passages are numbered from 1 and `documents` from 0: [1] is `documents[0]`. You cite the "
             "neighbour."),
        like(_with_numbers(_pattern(r"\d+")), "any-number",
             "You read every number in the reply, the values too. Only those in square brackets are "
             "citations."),
        like(_with_numbers(_pattern(r"\[(\d+)\]")), "one-a-bracket",
             "Several numbers may share a bracket: [1, 3] cites two passages."),
        like(_with_numbers(_pattern(r"\[(\d+)")), "one-a-bracket",
             "Several numbers may share a bracket: [1, 3] cites two passages, and you read the first."),
        like(_with_numbers(lambda r: [int(n) for g in re.findall(r"\[([\d,\s]+)\]", r)
                                      for n in re.findall(r"\d", g)]), "one-digit",
             "A number may have two digits: [12] is twelve, not one and two. `\\d+`."),
        like(_with_numbers(_numbers, lambda n, d: n <= len(d)), "zero-is-known",
             "No passage has the number 0. In Python `documents[-1]` is the last document, so [0] would cite "
             "it: check both ends."),
        like(_with_numbers(_numbers, lambda n, d: True), "trusts-the-model",
             "You trust every number. A model may cite a passage that is not there: compare with "
             "`len(documents)`."),
        like(lambda r, d: (check_citations(r, d)[0], []), "invented-lost",
             "The invented numbers are dropped without a word. They are the second list."),
        like(_with_numbers(_numbers, once=list), "twice", "Each document and each number once."),
        like(_with_numbers(_numbers, once=sorted), "twice-and-sorted",
             "Each once, in the order in which the reply cites them: `dict.fromkeys` keeps it."),
        like(_with_numbers(_numbers, once=lambda x: sorted(set(x))), "sorted",
             "Keep the order in which the reply cites them: `dict.fromkeys` removes repeats and keeps it."),
        like(lambda r, d: (list(dict.fromkeys(n for n in _numbers(r) if 1 <= n <= len(d))),
                           check_citations(r, d)[1]), "numbers-not-documents",
             "These are passage numbers. A reader needs the documents: `documents[n - 1]`."),
        like(lambda r, d: (check_citations(r, d)[0], [str(n) for n in check_citations(r, d)[1]]), "texts",
             "The invented numbers are texts. Turn them into numbers with `int`."),
    ),
    hints=(
        ("I find the values, too",
         r'First the brackets, then the numbers inside: `re.findall(r"\[([\d,\s]+)\]", reply)`.'),
        ("My documents are shifted by one", "Passage [1] is `documents[0]`."),
        ("I get an IndexError", "Use a number only if `1 <= n <= len(documents)`; the others are invented."),
        ("A document comes twice", "`list(dict.fromkeys(names))` removes repeats and keeps the order."),
    ),
    why="A number in a bracket is text that the model wrote, no proof. Parsed and checked, it becomes an "
        "address that a reader can follow. The check is cheap and needs no judge: it says whether the source "
        "exists, not yet whether it says what the reply says.",
)


def context_precision(useful: Sequence[bool]) -> float:
    """Context precision of K retrieved passages, best first; `useful[0]` says whether the first is useful.

    The mean of precision@k over the ranks k that hold a useful passage. Precision@k is the share of useful
    ones among the first k. 0.0 if none is useful.
    """
    found, total = 0, 0.0
    for rank, is_useful in enumerate(useful, start=1):
        if is_useful:
            found += 1
            total += found / rank
    return total / found if found else 0.0


def _precisions(useful: Sequence[bool], first: int = 1) -> list[float]:
    return [sum(useful[:k]) / (k - 1 + first) for k in range(1, len(useful) + 1)]


PRECISION = exercise(
    "5.3",
    "Context precision by its formula",
    context_precision,
    imports="from collections.abc import Sequence",
    cases=(
        ((True, False, True, False),), ((False, True, True, False, True),), ((False, False, False, True),),
        ((True, True, False),), ((False, False),), ((True,),),
    ),
    mistakes=(
        like(lambda u: sum(u) / len(u), "plain-precision",
             "This is the share of useful passages, whatever their rank. Context precision rewards those "
             "that come first: take precision@k at every useful rank."),
        like(lambda u: sum(_precisions(u)) / len(u), "every-rank",
             "You average over all ranks. Only the ranks that hold a useful passage count."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v) / len(u), "divided-by-k",
             "The sum is right. Divide it by the number of useful passages, not by K."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v), "not-divided",
             "Divide the sum by the number of useful passages: it is a mean."),
        like(lambda u: next((1 / k for k, v in enumerate(u, start=1) if v), 0.0), "reciprocal-rank",
             "This is the reciprocal rank: it sees the first useful passage only."),
        like(lambda u: sum(1 / k for k, v in enumerate(u, start=1) if v) / sum(u) if any(u) else 0.0,
             "rank-alone",
             "You average 1/rank. Precision@k has the number of useful ones among the first k on top, not "
             "1."),
        like(lambda u: context_precision(u[::-1]), "reversed",
             "You count from the end. The best comes first."),
        like(lambda u: sum(p for p, v in zip(_precisions(u), u, strict=True) if v) / sum(u),
             "nothing-useful", "With no useful passage you divide by 0. It is 0.0 then."),
        like(lambda u: float(any(u)), "any-useful",
             "You ask whether anything is useful. The ranks count: useful passages belong first."),
        like(lambda u: sum(_precisions(u, 2)[k] for k, v in enumerate(u) if v) / sum(u) if any(u) else 0.0,
             "rank-from-two", "Precision@k divides by k: the first rank is 1."),
    ),
    hints=(
        ("I do not know where to begin",
         "Go through the ranks and count the useful ones so far. At each useful rank note count / rank."),
        ("My number does not change when I shuffle",
         "Then you count the useful ones only. Precision@k looks at the first k alone."),
        ("I divide by zero", "If nothing is useful, return 0.0 before you divide."),
    ),
    why="A model reads the first passages best, and a long prompt costs time. The formula is the average "
        "precision of information retrieval under another name: it falls when useful passages slip behind "
        "useless ones, even though the same passages are there.",
)
