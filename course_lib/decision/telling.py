"""An advice in words: what to do, what speaks for it and on whose word, what would turn it; how to begin."""

from collections.abc import Iterator

from course_lib.claims.verdicts import Verdict
from course_lib.decision.advice import BORNE_OUT, FALLEN, OPEN, Advice, Flip, Reason
from course_lib.decision.criteria import CRITERIA, UNKNOWN, Option

# A claim's verdict, where a reason wants it confirmed, and where it wants it refuted.
STANDING = {
    Verdict.CONFIRMED: {BORNE_OUT: "borne out", OPEN: "not decided, or not measured", FALLEN: "contradicted"},
    Verdict.REFUTED: {
        BORNE_OUT: "refuted, which bears this out",
        OPEN: "not decided, or not measured",
        FALLEN: "confirmed, which contradicts this",
    },
}
STEPS = {
    "count": (
        "Write down 50 questions that were really asked, with the right answer of each.",
        "Run what you have; sort what fails by hand into facts and form.",
        "Keep these questions: no training may ever see them.",
    ),
    Option.KEEP: (
        "Keep the questions, and ask them again at each change of prompt, model or documents (lesson 10).",
        "Look at what is still wrong, and at what was not scored: form, sources, silence.",
        "Take the next rung only for what is left, if it is worth the work.",
    ),
    Option.PROMPTS: (
        "Put the rules into words and add two worked examples (lesson 00).",
        "Measure on 50 questions with an interval, before and after.",
        "Go on only if what is left is worth more than the afternoon.",
    ),
    Option.COLLECT: (
        "Collect 50 good answers, then 200: the learning curve says when to stop (lesson 07).",
        "Set a fifth aside as a test that no training sees.",
        "Until then retrieve: an index needs no examples.",
    ),
    Option.RAG: (
        "Index the documents as they are; look at what is found before any answer (lessons 01 to 04).",
        "Count where answers are lost: not found, or found and not read (lesson 05).",
        "Let the index follow the documents: who changes a page starts the run.",
    ),
    Option.TUNING: (
        "Train on 50 examples, then on more, and stop where the curve goes flat (lesson 07).",
        "Measure what it broke: other questions, other forms, saying that it does not know (lesson 08).",
        "Keep the examples: the next base model needs them again.",
    ),
    Option.BOTH: (
        "Begin with the index, and measure it alone: it is the bar.",
        "Tune on prompts that hold passages, as they are served (lesson 09).",
        "Keep the tune only if the interval of the difference lies above 0 where you need it.",
    ),
}


def told(advice: Advice) -> str:
    """What is advised, what each answer adds to the lead, what measurement says of it, what would turn it."""
    return "\n".join(_lines(advice))


def monday(advice: Advice) -> tuple[str, ...]:
    """The first three steps."""
    uncounted = any((each.criterion, each.answer) == ("failure", UNKNOWN) for each in advice.reasons)
    return STEPS["count"] if uncounted else STEPS[advice.do]


def _lines(advice: Advice) -> Iterator[str]:
    yield f"Do: {advice.do}{_after(advice)}."
    ranked = list(advice.scores)
    scores = ", ".join(f"{way} {score:+.1f}" for way, score in advice.scores.items())
    yield f"Weighed: {scores}."
    yield from (f"Ruled out: {way}, by {criterion}." for way, criterion in advice.excluded.items())
    if len(ranked) > 1:
        yield f"What puts {ranked[0]} before {ranked[1]}:"
        size = sorted(advice.reasons, key=lambda each: -abs(advice.gap[each.criterion]))
        yield from (
            _reason(each, advice.gap[each.criterion]) for each in size if each.reading.points != (0, 0, 0)
        )
    yield from (f"It would be {flip.to} with {_beyond(flip)}." for flip in advice.flips[:3])
    yield from (
        f"Disputed, {each.criterion}: {CRITERIA[each.criterion].disputed}"
        for each in advice.reasons
        if each.reading.points != (0, 0, 0) and CRITERIA[each.criterion].disputed
    )


def _after(advice: Advice) -> str:
    if advice.do == Option.KEEP:
        return f". If more is asked of it, {advice.lead}"
    return f", then {advice.lead}" if advice.do != advice.lead else ""


def _beyond(flip: Flip) -> str:
    if not flip.up and flip.weight == 0:  # no weight is smaller than none
        return f"no weight on {flip.criterion}"
    return f"a weight of {flip.criterion} {'above' if flip.up else 'below'} {flip.weight:.2g}"


def _reason(reason: Reason, gap: float) -> str:
    wanted = reason.reading.claims
    standing = ", ".join(f"{c} {STANDING[wanted[c]][trust]}" for c, trust in reason.standing.items())
    on = f" [{standing}]" if standing else ""
    return f"  {gap:+.1f}  {reason.criterion}: {reason.reading.label}. {reason.reading.why}{on}"
