"""A student of a third of the layers: from scratch, from labels, from the teacher's logits; claim C32.

The teacher is the profile's model, tuned on the house style. Every student learns the same replies on the
same number of rows, each with one sentence to read (short_form.py), at several rates, of which dev pairs
choose; only where it begins and what it is held to differ. Lesson 08.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.evaluation.statistics import Interval, paired_bootstrap
from course_lib.experiments.arm_rates import at_best_rate, seeds_of
from course_lib.experiments.curation import marks
from course_lib.experiments.hits import gain, scores, share
from course_lib.experiments.in_memory import ready, took
from course_lib.experiments.setting import Parts, Rule
from course_lib.experiments.short_form import asked_pairs, dev_pairs, scale, training_pairs
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.soft_targets import imitation, soft_targets
from course_lib.tuning.students import student
from course_lib.tuning.train import Tuned, fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "distillation"
TEACHER, SCRATCH, LABELS, LOGITS = "teacher", "student from scratch", "student, labels", "student, logits"
WAYS = (TEACHER, SCRATCH, LABELS, LOGITS)
MEASURES = {"right values": "hits_value", "house style": "hits_style"}
MOST = 0.5  # "keeps most": more than half of what the teacher reaches
SETTINGS = {
    "tiny": {"teacher": 200, "pairs": 800, "steps": 150, "batch_size": 16, "questions": 80}
    | {"teacher_rate": 1e-2, "rates": (3e-4, 1e-3, 3e-3), "seeds": 3},
    "laptop": {"teacher": 48, "pairs": 240, "steps": 60, "batch_size": 8, "questions": 32}
    | {"teacher_rate": 2e-3, "rates": (3e-4, 1e-3), "seeds": 3},
    "gpu": {"teacher": 200, "pairs": 1000, "steps": 300, "batch_size": 16, "questions": 100}
    | {"teacher_rate": 1e-3, "rates": (1e-4, 2e-4, 5e-4), "seeds": 3},
}
# Where a training takes minutes, one seed finds the best rate, and what decides is trained there with three.
DECIDING = {"laptop": {TEACHER: (2e-3,), LABELS: (1e-3,), LOGITS: (1e-3,)}}
TEACHERS_EPOCHS = {"epochs": 2, "batch_size": 8}


def points(profile: str) -> list[dict[str, Any]]:
    """A teacher a seed, and its students at each of their rates, with as many seeds as DECIDING says."""
    chosen = SETTINGS[profile]
    ways = [(TEACHER, chosen["teacher_rate"])]
    ways += [(way, rate) for way in WAYS if way != TEACHER for rate in chosen["rates"]]
    return [
        {"way": way, "rate": rate, "seed": seed}
        for seed in range(chosen["seeds"])
        for way, rate in ways
        if seed < seeds_of(DECIDING.get(profile), way, rate, chosen["seeds"])
    ]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What teacher or student reach, how large they are, and the milliseconds that an answer takes."""
    chosen, seed = SETTINGS[runtime.current().profile], point["seed"]
    run = _teacher(seed) if point["way"] == TEACHER else _student(point["way"], point["rate"], seed)
    asked, dev = asked_pairs(chosen["questions"]), [pair.example for pair in dev_pairs(scale()["dev"])]
    replies = run.model.replies([pair.prompt for pair in asked], max_new_tokens=HOUSE_STYLE_TOKENS)
    spent = sum(reply.seconds["prefill"] + reply.seconds["decode"] for reply in replies)
    return {
        "questions": len(asked),
        **marks(replies, asked),
        "dev_loss": round(float(example_losses(run.model, dev).mean()), 4),
        "parameters": run.model.model.num_parameters(),
        "milliseconds": round(1000 * spent / len(replies), 2),
        "written_tokens": sum(reply.completion_tokens for reply in replies),
        **took(run),
    }


@lru_cache(maxsize=1)
def _teacher(seed: int) -> Tuned:
    """The profile's model, tuned on the house style, its adapter merged."""
    chosen = SETTINGS[runtime.current().profile]
    pairs = [pair.example for pair in training_pairs(chosen["teacher"], seed)]
    rate = {"learning_rate": chosen["teacher_rate"]}
    run = tune(fresh_model(), pairs, **rate, **TEACHERS_EPOCHS, seed=seed)
    return replace(run, model=ready(run))


def _student(way: str, rate: float, seed: int) -> Tuned:
    chosen = SETTINGS[runtime.current().profile]
    teacher = _teacher(seed).model
    pairs = [pair.example for pair in training_pairs(chosen["pairs"], seed)]
    small = student(teacher, teacher.model.config.num_hidden_layers // 3, copied=way != SCRATCH, seed=seed)
    return tune(
        small,
        pairs,
        method="full",
        objective=imitation(soft_targets(teacher, pairs)) if way == LOGITS else None,
        **{name: chosen[name] for name in ("steps", "batch_size")},
        learning_rate=rate,
        seed=seed,
    )


def best(table: "pd.DataFrame", way: str) -> dict[str, Any]:
    """The rows of a way at the rate whose loss on dev pairs is lowest; raises CourseError without any."""
    return at_best_rate(table, {"way": way}, "dev_loss")


def shown(table: "pd.DataFrame") -> tuple[dict[str, dict[str, Interval]], dict[str, float]]:
    """Model -> measure -> share, and model -> milliseconds an answer, as plots.students draws them."""
    ways = [way for way in WAYS if way in set(table["way"])]
    found = {
        way: {measure: share(table, column, best(table, way)) for measure, column in MEASURES.items()}
        for way in ways
    }
    return found, table.groupby("way")["milliseconds"].median().loc[ways].to_dict()


def by_lesson(table: "pd.DataFrame") -> dict[str, Interval]:
    """What a student reaches that learned from logits less what one does from labels, each at its best rate,
    question by question; raises CourseError for a table without both. Lesson 08.
    """
    return {
        f"{what}: {LOGITS} − {LABELS}": gain(table, column, best(table, LOGITS), best(table, LABELS))
        for what, column in MEASURES.items()
    }


def c32(table: "pd.DataFrame") -> Parts:
    """A small model distilled from a larger one keeps most of it: of the house style and of the right values
    more than half of what the teacher reaches.
    """
    return {
        f"{what}: {LOGITS} − half of the teacher": paired_bootstrap(
            scores(table, column, best(table, LOGITS)), MOST * scores(table, column, best(table, TEACHER))
        )
        for what, column in MEASURES.items()
    }


RULES: dict[str, Rule] = {"C32": c32}
