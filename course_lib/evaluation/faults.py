"""Known faults put into good cases, so that it can be seen which score moves; and labels for the judge.

A fault is a function of the cases and a seed, and the same seed always makes the same faults. Lesson 05.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.grounding import SCORES, Case, grounding_scores, reference, supports
from course_lib.evaluation.statistics import CLUSTER, bootstrap_interval, intervals
from course_lib.generation.prompts import with_passages
from course_lib.generation.types import LanguageModel
from course_lib.generation.values import another_value, claims_of, replace_value, states
from course_lib.retrieval.types import TextEmbedder

if TYPE_CHECKING:
    import pandas as pd

DISTRACTORS = 4  # passages from elsewhere that `add_distractors` puts between those of a case
NO_MOVE = 0.1  # a score that moves by less than this has not moved


def drop_gold(cases: Sequence[Case], pool: Sequence[Chunk], seed: int) -> list[Case]:
    """Retrieval misses: the passages of the gold documents are gone, and others from the pool are there."""
    random = Random(f"drop {seed}")
    faulty = []
    for case in cases:
        others = _others(case, pool, 1)
        contexts = tuple(
            random.choice(others) if c.document_id in case.question.gold else c for c in case.contexts
        )
        faulty.append(replace(case, contexts=contexts))
    return faulty


def reverse_ranking(cases: Sequence[Case], pool: Sequence[Chunk], seed: int) -> list[Case]:
    """The ranking is wrong: the same passages, shuffled until what states the reference is not first."""
    random = Random(f"rank {seed}")
    faulty = []
    for case in cases:
        parts = reference(case)
        bad = [c for c in case.contexts if not any(supports(c, part) for part in parts)]
        good = [c for c in case.contexts if c not in bad]
        random.shuffle(bad)
        faulty.append(replace(case, contexts=(*bad, *good)))
    return faulty


def swap_value(cases: Sequence[Case], pool: Sequence[Chunk], seed: int) -> list[Case]:
    """The reply states another value of the same kind in the place of each that it claims."""
    random = Random(f"swap {seed}")
    values = [" | ".join(reference(case)) for case in cases]
    faulty = []
    for case in cases:
        reply = case.reply
        for claim in claims_of(case.reply, case.question.text):
            reply = replace_value(reply, claim, another_value(claim, values, random))
        faulty.append(replace(case, reply=reply))
    return faulty


def add_distractors(cases: Sequence[Case], pool: Sequence[Chunk], seed: int) -> list[Case]:
    """Retrieval is noisy: passages of other documents stand at random places between the others."""
    random = Random(f"distract {seed}")
    faulty = []
    for case in cases:
        others = _others(case, pool, DISTRACTORS)
        contexts = list(case.contexts)
        for chunk in random.sample(others, DISTRACTORS):
            contexts.insert(random.randint(0, len(contexts)), chunk)
        faulty.append(replace(case, contexts=tuple(contexts)))
    return faulty


def answer_another(cases: Sequence[Case], pool: Sequence[Chunk], seed: int) -> list[Case]:
    """The reply is a right one, to another question."""
    if len({case.reply for case in cases}) < 2 or len({case.question.fact for case in cases}) < 2:
        raise CourseError(
            "Replies can be exchanged between two cases or more.", "cases of two facts with unequal replies"
        )
    random = Random(f"other {seed}")
    return [
        replace(case, reply=random.choice([c.reply for c in cases if c.question.fact != case.question.fact]))
        for case in cases
    ]


def _others(case: Case, pool: Sequence[Chunk], least: int) -> list[Chunk]:
    """The passages of a pool that a case neither has nor needs; raises CourseError if they are too few."""
    found = [c for c in pool if c.document_id not in case.question.gold and c not in case.contexts]
    if len(found) < least:
        raise CourseError(
            f"The pool has {len(found)} passages that are not those of {case.question.id}.",
            allowed=f"{least} or more, of other documents than its gold ones",
            next_step="take the chunks of the whole edition",
        )
    return found


def answer_again(cases: Sequence[Case], model: LanguageModel) -> list[Case]:
    """The same cases with what the model replies to their contexts as they are now.

    Raises PromptTooLong if they are too many for it. Lesson 05.
    """
    replies = model.replies([with_passages(case.question.text, case.contexts) for case in cases])
    return [replace(case, reply=reply.text) for case, reply in zip(cases, replies, strict=True)]


# The fault, and the score that ought to tell of it.
FAULTS: dict[str, tuple[Callable[[Sequence[Case], Sequence[Chunk], int], list[Case]], str]] = {
    "gold passage dropped": (drop_gold, "context_recall"),
    "ranking reversed": (reverse_ranking, "context_precision"),
    "distractors added": (add_distractors, "context_precision"),
    "value swapped": (swap_value, "faithfulness"),
    "another question answered": (answer_another, "answer_relevancy"),
}


def fault_table(
    cases: Sequence[Case], pool: Sequence[Chunk], embedder: TextEmbedder, seed: int = 0
) -> "pd.DataFrame":
    """How far each score falls under each fault: a row a fault, score and case, with `fall` = before - after.

    `own` marks the score that ought to fall. A case without a faithfulness before or after has no row there.
    A reply stays as it was where only the contexts change; answer_again() gives it anew. Lesson 05.
    """
    import pandas as pd

    before = grounding_scores(cases, embedder)
    tables = []
    for fault, (inject, own) in FAULTS.items():
        after = grounding_scores(inject(cases, pool, seed), embedder)
        for score in SCORES:
            falls = {"question": before["question"], "fall": before[score] - after[score]}
            falls["fact"] = [case.question.fact for case in cases]
            tables.append(pd.DataFrame({"fault": fault, "score": score, "own": score == own, **falls}))
    return pd.concat(tables, ignore_index=True).dropna(subset="fall")


def falls(table: "pd.DataFrame", cluster: str | None = CLUSTER) -> "pd.DataFrame":
    """The mean fall of each score under each fault with its paired 95 % interval, and n facts."""
    return intervals(table, "fall", ["fault", "score", "own"], cluster, bootstrap_interval)


def judge_errors(cases: Sequence[Case], pool: Sequence[Chunk], seed: int = 0) -> "pd.DataFrame":
    """The judge's verdicts against known labels, a row a claim: label, verdict, and how the pair was made.

    Each reference value is held against the passages of its gold documents ("gold": it is there), against
    those that were retrieved from others and as many from the pool (it is not), and a swapped value against
    the gold ones (it is not). A judge by matching errs where gold says it in other words, and where another
    passage states the same value of something else. And of a reply that states the value, one of the claims
    that are drawn ought to hold it ("drawn from the reply"). Lesson 05.
    """
    import pandas as pd

    random = Random(f"judge {seed}")
    values = [" | ".join(reference(case)) for case in cases]
    rows = []
    for case in cases:
        gold = [chunk for chunk in pool if chunk.document_id in case.question.gold]
        others = [chunk for chunk in pool if chunk.document_id not in case.question.gold]
        other = random.sample(others, min(len(case.contexts), len(others)))
        near = [chunk for chunk in case.contexts if chunk.document_id not in case.question.gold]
        asked = {"question": case.question.id, "fact": case.question.fact}
        for part in reference(case):
            swapped = another_value(part, values, random)
            pairs = [("gold", True, part, gold), ("elsewhere", False, part, other)]
            pairs += [("retrieved, not gold", False, part, near), ("swapped", False, swapped, gold)]
            for made, label, claim, contexts in pairs:
                verdict = any(supports(chunk, claim) for chunk in contexts)
                rows.append({**asked, "pair": made, "label": label, "verdict": verdict})
            if states(case.reply, part):
                drawn = any(states(claim, part) for claim in claims_of(case.reply, case.question.text))
                made = "drawn from the reply"
                rows.append({**asked, "pair": made, "label": True, "verdict": drawn})
    return pd.DataFrame(rows)


def confusion(table: "pd.DataFrame", cluster: str | None = CLUSTER) -> "pd.DataFrame":
    """How often the judge is right on each kind of pair, with its 95 % interval and n facts."""
    right = table.assign(right=table["verdict"] == table["label"])
    return intervals(right, "right", ["pair", "label"], cluster)
