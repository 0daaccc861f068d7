"""Facts by tuning, honestly tried: wordings, study text, and the model's own logits; claims C03 and C36.

Every way teaches the same facts of the company with the same number of steps and rows, each at several rates,
and is asked the same questions: in a wording that was taught, in one that no training used, and about facts
that were not taught. Which rate counts is decided on other facts that were taught, in a wording that was not.
Then the next edition is taught on top: facts that changed apart from facts that are new. Lesson 08.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.answers import value_correct
from course_lib.evaluation.statistics import Interval, mean_interval, paired_bootstrap, wilson_interval
from course_lib.experiments.arm_rates import at_best_rate, seeds_of
from course_lib.experiments.facts_taught import BOTH, Lesson, gold_chunk, lesson
from course_lib.experiments.hits import gain, hits, matching, scores, share
from course_lib.experiments.in_memory import ready, took
from course_lib.experiments.setting import Parts, Rule, passages
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.tuning.company_facts import Fact, drawn_wordings, pairs, said
from course_lib.tuning.soft_targets import imitation, soft_targets
from course_lib.tuning.study_text import study_texts
from course_lib.tuning.train import Tuned, fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "facts_by_tuning"
ONE, FIVE, TEN = "1 wording", "5 wordings", "10 wordings"
STUDY, PROMPT, GOLD = "study text", "prompt distillation", "passage in the prompt"
WORDINGS = {ONE: 1, FIVE: 5, TEN: 10}
WAYS = (*WORDINGS, STUDY, PROMPT)
RELIABLE = 0.8  # "reliably": four questions in five
RATES = {
    "tiny": dict.fromkeys(WAYS, (5e-3, 1e-2, 2e-2)),
    "laptop": {
        ONE: (1e-3, 2e-3, 4e-3),
        FIVE: (1e-3, 2e-3, 4e-3, 8e-3),
        TEN: (4e-3,),  # the best of FIVE
        PROMPT: (1e-3, 2e-3, 4e-3),
    },
    "gpu": dict.fromkeys(WAYS, (5e-4, 1e-3, 2e-3)),
}
# Where a training takes minutes, one seed finds the best rate, and three are trained there.
DECIDING = {"laptop": {ONE: (1e-3,), FIVE: (4e-3,), TEN: (4e-3,), PROMPT: (2e-3,)}}
SEEDS = 3
SETTINGS = {  # how many subjects, rows a fact (wordings, or one and study texts), and how they are taught
    "tiny": {"subjects": 20, "each": 10, "steps": 80, "batch_size": 24},
    "laptop": {"subjects": 8, "each": 5, "steps": 48, "batch_size": 16},
    "gpu": {"subjects": 24, "each": 10, "steps": 160, "batch_size": 24},
}
REPLY_TOKENS = 40  # an answer in one sentence
BEFORE, AFTER = "before the update", "after it"


def points(profile: str) -> list[dict[str, Any]]:
    """The untuned model, then each way at its rates, with as many seeds as DECIDING says."""
    return [{"way": GOLD, "rate": 0.0, "seed": 0}] + [
        {"way": way, "rate": rate, "seed": seed}
        for seed in range(SEEDS)
        for way, rates in RATES[profile].items()
        for rate in rates
        if seed < seeds_of(DECIDING.get(profile), way, rate, SEEDS)
    ]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a way of teaching reaches; of TEN also what becomes of it when the next edition is taught."""
    budget = SETTINGS[runtime.current().profile]
    plan = lesson(budget["subjects"])
    asked = {"questions": BOTH * len(plan.asked)}
    if point["way"] == GOLD:
        model = fresh_model()
        closed = {"hits_closed_book": _told(model, plan, plan.asked)}
        return asked | closed | {"hits": _told(model, plan, plan.asked, read=True)}
    settings = {name: budget[name] for name in ("steps", "batch_size")}
    settings |= {"seed": point["seed"], "learning_rate": point["rate"]}
    run = teach(point["way"], plan.taught, budget["each"], settings)
    model = ready(run)
    found = {
        "hits": _told(model, plan, plan.asked),
        "hits_trained": _told(model, plan, plan.asked, seed=point["seed"]),
        "hits_untaught": _told(model, plan, plan.untaught),
        "dev_wrong": _wrong_on_dev(model, plan, point["seed"]),
        **took(run),
    }
    return asked | found | (_updated(model, plan, settings) if point["way"] == TEN else {})


def teach(way: str, facts: Sequence[Fact], each: int, settings: Mapping[str, Any]) -> Tuned:
    """Tune a fresh model on facts in one of WAYS, with LoRA on all linear layers.

    Study text and prompt distillation have `each` rows a fact: one wording and texts, or as many wordings.
    """
    seed, objective = settings["seed"], None
    if way in WORDINGS:
        examples = pairs(facts, WORDINGS[way], seed)
    elif way == STUDY:
        examples = pairs(facts, 1, seed) + study_texts(facts, passages("2025"), each - 1, seed)
    else:
        examples, objective = _from_the_passage(facts, each, seed)
    return tune(fresh_model(), examples, objective=objective, **settings)


def _from_the_passage(facts: Sequence[Fact], each: int, seed: int):
    """What the model itself says with the passage in its prompt, as examples without it, and its logits.

    Where it says that the passage does not tell, there is nothing to learn from it.
    """
    teacher, chunks = fresh_model(), passages("2025")
    asked = [(fact, text) for fact in facts for text in drawn_wordings(fact, seed)[:each]]
    reading = [with_passages(text, [gold_chunk(fact, chunks)]) for fact, text in asked]
    replies = teacher.replies(reading, max_new_tokens=REPLY_TOKENS)
    told = [
        (read, closed_book(text), said(reply.text))
        for read, (_, text), reply in zip(reading, asked, replies, strict=True)
        if reply.text and not abstained(reply.text)
    ]
    targets = soft_targets(teacher, [[*read, reply] for read, _, reply in told])
    return [[*asked, reply] for _, asked, reply in told], imitation(targets)


def _updated(model: LocalModel, plan: Lesson, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The next edition on top of what was taught: changed facts, at most as many new ones, what stays."""
    new = tuple(plan.later[fact.name] for fact in plan.untaught[: len(plan.changed)])
    kept = [fact for fact in plan.asked if plan.later[fact.name].value == fact.value]
    run = tune(model, pairs([*plan.changed, *new], WORDINGS[TEN], settings["seed"]), **settings)
    after = ready(run)
    before = {fact.name: fact for fact in plan.asked}
    return {
        "hits_changed": _told(after, plan, plan.changed),
        "hits_stale": _told(after, plan, [before[fact.name] for fact in plan.changed]),
        "hits_new": _told(after, plan, new),
        "hits_kept": _told(after, plan, kept),
        **{f"update_{name}": value for name, value in took(run).items()},
    }


def _told(
    model: LocalModel, plan: Lesson, facts: Sequence[Fact], read: bool = False, seed: int | None = None
) -> str:
    """Which facts a model tells, each in BOTH held-out wordings or, with a seed, in the first that it taught
    as often; with `read` the passage that states it is in the prompt.
    """
    texts = [(f, t) for f in facts for t in (plan.held_out[f.name] if seed is None else _taught(f, seed))]
    return hits(_right(model, texts, passages("2025") if read else []))


def _right(model: LocalModel, texts: Sequence[tuple[Fact, str]], chunks: Sequence[Chunk] = ()) -> list[bool]:
    """Whether the reply to each text states its fact's value; with chunks it reads the one that states it."""
    prompts = [
        with_passages(text, [gold_chunk(fact, chunks)]) if chunks else closed_book(text)
        for fact, text in texts
    ]
    replies = model.replies(prompts, max_new_tokens=REPLY_TOKENS)
    return [value_correct(r.text, fact.value) for r, (fact, _) in zip(replies, texts, strict=True)]


def _wrong_on_dev(model: LocalModel, plan: Lesson, seed: int) -> float:
    """What chooses the rate: how much a model gets wrong of the facts that were taught and are not asked, in
    the one wording of each that no way teaches.
    """
    others = [fact for fact in plan.taught if fact not in plan.asked]
    right = _right(model, [(fact, drawn_wordings(fact, seed)[-1]) for fact in others])
    return round(1 - sum(right) / len(right), 4)


def _taught(fact: Fact, seed: int) -> list[str]:
    """The one wording that every way teaches, as often as there are held-out ones."""
    return drawn_wordings(fact, seed)[:1] * BOTH


def chosen(table: "pd.DataFrame", way: str) -> dict[str, Any]:
    """The rows of a way at the rate that got most right on dev; raises CourseError if there are none."""
    return at_best_rate(table, {"way": way}, "dev_wrong")


def best_wordings(table: "pd.DataFrame") -> int:
    """How many wordings of a fact lesson 09 teaches all facts in: each number is taken at its best rate, and
    the most wordings win that are as good on dev as the best number.

    As good is what lies within the best one's 95 % interval (Wilson), over the dev facts: their seeds are no
    further facts, and one question more or less decides nothing. Study text and prompt distillation teach by
    other means, so they are not among the numbers. Raises CourseError for a table without tuning on pairs.
    """
    dev, wrong = 0, {}
    for way in _measured(table):
        rows = table[matching(table, chosen(table, way))]
        wrong[WORDINGS[way]] = float(rows["dev_wrong"].mean())
        taught = rows["examples"].iloc[0] / WORDINGS[way]  # rows of a training, as many a fact as wordings
        dev = round(taught - rows["questions"].iloc[0] / BOTH)  # taught, and not asked
    least = wilson_interval(round(min(wrong.values()) * dev), dev)
    return max(wordings for wordings, share in wrong.items() if share <= least.high)


def best_way(table: "pd.DataFrame") -> str:
    """The way of a table that got most right on dev at its best rate, so that the questions asked in the end
    do not choose it; of equals the first. Raises CourseError for a table without any. Lesson 08.
    """
    if not (ways := [way for way in WAYS if way in set(table["way"])]):
        raise CourseError("The table has no way of teaching facts.", allowed=", ".join(WAYS))
    return min(ways, key=lambda way: table[matching(table, chosen(table, way))]["dev_wrong"].mean())


def studied(table: "pd.DataFrame") -> dict[str, Interval]:
    """What study text gets right on held-out wordings less what pairs do, by number of wordings; empty for a
    table without it, as a laptop's. Lesson 08.
    """
    return {
        f"{STUDY} − {way}": gain(table, "hits", chosen(table, STUDY), chosen(table, way), BOTH)
        for way in (_measured(table) if STUDY in set(table["way"]) else [])
    }


def shown(table: "pd.DataFrame") -> dict[str, dict[str, Interval]]:
    """Measure -> way -> right values, each way at its best rate, as plots.shares draws them; of what a table
    has. Lesson 08.
    """
    measures = {"trained wording": "hits_trained", "held-out wordings": "hits", "not taught": "hits_untaught"}
    ways = [way for way in (*WAYS, GOLD) if way in set(table["way"])]
    return {
        measure: {
            way: share(table, column, {"way": GOLD} if way == GOLD else chosen(table, way), BOTH)
            for way in ways
            if way != GOLD or column == "hits"  # which is taught nothing
        }
        for measure, column in measures.items()
    }


def updated(table: "pd.DataFrame") -> dict[str, dict[str, Interval]]:
    """What became of TEN when the next edition was taught on top: measure -> BEFORE and AFTER -> share, on
    held-out wordings, as plots.shares draws it. This year's values were not asked before.

    Empty for a table without it. Raises CourseError as _plan_of does. Lesson 08.
    """
    if TEN not in set(table["way"]):
        return {}
    measures = {
        "changed facts: last year's value": "hits_stale",
        "changed facts: this year's value": "hits_changed",
        "new facts": "hits_new",
        "facts that stayed": "hits_kept",
    }
    both, where = _before_and_after(table), chosen(table, TEN)
    return {
        measure: {
            when: share(both, column, where | {"when": when}, BOTH)
            for when in (BEFORE, AFTER)
            if (when, column) != (BEFORE, "hits_changed")
        }
        for measure, column in measures.items()
    }


def update_gains(table: "pd.DataFrame") -> dict[str, Interval]:
    """Does a changed fact go in as a new one does, and what did the facts that stayed lose, with intervals.

    As many of both as there are of the fewer. The first is held against the first and so on; such pairs are
    made by no likeness, so that the interval is as wide as for two groups drawn apart. Empty for a table
    without TEN. Raises CourseError as _plan_of does. Lesson 08.
    """
    import pandas as pd

    if TEN not in set(table["way"]):
        return {}
    both, where = _before_and_after(table), chosen(table, TEN)
    after = both[both["when"] == AFTER]
    columns = ("hits_changed", "hits_new")
    both_have = min(len(row) for column in columns for row in after[column])
    groups = [after.assign(group=column, told=after[column].str[:both_have]) for column in columns]
    sides = [{"group": column} for column in columns]
    times = (where | {"when": AFTER}, where | {"when": BEFORE})
    return {
        "changed facts, this year's value − new facts": gain(pd.concat(groups), "told", *sides, BOTH),
        "facts that stayed: after the update − before": gain(both, "hits_kept", *times, BOTH),
    }


def _before_and_after(table: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of TEN at its best rate twice, with the column `when`: AFTER as they are, and BEFORE with what
    the same facts scored until then, read off the questions on all that was taught, or was not.
    """
    import pandas as pd

    after = table[matching(table, chosen(table, TEN))]
    plan = _plan_of(after)
    stays = [plan.later[fact.name].value == fact.value for fact in plan.asked]
    new = [place < len(plan.changed) for place in range(len(plan.untaught))]
    columns = {
        "hits_kept": _picked(after["hits"], stays),
        "hits_stale": _picked(after["hits"], [not each for each in stays]),
        "hits_new": _picked(after["hits_untaught"], new),
    }
    before = after.drop(columns="hits_changed").assign(when=BEFORE, **columns)
    return pd.concat([after.assign(when=AFTER), before])


def _picked(column: "pd.Series", facts: Sequence[bool]) -> list[str]:
    """The hits of some facts, BOTH of each, in every row."""
    return ["".join(hit for i, hit in enumerate(row) if facts[i // BOTH]) for row in column]


def _plan_of(rows: "pd.DataFrame") -> Lesson:
    """The lesson of a profile that asks as many questions as these rows hold; raises CourseError for none."""
    sizes = {len(row) for row in rows["hits"]}
    for setting in SETTINGS.values():
        plan = lesson(setting["subjects"])
        if sizes == {BOTH * len(plan.asked)}:
            return plan
    raise CourseError(
        f"No lesson has {' or '.join(map(str, sorted(sizes)))} questions.",
        allowed="the rows of this experiment, measured on the facts as they are",
        next_step="measure it again: python -m course_lib results --help",
    )


def c03(table: "pd.DataFrame") -> Parts:
    """Tuning cannot reliably add facts: what is recalled in the one wording that was taught is not in others,
    and even with the most wordings, which should close that gap (Allen-Zhu and Li 2023), more than one
    question in five fails.
    """
    ways = _measured(table)
    few, most = ways[0], ways[-1]
    sides = (scores(table, column, chosen(table, few), BOTH) for column in ("hits_trained", "hits"))
    wrong = 1 - scores(table, "hits", chosen(table, most), BOTH)
    return {
        f"right values, {few}: trained wording − held-out wordings": paired_bootstrap(*sides),
        f"wrong on held-out wordings, {most}": (mean_interval(wrong), 1 - RELIABLE),
    }


def c36(table: "pd.DataFrame") -> Parts:
    """A model can teach itself the facts: its own logits with the passage in the prompt beat tuning on pairs,
    in as many wordings or in fewer, on wordings that were not taught.
    """
    return {
        f"right values, held-out wordings: {PROMPT} − {way}": gain(
            table, "hits", chosen(table, PROMPT), chosen(table, way), BOTH
        )
        for way in _measured(table)
    }


def _measured(table: "pd.DataFrame") -> list[str]:
    """The numbers of wordings that a table has; raises CourseError if it has none."""
    if not (ways := [way for way in WORDINGS if way in set(table["way"])]):
        raise CourseError("The table has no tuning on pairs.", allowed=", ".join(WORDINGS))
    return ways


RULES: dict[str, Rule] = {"C03": c03, "C36": c36}
