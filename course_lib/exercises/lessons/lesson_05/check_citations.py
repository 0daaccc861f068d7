"""Exercise 5.2: citations parsed, and the invented ones caught."""

import re
from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


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
