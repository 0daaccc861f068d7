"""Which score of a text knows a right answer from a wrong one: other words against another number. Lesson 10.

Each case has a sentence of a document and the same fact in other words, and a number that is not this fact's.
One of the two wordings is the reference. The right reply is the other wording; the wrong one is the reference
with its number swapped. A score that measures meaning ranks the right one first. The other wordings of
generated facts are the answers that lesson 09 trains on; those of written facts were written by hand.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.arguments import one_of
from course_lib.corpus.documents import load_documents
from course_lib.evaluation.answers import value_correct
from course_lib.evaluation.evidence import statements
from course_lib.evaluation.statistics import CLUSTER, Interval, mean_interval
from course_lib.evaluation.text_scores import bertscores, ranked_right, rouge_1, rouge_l
from course_lib.experiments.hits import gain, hits, scores
from course_lib.experiments.setting import Parts, Rule
from course_lib.generation.values import another_value, replace_value, states
from course_lib.manifest import data_file
from course_lib.retrieval.embedding import load_embedder

if TYPE_CHECKING:
    import pandas as pd

NAME = "text_scores"
BERTSCORE, ROUGE_L, ROUGE_1, EXACT = "BERTScore", "ROUGE-L", "ROUGE-1", "exact value"
SCORES = (BERTSCORE, ROUGE_L, ROUGE_1, EXACT)
FROM_PASSAGE, IN_OTHER_WORDS = "from the passage", "in other words"  # how a reference was written
CHANCE = 0.5  # of ranking a pair rightly by a coin
PAIRED = 2  # pairs of each fact, one a reference, which are drawn together
PROSE = re.compile(r"[A-Z]\S* (?:\S+ ){4,}")  # a sentence; not "**Price**: 140 EUR"


@dataclass(frozen=True)
class Case:
    """One fact in two wordings, with its value and a wrong one; `origin` is that of the document."""

    fact: str
    origin: str
    value: str
    wrong: str
    sentence: str
    words: str


def cases(stale: bool = False, seed: int = 0) -> list[Case]:
    """Every fact of 2026 that a sentence states with a number and that has another wording too.

    The wrong value is one of the same kind; with `stale` it is last year's, of the facts that changed. Raises
    DataError for missing or altered data. Lesson 10.
    """
    rows = files.read_jsonl(data_file("questions/knowledge.jsonl"))
    by_hand = {row["fact"]: row["text"] for row in files.read_jsonl(data_file("style/other_words.jsonl"))}
    before = {row["fact"]: row["value"] for row in rows if row["edition"] == "2025"}
    rows = [row for row in rows if row["edition"] == "2026" and re.search(r"\d", row["value"])]
    documents = load_documents("2026")
    origins, said = {document.id: document.origin for document in documents}, statements(documents)
    pool, random, found = [row["value"] for row in rows], Random(f"swap {seed}"), []
    for row in rows:
        fact, value = row["fact"], row["value"]
        wrong = before.get(fact) if stale else another_value(value, pool, random)
        words = by_hand.get(fact, "").replace("{v}", value)
        if not words and origins[row["gold"]] == "generated":
            words = row["answer"]
        sentence = next((s.text for s in said[row["gold"]] if not s.is_row and states(s.text, value)), "")
        differs = wrong not in (None, value) and sentence != words
        if words and PROSE.match(sentence) and differs:
            found.append(Case(fact, origins[row["gold"]], value, wrong, sentence, words))
    return found


def table_of(some: Sequence[Case], score: str) -> "pd.DataFrame":
    """What a score gives the right and the wrong reply of each case, under both references: two rows a case.

    Columns: fact, origin, reference, right, wrong, ranked (1 if right is above wrong). Raises CourseError for
    an unknown score. Lesson 10.
    """
    import pandas as pd

    one_of(score, "score", SCORES)
    rows, pairs = [], []
    for case in some:
        for kind, reference, right in (
            (FROM_PASSAGE, case.sentence, case.words),
            (IN_OTHER_WORDS, case.words, case.sentence),
        ):
            rows.append({CLUSTER: case.fact, "origin": case.origin, "reference": kind})
            swapped = replace_value(reference, case.value, case.wrong)
            pairs += [(right, reference, case.value), (swapped, reference, case.value)]
    given = _given(score, pairs)
    right, wrong = given[::2], given[1::2]
    return pd.DataFrame(rows).assign(right=right, wrong=wrong, ranked=ranked_right(right, wrong))


def _given(score: str, pairs: Sequence[tuple[str, str, str]]) -> list[float]:
    """The score of each (reply, reference, value)."""
    if score == BERTSCORE:
        return bertscores([each[0] for each in pairs], [each[1] for each in pairs], load_embedder())
    if score == EXACT:
        return [float(value_correct(reply, value)) for reply, _, value in pairs]
    rule = rouge_l if score == ROUGE_L else rouge_1
    return [rule(reply, reference) for reply, reference, _ in pairs]


def points(profile: str) -> list[dict[str, Any]]:
    """One point a score; no language model is asked, so the profiles differ in nothing."""
    return [{"score": score, "seed": 0} for score in SCORES]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a score made of every case, as `told` sums it up."""
    return told(table_of(cases(seed=point["seed"]), point["score"]))


def told(table: "pd.DataFrame") -> dict[str, Any]:
    """Which pairs of table_of are ranked rightly, `hits`, the two of a fact side by side; and mean scores."""
    return {
        "questions": int(table[CLUSTER].nunique()),
        "hits": hits(table["ranked"] == 1),
        "right": float(table["right"].mean()),
        "wrong": float(table["wrong"].mean()),
    }


def ranked(table: "pd.DataFrame", score: str) -> Interval:
    """The share of pairs that a score ranks rightly, facts drawn, from the table of a sweep or of the lesson.
    """
    return mean_interval(scores(table, "hits", {"score": score}, PAIRED))


def c27(table: "pd.DataFrame") -> Parts:
    """BERTScore measures meaning better than n-grams: it ranks more pairs rightly than either ROUGE, and more
    than a coin.
    """
    parts: Parts = {
        f"pairs ranked rightly: {BERTSCORE} − {other}": gain(
            table, "hits", {"score": BERTSCORE}, {"score": other}, PAIRED
        )
        for other in (ROUGE_1, ROUGE_L)
    }
    return parts | {f"pairs ranked rightly by {BERTSCORE}": (ranked(table, BERTSCORE), CHANCE)}


RULES: dict[str, Rule] = {"C27": c27}
