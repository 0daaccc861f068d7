"""The report of a comparison on one page: what was compared, the figures, what follows, and every answer.

It is the results explorer with sections above it. What this module does not do: reckon anything anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation.statistics import Interval
from course_lib.experiments.arms import RAG
from course_lib.experiments.explorer import Picture, Section, page
from course_lib.experiments.failures import failure_table
from course_lib.experiments.measures import VALUE, counted, difference
from course_lib.experiments.summary import costs, side_by_side
from course_lib.plots.failures import failures as failure_figure
from course_lib.plots.failures import told as failures_told
from course_lib.plots.shares import shares
from course_lib.plots.style import png

if TYPE_CHECKING:
    import pandas as pd

SOURCES = (
    "S1, P4 and the like are sources, C03 and the like the claims that they make; `python -m course_lib "
    "claims` says what each claims, and what was measured of it."
)
FEW = 50  # questions, below which an interval is wide


def report_page(
    table: "pd.DataFrame", summed: "pd.DataFrame", told: Mapping[str, Any], chunks: Sequence[Chunk]
) -> str:
    """The page as one HTML text; `told` is what results.json holds."""
    read = {id for ids in table["passages"] for id in ids}
    passages = {chunk.id: chunk.passage for chunk in chunks if chunk.id in read}
    title = f"RAG or fine-tuning, on {told['documents']} documents of your own"
    return page(table, passages, title, tuple(_sections(table, summed, told)))


def _sections(
    table: "pd.DataFrame", summed: "pd.DataFrame", told: Mapping[str, Any]
) -> Iterator[Section]:
    yield Section("What follows", (*told["advice"], SOURCES))
    yield Section("What was compared", tuple(_compared(table, told)))
    yield Section("What each way gets right", tuple(_against_rag(table)), _shown(summed), _right(summed))
    if len(failed := failure_table(table)):
        words = failures_told(failed)
        picture = Picture(png(failure_figure(failed, "Where 100 questions end up")), words)
        yield Section("Where answers are lost", tuple(_lost(failed)), _wide(failed), picture)
    spent = costs(table[table["error"].eq("")]).round(1)
    yield Section(
        "What an answer costs",
        ("Tokens read and written, and milliseconds by stage: means a question, asked in batches. A model "
         "behind a base URL does both stages out of sight: its whole request is told as decode.",),
        spent.rename_axis("arm").reset_index(),
    )  # fmt: skip
    if told["notes"]:
        yield Section("Read this before you trust it", tuple(told["notes"]))


def _compared(table: "pd.DataFrame", told: Mapping[str, Any]) -> Iterator[str]:
    weights = f"in {told['quantize'].upper()}" if told["quantize"] else "in full precision"
    drafts = f", {told['drafts']} of them drafts that nobody has corrected" if told["drafts"] else ""
    yield (
        f"{told['documents']} documents in {told['passages']} passages; {told['questions']} questions asked"
        f"{drafts}; model {told['model']}, its weights {weights}; search: {told['search']}, "
        f"{told['passages_a_prompt']} passages a prompt."
    )
    if told["questions"] < FEW:
        yield (
            f"{told['questions']} questions are few: an interval is as wide as it is because of that, and a "
            "difference that is not shown here may be there all the same."
        )
    if told["missing"]:
        first = table[table["error"].ne("")]["error"].iloc[0]
        yield (
            f"{told['missing']} answers did not come, and are in no share. The first: {first} The same "
            "command asks for these alone."
        )
    yield (
        f"Made by {told['command']} (names without their folders), {told['seconds']} seconds in its last "
        f"run; {told['machine']}."
    )


def _against_rag(table: "pd.DataFrame") -> Iterator[str]:
    """A sentence an arm: the paired difference to RAG in right values, and what it shows."""
    if not len(counted(table, RAG, VALUE)):
        return
    for arm in table["arm"].unique():
        both = set(counted(table, arm, VALUE)["question"]) & set(counted(table, RAG, VALUE)["question"])
        if arm == RAG or not both:
            continue
        found = difference(table, arm, RAG, VALUE)
        better = f"{arm} is better" if found.low > 0 else "RAG is better" if found.high < 0 else None
        yield f"Right values, {arm} − RAG: {found}; {better or 'no difference is shown'}."


def _lost(failed: "pd.DataFrame") -> Iterator[str]:
    """What to mend first, arm by arm that searches: the search, or the reading."""
    share = failed.set_index(["arm", "found", "outcome"])["share"]
    for arm in failed["arm"].unique():
        missed = share[arm, "missed", "wrong"] + share[arm, "missed", "silent"]
        unread = share[arm, "retrieved", "wrong"] + share[arm, "retrieved", "silent"]
        if missed + unread == 0:
            yield f"{arm}: nothing was lost."
            continue
        first = "the search first" if missed > unread else "the reading first: the model, or its prompt"
        yield f"{arm}: {missed:.0%} lost in the search, {unread:.0%} in reading. Mend {first}."


def _wide(failed: "pd.DataFrame") -> "pd.DataFrame":
    """The failure table to read: a row an arm, a column a cell, in each `6 (38%)`."""
    pairs = zip(failed["count"], failed["share"], strict=True)
    cells = failed.assign(
        cell=[f"{count} ({share:.0%})" for count, share in pairs],
        name=failed["found"] + ", " + failed["outcome"],
    )
    wide = cells.pivot(index="arm", columns="name", values="cell")
    return wide.loc[failed["arm"].unique(), cells["name"].unique()].reset_index()


def _shown(summed: "pd.DataFrame") -> "pd.DataFrame":
    return side_by_side(summed).rename_axis("measure").reset_index()


def _right(summed: "pd.DataFrame") -> Picture:
    """Right values arm by arm, as a figure and in words."""
    rows = summed[summed["measure"] == VALUE.name]
    found = {row.arm: Interval(row.mean, row.low, row.high) for row in rows.itertuples()}
    if not found:  # nothing but unanswerable questions was asked
        rows = summed[summed["measure"] == summed["measure"].iloc[0]]
        found = {row.arm: Interval(row.mean, row.low, row.high) for row in rows.itertuples()}
    words = " ".join(f"{arm}: {share.mean:.0%} right." for arm, share in found.items())
    return Picture(png(shares({rows["measure"].iloc[0]: found}, "What each way gets right")), words)
