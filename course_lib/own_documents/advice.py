"""From a comparison to lesson 11's advice: what was measured answers two of its questions, and the learner
the others.

A question that nobody answered gets the answer that speaks for no way, and the report says so.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from course_lib import claims, decision
from course_lib.arguments import one_of
from course_lib.errors import CourseError
from course_lib.experiments.arms import CLOSED_BOOK, RAG
from course_lib.experiments.measures import VALUE, counted, difference, interval
from course_lib.own_documents.question_sheet import OWN
from course_lib.own_documents.ways import EXAMPLES

if TYPE_CHECKING:
    import pandas as pd

SILENT = {  # what speaks for no way
    "prompts": "untried",
    "failure": "unknown",
    "change": "seldom",
    "citations": "not needed",
    "latency": "relaxed",
    "volume": "near",
    "examples": "some",
    "language": "ordinary",
    "privacy": "open",
    "upkeep": "team",
}
KNOWS = 0.8  # right values without any document: then it is not facts that are missing; with worked
# examples, then prompts are enough for them
OF_FORM = ("form", "both")  # answers to `failure` that nothing here can bear out
UNMEASURED = "Form (layout, tone, length) was not measured, only values, sources and silence."


def checked_answers(given: Mapping[str, str]) -> dict[str, str]:
    """A learner's answers; raises CourseError for a question and for an answer that there is not."""
    for name, answer in given.items():
        if name not in decision.CRITERIA:
            raise CourseError(f"There is no question {name!r}.", allowed=", ".join(decision.CRITERIA))
        one_of(answer, f"answer to {name!r}:", list(decision.CRITERIA[name].readings))
    return dict(given)


def measured(table: "pd.DataFrame", taught: int = 0) -> dict[str, str]:
    """What the comparison itself says of the questions: what fails, the prompts, and how many examples.

    Facts fail where the model alone does not know them. No form is scored, so *form* and *both* are never
    said here, whatever a way adds in right values. Prompts were tried where worked examples were: enough
    where those reach KNOWS, not enough where they stay below it, or add nothing that shows. Examples are the
    learner's own questions that were asked, and those that were `taught`.
    """
    found: dict[str, str] = {}
    alone = interval(table, CLOSED_BOOK, VALUE)
    if alone is not None and alone.high < KNOWS:
        found["failure"] = "facts"
    prompted = interval(table, EXAMPLES, VALUE)
    if prompted is not None and prompted.mean >= KNOWS:
        found["prompts"] = "enough"
    elif prompted is not None and (prompted.high < KNOWS or not _adds_values(table, EXAMPLES)):
        found["prompts"] = "tried"
    own = taught + table[table["answerable"] & (table["origin"] == OWN)]["question"].nunique()
    found["examples"] = "many" if own >= 500 else "some" if own >= 50 else "none"
    return found


def _adds_values(table: "pd.DataFrame", arm: str) -> bool:
    """Whether an arm is right more often than RAG, beyond chance."""
    both = set.intersection(*(set(counted(table, each, VALUE)["question"]) for each in (RAG, arm)))
    return bool(both) and difference(table, arm, RAG, VALUE).low > 0


def _of_examples(table: "pd.DataFrame") -> Iterator[str]:
    """What came of the worked examples, and why the advice says of prompts what it says."""
    prompted = interval(table, EXAMPLES, VALUE)
    if prompted is None:
        yield "No worked examples were tried here, so of prompts nothing was measured."
        return
    plain = interval(table, RAG, VALUE)
    without = f", without them {plain}" if plain else ""
    tried = f"Worked examples were tried ({EXAMPLES}): right values {prompted}{without}; the bar is {KNOWS}."
    if prompted.mean >= KNOWS:
        few = "" if prompted.low >= KNOWS else " The interval reaches below the bar: ask more questions."
        yield f"{tried} Keep the worked examples: tried, and enough for values.{few}"
    elif prompted.high >= KNOWS and _adds_values(table, EXAMPLES):
        yield f"{tried} They add right values and are not there yet, so go on with the prompts."
    else:
        yield f"{tried} They were not enough."


def advise(
    table: "pd.DataFrame", given: Mapping[str, str], model: str, taught: int = 0
) -> tuple[str, ...]:
    """The advice in sentences: what to do, why and on whose word, the first steps, and what was not said."""
    given, found = checked_answers(given), measured(table, taught)
    if given.get("failure") in OF_FORM and found.get("prompts") == "enough":
        del found["prompts"]  # enough for values; whether for the form, nobody has measured
    known = found | given
    evidence = claims.evidence(model)
    advice = decision.recommend(decision.Answers(**SILENT | known), evidence=evidence)
    unsaid = [name for name in decision.CRITERIA if name not in known]
    lines = [*decision.told(advice).splitlines(), "First: " + " ".join(decision.monday(advice))]
    whose = (
        "That it fails is your word."
        if given.get("failure") in OF_FORM
        else "If form goes wrong too, say --answer failure=both; if it is form alone, failure=form."
    )
    lines += [*_of_examples(table), f"{UNMEASURED} {whose}"]
    if not evidence:
        lines.append(
            f"No claim of the course's ledger was measured with {model}, so reasons that rest on claims "
            "weigh half. What the course's own models did is in `python -m course_lib claims`."
        )
    if unsaid:
        lines.append(
            f"Nothing was said of {', '.join(unsaid)}, so these weigh nothing here. Say it with "
            f"--answer {unsaid[0]}={next(iter(decision.CRITERIA[unsaid[0]].readings))} and the like."
        )
    return tuple(lines)
