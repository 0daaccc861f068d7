"""Exercise 11.2: from how many calls on the other way is the cheaper one."""

import math

from course_lib.exercises.judging import exercise, like, when


def break_even(fixed_a: float, call_a: float, fixed_b: float, call_b: float) -> float:
    """The number of calls from which on way b never costs more than way a; float("inf") if none.

    A way costs its fixed dollars, however many calls there are, and so much for each call. If b costs no
    more from the first call on, and ever after, the number is 0.
    """
    saved, owed = call_a - call_b, fixed_b - fixed_a  # by each call; before the first
    if saved > 0:
        return max(0.0, owed / saved)
    return 0.0 if saved == 0 and owed <= 0 else float("inf")


def _guarded(formula):
    """A wrong formula that is right where no call is saved, so that the cases after it tell it apart."""

    def wrong(fixed_a: float, call_a: float, fixed_b: float, call_b: float) -> float:
        use = formula if call_b < call_a else break_even
        return use(fixed_a, call_a, fixed_b, call_b)

    return wrong


BREAK_EVEN = exercise(
    "11.2",
    "The break-even",
    break_even,
    minutes=12,
    cases=(
        (100, 0.02, 400, 0.01), (4644.5, 0.25, 8385.0, 0.05), (400, 0.02, 100, 0.01), (100, 0.01, 400, 0.02),
        (400, 0.01, 100, 0.02), (400, 0.01, 100, 0.01), (100, 0.01, 400, 0.01), (100, 0.01, 100, 0.01),
    ),
    mistakes=(
        like(_guarded(lambda fa, ca, fb, cb: fb / (ca - cb)), "forgets-a",
             "You let b earn back all of its fixed costs. Who takes b does not pay a's: only the difference "
             "is owed."),
        like(_guarded(lambda fa, ca, fb, cb: (fa - fb) / (ca - cb)), "sign",
             "The sign is turned round: what b costs *more* at the start is owed, and each call saves what a "
             "costs more."),
        like(_guarded(lambda fa, ca, fb, cb: max(0.0, (fb - fa) / cb)), "earns-the-whole-call",
             "You divide by what a call of b costs. What a call saves is the difference to a call of a."),
        like(_guarded(lambda fa, ca, fb, cb: (fb - fa) / (ca - cb)), "below-zero",
             "If b is cheaper from the start as well, the formula gives a number below 0. There are no such "
             "calls: it is 0."),
        when(lambda run: isinstance(run.call.error, ZeroDivisionError), "equal-calls",
             "Calls that cost the same save nothing: there is nothing to divide by. Then it is 0 if b's "
             "fixed costs are no higher, else never."),
        when(lambda run: run.args[1] == run.args[3] and run.expected == 0 and run.returned == math.inf,
             "equal-is-not-never",
             "Calls cost the same here, and b costs no more at the start. It never costs more than a, so the "
             "number is 0."),
        when(lambda run: run.expected == math.inf and run.args[3] > run.args[1]
             and run.args[2] < run.args[0] and run.returned != math.inf, "cheaper-at-first",
             "b is cheaper at first, but each of its calls costs more: a overtakes it. From no number of "
             "calls on does b stay the cheaper one."),
        when(lambda run: run.expected == math.inf and run.returned != math.inf, "never",
             "Here b never earns back what it costs at the start. Return `float(\"inf\")`, not a number that "
             "looks like one."),
    ),
    hints=(
        ("I do not know where to begin",
         "For which n are both totals, `fixed + n * call`, equal?"),
        ("I get a number below 0, or one where never is right",
         "Compare the calls first. If b's are dearer: never. If they are cheaper and the number is below 0: "
         "0."),
        ("I divide by zero",
         "Equal calls save nothing: 0 if b's fixed cost is no higher, else never."),
        ("I do not know what to return for never", "`float(\"inf\")`, infinity."),
    ),
    why="The formula is a division, and the traps are around it. Two ways meet only if the one that costs "
        "more at the start saves with each call. A break-even of 20 million calls a month is an answer too: "
        "for most companies it means never.",
)  # fmt: skip
