"""What a semantic cache saves and what it costs, at every threshold, on a stream of questions.

An answer from the cache is wrong if the question that it was given to asks for another value. Whether the
answer was right in the first place is not counted here: the cache can only spoil it. Lesson 05.
"""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from course_lib.arguments import finite_number, listed, whole_number
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import mean_interval
from course_lib.generation.cache import SemanticCache
from course_lib.retrieval.types import TextEmbedder

if TYPE_CHECKING:
    import pandas as pd

THRESHOLDS = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)


def traffic(questions: Sequence[Question], n: int, seed: int = 0) -> list[Question]:
    """n questions as users might ask: fact number r as often as 1/r (Zipf's law), in any of its wordings.

    Which fact is the most popular is drawn by the seed. How often a cache hits depends on this assumption;
    how often it errs does so less. Lesson 05.
    """
    n = whole_number(n, "n", 0)
    by_fact: dict[str, list[Question]] = {}
    for question in listed(questions, "questions", Question, least=1):
        by_fact.setdefault(question.fact, []).append(question)
    random = Random(f"traffic {seed}")
    facts = random.sample(sorted(by_fact), len(by_fact))
    weights = [1 / rank for rank in range(1, len(facts) + 1)]
    return [random.choice(by_fact[fact]) for fact in random.choices(facts, weights, k=n)]


def replay(
    questions: Sequence[Question], embedder: TextEmbedder, threshold: float, scoped: bool = True
) -> "pd.DataFrame":
    """Send questions through an empty cache, one after another; what it does not answer, it keeps.

    A row a question: question, fact, text, hit, exact (a hit on the same text, which a plain dictionary has
    too), wrong (a hit that hands out another value), similarity (NaN without a hit) and nearest (the text
    that answered). The scope is the question's edition; scoped=False puts all in one. Lesson 05.
    """
    import pandas as pd

    cache: SemanticCache[Question] = SemanticCache(embedder, threshold)
    embedder.embed([question.text for question in questions])  # in one batch, which is faster
    rows = []
    for question in questions:
        scope = question.edition if scoped else ""
        found = cache.get(question.text, scope)
        if found is None:
            cache.put(question.text, question, question.gold, scope)
        rows.append(
            {
                "question": question.id,
                "fact": question.fact,
                "text": question.text,
                "hit": found is not None,
                "exact": found is not None and found.kept.question == question.text,
                "wrong": found is not None and found.kept.answer.value != question.value,
                "similarity": found.similarity if found else float("nan"),
                "nearest": found.kept.question if found else "",
            }
        )
    return pd.DataFrame(rows)


def sweep(
    questions: Sequence[Question], embedder: TextEmbedder, thresholds: Sequence[float] = THRESHOLDS
) -> "pd.DataFrame":
    """The replay at each threshold, a row each: what the cache answers, and how much of that is wrong.

    hit_rate and exact_rate: the shares of all n questions that hit, and that hit their own text; near_rate is
    the difference, what a semantic cache adds to a dictionary. near: how many distinct pairs of an asked text
    and another that answered it there are among those hits, as the repeats of a pair tell nothing new; wrong,
    wrong_rate, low, high: how many of these pairs hand out another value, their share and its 95 % interval
    (all pairs of the fact that is asked about are drawn together). Lesson 05.
    """
    import pandas as pd

    rows = []
    for threshold in thresholds:
        done = replay(questions, embedder, threshold)
        row = {"threshold": threshold, "n": len(done)}
        row |= {"hit_rate": done["hit"].mean(), "exact_rate": done["exact"].mean()}
        row["near_rate"] = row["hit_rate"] - row["exact_rate"]
        near = done[done["hit"] & ~done["exact"]]
        pairs = near.groupby(["fact", "text", "nearest"], as_index=False)["wrong"].any()
        row |= {"near": len(pairs), "wrong": int(pairs["wrong"].sum())}
        if row["near"]:
            found = mean_interval(pairs["wrong"], pairs["fact"])
            row |= {"wrong_rate": found.mean, "low": found.low, "high": found.high}
        rows.append(row)
    return pd.DataFrame(rows)


def choose_threshold(swept: "pd.DataFrame", most_wrong: float = 0.05) -> float:
    """The lowest threshold from which on at most `most_wrong` of the near pairs are wrong: choose on dev.

    Raises CourseError if there is none. Lesson 05.
    """
    most_wrong = finite_number(most_wrong, "most_wrong", least=0, most=1)
    chosen = None
    for row in swept.sort_values("threshold", ascending=False).itertuples():
        if row.near and row.wrong_rate > most_wrong:
            break
        chosen = float(row.threshold)
    if chosen is None:
        raise CourseError(
            f"At no threshold are {most_wrong:.0%} or fewer of the near pairs wrong.",
            next_step="allow more wrong answers, or use no semantic cache",
        )
    return chosen
