"""RAFT held against what it combines: tuning alone, and tuning with retrieval added; claim C17. Lesson 09.

A sweep: one training a point, each served with the gold passage, with four retrieved, and with none. What is
left out of RAFT: Zhang et al. 2024 train on answers that reason step by step and quote the passages (section
3); here a reply is one sentence with its source.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.corpus.documents import Question
from course_lib.evaluation.answers import abstained, score
from course_lib.evaluation.statistics import Interval, paired_bootstrap, together, wilson_interval
from course_lib.experiments import sweep
from course_lib.experiments.arms import GoldPassages
from course_lib.experiments.hits import gain, hits, scores, share
from course_lib.experiments.in_memory import NOTHING, UNTUNED, ready, took
from course_lib.experiments.sampling import held_out
from course_lib.experiments.setting import Parts, Rule, chosen_search, nearest_search, passages
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.retrieval.types import Retriever
from course_lib.tuning.raft import PASSAGES, from_memory_examples, raft_examples
from course_lib.tuning.recipes import learning_rate
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "raft"
MEMORY, RAFT = "tuned from memory", "RAFT"
SERVED = ("gold", "retrieved", "none")
SAYS_SO = "says_so"
QUESTIONS = {"tiny": 120, "laptop": 96, "gpu": 120}
EXAMPLES = {"tiny": 160, "laptop": 160, "gpu": 300}
SHARE = 0.8  # of the examples hold the answer: what Zhang et al. 2024 take (section 4)
SEEDS = {"tiny": 3, "laptop": 1, "gpu": 3}  # a training takes SmolLM2 8 to 14 minutes
SHARES = {"tiny": (0.0, 0.5, SHARE, 1.0), "laptop": (SHARE,), "gpu": (0.0, SHARE, 1.0)}
FEWER = 2  # passages in an example, one of which distracts, beside the usual number
TRAINED = {"rank": 8, "alpha": 16, "epochs": 2, "batch_size": 4}


def points(profile: str) -> list[dict[str, Any]]:
    """The model untuned, tuned from memory, and by RAFT: with each share of examples that hold the answer,
    and with fewer passages that distract.
    """
    size = {"examples": EXAMPLES[profile], "asked": QUESTIONS[profile]}
    ways = [(MEMORY, None, None), *((RAFT, share, PASSAGES) for share in SHARES[profile])]
    trained = [
        {"method": method, "share": share, "passages": passages, **size, "seed": seed}
        for method, share, passages in [*ways, (RAFT, SHARE, FEWER)]
        for seed in range(SEEDS[profile])
    ]
    return [{"method": UNTUNED, "share": None, "passages": None, **size, "seed": 0}, *trained]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train as a point says, and ask with the gold passage, with four retrieved, and with none.

    `gold`, `retrieved` and `none` are a digit a question that has an answer, 1 where the reply states it;
    `says_so` is a digit a question without one, 1 where the reply says so, over four retrieved passages.
    """
    model, told = fresh_model(), NOTHING
    if point["method"] != UNTUNED:
        few = {"n": point["examples"], "seed": point["seed"]}
        if point["method"] == RAFT:
            near = nearest_search()
            examples = raft_examples(
                near.chunks, near, share=point["share"], passages=point["passages"], **few
            )
        else:
            examples = from_memory_examples(**few)
        tuned = tune(model, examples, learning_rate=learning_rate(), seed=point["seed"], **TRAINED)
        model, told = ready(tuned), took(tuned)
    questions = held_out(point["asked"])
    known = [question for question in questions if question.value is not None]
    unknown = [question for question in questions if question.value is None]
    silent = [abstained(text) for text in _replies(model, unknown, chosen_search())]
    gold = GoldPassages(known, passages("2026"))
    ways = {"gold": gold, "retrieved": chosen_search(), "none": None}
    right = {way: _right(model, known, retriever) for way, retriever in ways.items()}
    return {"questions": len(questions)} | right | {SAYS_SO: hits(silent)} | told


def _replies(model: LocalModel, questions: list[Question], retriever: Retriever | None) -> list[str]:
    texts = [question.text for question in questions]
    if retriever is None:
        prompts = [closed_book(text) for text in texts]
    else:
        found = retriever.search_many(texts, PASSAGES)
        prompts = [
            with_passages(text, [h.chunk for h in hits]) for text, hits in zip(texts, found, strict=True)
        ]
    return [reply.text for reply in model.replies(prompts)]


def _right(model: LocalModel, questions: list[Question], retriever: Retriever | None) -> str:
    replies = _replies(model, questions, retriever)
    return hits(score(text, q).correct for text, q in zip(replies, questions, strict=True))


def shown(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Interval]]:
    """Training -> way to serve it -> right values, the mean of its seeds, as plots.shares draws them; a RAFT
    is told by the share of its examples that hold the answer, and by their passages. Lesson 09.
    """
    table = sweep.table(rows)
    return {
        name: {way: share(table, way, where) for way in SERVED} for name, where in _trainings(rows).items()
    }


def silence(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Interval]]:
    """Training -> who says so where no document answers, over four retrieved passages, as plots.shares draws
    it. Lesson 09.

    Older rows keep a share a training: the mean of its seeds then counts as that of one, by Wilson. Without
    such a question a training is left out.
    """
    table, found = sweep.table(rows), {}
    for name, where in _trainings(rows).items():
        some = [row for row in rows if where.items() <= row.items()]
        told = [row.get(SAYS_SO) for row in some]
        if not (unknown := some[0].get("questions", 0) - len(some[0]["gold"])) or None in told:
            continue
        if all(isinstance(each, str) for each in told):
            found[name] = share(table, SAYS_SO, where)
        else:
            means = [each.count("1") / unknown if isinstance(each, str) else float(each) for each in told]
            found[name] = wilson_interval(round(unknown * sum(means) / len(means)), unknown)
    return {name: {"says so": each} for name, each in found.items()}


def differences(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Interval, Interval]]:
    """Every other training less RAFT as its authors take it (SHARE, as many passages as are served), question
    by question, as plots.gains draws them: right values over the gold passage and over four retrieved and,
    where they are kept a digit a question, who says so.

    The first interval is each by itself, the second that of which all together hold with at least 95 percent
    (Bonferroni, as in measures.against). Raises CourseError without RAFT at that share. Lesson 09.
    """
    table, trainings = sweep.table(rows), _trainings(rows)
    usual = {"method": RAFT, "share": SHARE, "passages": PASSAGES}
    ways = {"gold": "gold", "retrieved": "retrieved"}
    if all(isinstance(row.get(SAYS_SO), str) and row[SAYS_SO] for row in rows):
        ways["says so"] = SAYS_SO
    pairs = {
        f"{name}; {told}": (scores(table, way, where), scores(table, way, usual))
        for told, way in ways.items()
        for name, where in trainings.items()
        if where != usual
    }
    strict = together(len(pairs))
    return {
        name: (paired_bootstrap(*sides), paired_bootstrap(*sides, confidence=strict))
        for name, sides in pairs.items()
    }


def _trainings(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The name of each training, and what its rows agree in, whatever their seed."""
    found = {}
    for row in (each for each in rows if each["seed"] == 0):
        name = row["method"]
        if name == RAFT:
            name += f" {row['share']:.0%}, {row['passages']} passages"
        where = {column: row[column] for column in ("method", "share", "passages")}
        found[name] = {column: value for column, value in where.items() if value is not None}
    return found


def c17(table: "pd.DataFrame") -> Parts:
    """RAFT combines both: over retrieved passages it beats the untuned model, and the one tuned from memory
    and given the passages; and with passages it is better than without.

    The share of examples that hold the answer is the authors' (SHARE), not the best of those that were asked
    the same questions, and they have as many passages as are served. Lesson 09.
    """
    raft, memory = {"method": RAFT, "share": SHARE, "passages": PASSAGES}, {"method": MEMORY}
    served = {way: scores(table, way, raft) for way in ("retrieved", "none")}
    return {
        "right value, four retrieved: RAFT − untuned": gain(table, "retrieved", raft, {"method": UNTUNED}),
        "right value, four retrieved: RAFT − tuned from memory": gain(table, "retrieved", raft, memory),
        "right value, RAFT: four retrieved − none": paired_bootstrap(served["retrieved"], served["none"]),
    }


RULES: dict[str, Rule] = {"C17": c17}
