"""Exercise 10.2: Cohen's kappa, agreement beyond chance."""

from collections import Counter
from collections.abc import Hashable, Sequence

from course_lib.exercises.judging import exercise, like, when


def cohens_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Cohen's kappa of two raters who labelled the same n items, in the same order.

    Observed agreement p_o is the share of items on which they give the same label. Chance agreement p_e is
    what they would reach if each gave its labels as often as it does, but to items at random: the sum over
    labels of (a's share of it) × (b's share of it). Kappa is (p_o − p_e) / (1 − p_e). Labels may be anything;
    at least one of the two uses more than one.
    """
    n = len(a)
    observed = sum(one == other for one, other in zip(a, b, strict=True)) / n
    by_a, by_b = Counter(a), Counter(b)
    chance = sum(by_a[label] * by_b[label] for label in by_a) / n**2
    return (observed - chance) / (1 - chance)


def _observed(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    return sum(one == other for one, other in zip(a, b, strict=True)) / len(a)


def _with(chance, join=lambda observed, chance: (observed - chance) / (1 - chance)):
    return lambda a, b: join(_observed(a, b), chance(a, b))


def _cohen(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    return sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2


def _pooled(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    both = [*a, *b]
    return sum((both.count(label) / len(both)) ** 2 for label in set(both))


_JUDGE = [True, True, True, False, True, True, False, True, True, True]
_PEOPLE = [True, False, True, False, True, False, False, True, True, False]

KAPPA = exercise(
    "10.2",
    "Cohen's kappa by hand",
    cohens_kappa,
    minutes=10,
    imports="from collections import Counter\nfrom collections.abc import Hashable, Sequence",
    cases=(
        (_JUDGE, _PEOPLE), ([True] * 9 + [False], [True] * 8 + [False, True]),
        (["yes", "no", "cannot say", "yes", "no", "no"], ["yes", "no", "no", "cannot say", "no", "yes"]),
        ([1, 2, 3, 3], [1, 2, 3, 3]), ([True] * 6, [True, False, True, True, False, True]),
    ),
    mistakes=(
        like(_observed, "raw-agreement",
             "This is the share on which they agree. Two raters who both say *yes* nine times in ten agree "
             "often by chance alone; kappa takes that off."),
        like(_with(lambda a, b: 1 / len({*a, *b})), "even-chance",
             "You let chance use all labels equally often. Here each rater uses them as often as it does: "
             "multiply the two shares of a label, and add over labels."),
        like(_with(_pooled), "pooled-shares",
             "You pool the labels of both raters before you square (that is Scott's pi). Cohen multiplies "
             "a's own share of a label by b's own."),
        like(_with(lambda a, b: a.count(a[0]) * b.count(a[0]) / len(a) ** 2), "one-label",
             "You take the chance of one label alone. Both may also agree on the others: add the product of "
             "the two shares over all labels."),
        like(_with(_cohen, lambda observed, chance: observed - chance), "not-divided",
             "Divide by 1 − p_e, the most that could be reached beyond chance. Full agreement must give 1."),
        like(_with(_cohen, lambda observed, chance: (observed - chance) / chance), "divided-by-chance",
             "You divide by p_e. Divide by 1 − p_e: full agreement must give 1."),
        like(lambda a, b: _with(_cohen)(a, list(a)), "one-rater",
             "You compare a with itself. The second rater is b."),
        like(_with(lambda a, b: sum((a.count(label) / len(a)) ** 2 for label in set(a))), "one-raters-shares",
             "You square a's shares. Chance takes one share from each rater: a's times b's."),
        like(_with(_cohen, lambda observed, chance: max(0.0, (observed - chance) / (1 - chance))), "no-below",
             "Kappa may be negative: two raters can agree less than chance would. Do not cut it off at 0."),
        when(lambda run: isinstance(run.call.error, TypeError) and "unsupported" in str(run.call.error),
             "arithmetic-on-labels",
             "Labels may be texts. Count them (`Counter`) instead of adding them up."),
    ),
    hints=(
        ("I do not know what chance agreement is",
         "If a says *yes* to 80 % and b to 60 %, both say it by chance on .8 × .6 of the items. Add up all "
         "labels."),
        ("I do not know how to count labels", "`Counter(a)[label] / len(a)` is a's share of a label."),
        ("My kappa is too high", "Agreement by chance gives 0. Did you take p_e off?"),
    ),
    why="On nine right answers in ten, a judge that says *right* to everything agrees with people on 90 % of "
        "them and knows nothing: its kappa is 0. That is why a bar for a judge is a bar for kappa.",
)
