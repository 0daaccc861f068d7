"""Lesson 09's comparison: retrieval, tuning on form, tuning on facts; claims C01, C02, C05, C31 and C33.

Facts and form are judged where tuning has its best chance: on facts that it was taught and that stayed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import CLUSTER, Interval, mean_interval, paired_bootstrap
from course_lib.experiments import arms as names
from course_lib.experiments.arms import closed_book_arm, prompted_arm, rag_arm
from course_lib.experiments.in_memory import took
from course_lib.experiments.measures import FRESH, SAYS_SO, SOURCE, STYLE, TAUGHT, VALUE, difference
from course_lib.experiments.setting import AskedOf, Parts, Rule, Setting
from course_lib.tuning import recipes
from course_lib.tuning.examples import worked_examples
from course_lib.tuning.train import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

NAME = "comparison"
SMALL = 1_000_000  # parameters; a larger adapter of the form is trained in the lesson, and not in every clone
AFTER = ", taught to read"  # what the reading experiment adds to the name of an arm


@dataclass(frozen=True)
class Measured:
    """Every answer, what the trainings took, the adapters that are kept, by where recipes looks for them, and
    what was read beside the passages that were searched.
    """

    table: "pd.DataFrame"
    told: dict[str, Any]
    kept: Mapping[str, TrainingRun] = field(default_factory=dict)
    read: Sequence[Chunk] = ()


def measure(setting: Setting) -> Measured:
    """Every arm on every question, the tuned ones once a seed, all on the same weights. Lesson 09.

    The facts are taught again from the new edition only where a training is short enough for several seeds.
    """
    import pandas as pd

    index, changed = setting.index, setting.changed
    tables = [setting.asked(arm, of=questions) for arm, questions in repeatable(setting)]
    styles, facts, recalled = [], [], []
    for seed in range(setting.seeds):
        styles.append(setting.adapter(f"style-{seed}", recipes.train_style, seed))
        formed = setting.served(styles[-1].adapter)
        tuned = closed_book_arm(names.TUNED_FORM, formed), rag_arm(names.HYBRID, index, formed)
        tables.append(setting.asked(*tuned, seed=seed))
    repeats = min(setting.seeds, setting.seeds_of_facts)
    for seed in range(repeats):
        facts.append(setting.adapter(f"knowledge-{seed}", recipes.train_knowledge, seed))
        taught = setting.served(facts[-1].adapter)
        tuned = closed_book_arm(names.TUNED_FACTS, taught), rag_arm(names.FACTS_RAG, index, taught)
        tables.append(setting.asked(*tuned, seed=seed))
        recalled.append(recipes.recall(taught, seed=seed))
    again = []
    if repeats > 1:
        again.append(setting.adapter("knowledge-2026", recipes.train_knowledge, edition="2026"))
        renewed = closed_book_arm(names.RETRAINED, setting.served(again[-1].adapter))
        tables.append(setting.asked(renewed, of=changed))
    told = {
        "changed": len(changed),
        "indexing": {"seconds": round(setting.seconds_of_indexing, 1), "chunks": len(index)},
        "recall_of_trained_questions": recalled,
        "training": {run.adapter.name: cost(run) for run in [*styles, *facts, *again]},
    }
    kept = {recipes.STORED: facts[0]}
    if styles[0].trainable < SMALL:
        kept[recipes.STORED_STYLE] = styles[0]
    return Measured(pd.concat(tables, ignore_index=True), told, kept)


def repeatable(setting: Setting) -> list[AskedOf]:
    """The arms that nothing is trained for, each with the questions that it is asked."""
    base, index = setting.served(), setting.index
    return [
        (closed_book_arm(names.CLOSED_BOOK, base), setting.questions),
        (rag_arm(names.RAG, index, base), setting.questions),
        (prompted_arm(names.PROMPTED, index, base, worked_examples()), setting.questions),
        (rag_arm(names.GOLD, setting.gold, base), setting.known),
        (rag_arm(names.OLD_INDEX, setting.old_index, base), setting.changed),
    ]


def cost(run: TrainingRun) -> dict[str, Any]:
    """What a training took, with its settings but for the path of the model."""
    config = {name: value for name, value in run.config.items() if name != "model"}
    return took(run) | {"seconds": round(run.seconds), "config": config}


def c01(table: "pd.DataFrame") -> Parts:
    """Tuning is for form, retrieval for facts: each beats the other at its own. Lesson 09."""
    return {
        "right values, facts that stayed: RAG − tuned on facts": difference(
            table, names.RAG, names.TUNED_FACTS, TAUGHT
        ),
        "house style: RAG + tuned on form − RAG": difference(table, names.HYBRID, names.RAG, STYLE),
    }


def c02(table: "pd.DataFrame") -> Parts:
    """The hybrid is best: better than retrieval alone on each axis. Lesson 09."""
    return {
        f"{measure.name}: hybrid − RAG": difference(table, names.HYBRID, names.RAG, measure)
        for measure in (VALUE, STYLE, SOURCE)
    }


def c05(table: "pd.DataFrame") -> Parts:
    """A changed document changes the next answer, and tuned knowledge goes stale. Lesson 09."""
    old = table[(table["arm"] == names.TUNED_FACTS) & table["changed"]]
    old = old.groupby(["question", CLUSTER], sort=False)[["stale", "correct"]].mean().reset_index()
    sides = old["stale"].to_numpy(float), old["correct"].to_numpy(float)
    return {
        "changed facts right: new index − old index": difference(table, names.RAG, names.OLD_INDEX, FRESH),
        "changed facts right: RAG − tuned on facts": difference(table, names.RAG, names.TUNED_FACTS, FRESH),
        "tuned on facts: last year's value − this year's": paired_bootstrap(
            *sides, cluster=old[CLUSTER].to_numpy()
        ),
    }


def c31(table: "pd.DataFrame") -> Parts:
    """Retrieved text can be cited, tuned knowledge cannot: RAG names more of the right documents, and most of
    what the tuned model names is wrong.

    `table` has precision and recall of the cited documents: that of a comparison, or citation_scores. Lessons
    05 and 09.
    """
    recalled = table.dropna(subset=["recall"]).groupby(["arm", "question", CLUSTER], sort=False)["recall"]
    wide = recalled.mean().unstack("arm").reindex(columns=[names.RAG, names.TUNED_FACTS]).dropna()
    facts = wide.index.get_level_values(CLUSTER).to_numpy()
    more = paired_bootstrap(*wide.to_numpy(float).T, cluster=facts)
    parts: Parts = {"citation recall: RAG − tuned on facts": more}
    named = table[(table["arm"] == names.TUNED_FACTS) & table["precision"].notna()]
    if len(named):  # who names nothing names nothing wrong
        right = mean_interval(named["precision"].to_numpy(float), named[CLUSTER].to_numpy())
        wrong = Interval(1 - right.mean, 1 - right.high, 1 - right.low)
        parts["tuned on facts: share of named documents that are wrong"] = (wrong, 0.5)
    return parts


def c33(table: "pd.DataFrame") -> Parts:
    """Tuning unlearns refusing: after each tune the model says less often that no document says it.

    A tune counts if its two arms are in the table: on form, on facts, and taught to read (the table of the
    reading experiment, or both). Raises CourseError for a table with none. Lesson 08.
    """
    tunes = {
        "form": (names.RAG, names.HYBRID),
        "facts": (names.RAG, names.FACTS_RAG),
        "reading": (names.RAG, names.RAG + AFTER),
    }
    there = set(table["arm"])
    parts: Parts = {
        f"{SAYS_SO.name}: before − after the tune on {tune}": difference(table, before, after, SAYS_SO)
        for tune, (before, after) in tunes.items()
        if {before, after} <= there
    }
    if not parts:
        raise CourseError(
            "No tune has both of its arms in the table.",
            allowed=", ".join(f"{before} and {after}" for before, after in tunes.values()),
        )
    return parts


RULES: dict[str, Rule] = {"C01": c01, "C02": c02, "C05": c05, "C31": c31, "C33": c33}
