"""What faulty examples cost, and what dropping the worst fifth brings against twice as many; claim C07.

Sets differ in size and in their share of faulty pairs. Each is trained for as many steps as all others, and
for as many rounds as all others; a filter's cost is counted. A good reply keeps the house style and states
the right value; the sentence that has it stands in the prompt (short_form.py). Lesson 08.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.evaluation.answers import complies
from course_lib.evaluation.statistics import Interval
from course_lib.experiments.hits import gain, hits, matching, share
from course_lib.experiments.in_memory import ready, took
from course_lib.experiments.noisy_sets import by_label, by_rule, drop_worst, examples, found, noisy_set
from course_lib.experiments.setting import Parts, Rule
from course_lib.experiments.short_form import Pair, asked_pairs, states_value
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.generation.types import Reply
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "curation"
AS_IS, LABEL, RULE, LOSS = "as it is", "dropped by label", "dropped by rule", "dropped by loss"
ROUNDS = 2  # over a set of n examples; equal steps are as many for every set
ENOUGH = 10  # rounds that teach the few curated examples too, which two would leave half learned
STEPS, EPOCHS, ROUNDS_ENOUGH = "equal steps", "equal epochs", f"{ENOUGH} epochs each"
FAULTY, HALF, TIMES = 0.25, 0.5, 10  # TIMES: as many noisy examples as curated ones in the claim
SETTINGS = {
    "tiny": {"n": 120, "questions": 80, "batch_size": 8, "learning_rate": 1e-2},
    "laptop": {"n": 48, "questions": 30, "batch_size": 4, "learning_rate": 2e-3},
    "gpu": {"n": 350, "questions": 100, "batch_size": 16, "learning_rate": 1e-3},
}


def points(profile: str) -> list[dict[str, Any]]:
    """Shares of noise, filters and a set of twice the size, and few curated against many noisy examples."""
    n = SETTINGS[profile]["n"]
    few = n // 5
    settings = [
        (n, FAULTY, RULE, STEPS),
        (2 * n, FAULTY, AS_IS, STEPS),
        (few, 0.0, AS_IS, STEPS),
        (few * TIMES, HALF, AS_IS, STEPS),
        (n, FAULTY, RULE, EPOCHS),
        (2 * n, FAULTY, AS_IS, EPOCHS),
    ]
    if profile != "laptop":
        settings += [
            (n, 0.0, AS_IS, STEPS),
            (n, FAULTY, AS_IS, STEPS),
            (n, HALF, AS_IS, STEPS),
            (n, FAULTY, LABEL, STEPS),
            (n, FAULTY, LOSS, STEPS),
            (n, FAULTY, LABEL, EPOCHS),
            (n, FAULTY, LOSS, EPOCHS),
            (few, 0.0, AS_IS, ROUNDS_ENOUGH),
            (few * TIMES, HALF, AS_IS, ROUNDS_ENOUGH),
        ]
    names = ("n", "noise", "filter", "budget")
    return [dict(zip(names, each, strict=True)) | {"seed": seed} for seed in range(3) for each in settings]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """The good replies of a model tuned on one set, what the filter found, and what both took."""
    chosen = SETTINGS[runtime.current().profile]
    rows, seed = noisy_set(point["n"], point["noise"], point["seed"]), point["seed"]
    settings = {name: chosen[name] for name in ("batch_size", "learning_rate")} | {"seed": seed}
    whole = -(-chosen["n"] // chosen["batch_size"]) * ROUNDS
    kept, cost = _filtered(rows, point["filter"], settings | {"steps": whole // 2})
    rounds = {EPOCHS: ROUNDS, ROUNDS_ENOUGH: ENOUGH}.get(point["budget"])
    length = {"steps": whole} if rounds is None else {"epochs": rounds}
    run = tune(fresh_model(), examples(kept), **settings, **length)
    asked = asked_pairs(chosen["questions"])
    replies = ready(run).replies([pair.prompt for pair in asked], max_new_tokens=HOUSE_STYLE_TOKENS)
    return {
        "questions": len(asked),
        **marks(replies, asked),
        "faulty": sum(row["noise"] is not None for row in kept),
        "dropped_faulty": round(found(rows, kept), 3),
        **cost,
        **took(run),
    }


def _filtered(rows: list[dict], name: str, settings: Mapping[str, Any]) -> tuple[list[dict], dict[str, Any]]:
    """The rows that a filter keeps, and what it took: by loss, a short training on all of them.

    An untuned model finds the right form as strange as a wrong one, so its losses would tell nothing.
    """
    if name == AS_IS:
        return rows, {}
    if name != LOSS:
        return drop_worst(rows, (by_label if name == LABEL else by_rule)(rows), settings["seed"]), {}
    run = tune(fresh_model(), examples(rows), **settings)
    losses = example_losses(ready(run), examples(rows))
    return drop_worst(rows, losses, settings["seed"]), {f"filter_{k}": v for k, v in took(run).items()}


def marks(replies: Sequence[Reply], asked: Sequence[Pair]) -> dict[str, str]:
    """Which replies are good, in the house style, and right, as a row of a sweep keeps it."""
    style = [complies(reply.text)[0] for reply in replies]
    value = [states_value(reply.text, pair) for reply, pair in zip(replies, asked, strict=True)]
    return {
        "hits": hits(a and b for a, b in zip(style, value, strict=True)),
        "hits_style": hits(style),
        "hits_value": hits(value),
    }


def shown(table: "pd.DataFrame", budget: str = STEPS) -> dict[str, dict[float, Interval]]:
    """Set -> share of faulty examples in it -> good replies, as plots.noise_curve draws them. Lesson 08."""
    rows = table[table["budget"] == budget]
    found: dict[str, dict[float, Interval]] = {}
    for n, noise, name in rows[["n", "noise", "filter"]].drop_duplicates().itertuples(index=False):
        where = {"n": n, "noise": noise, "filter": name, "budget": budget}
        found.setdefault(f"{n}, {name}", {})[noise] = share(table, "hits", where)
    return found


def c07(table: "pd.DataFrame") -> Parts:
    """Few curated examples beat ten times as many noisy ones, and dropping the worst fifth beats doubling:
    by its label, which is the best that a filter can do, by a rule, and by its loss; each at equal steps and
    in as many rounds, where both were measured.
    """
    filtered = table.loc[table["filter"] != AS_IS, "n"]
    if filtered.empty:
        raise CourseError("The table has no set of which a fifth was dropped.", allowed=f"{LABEL}, {RULE}")
    n = int(filtered.min())
    few = n // 5
    pairs = {}
    for budget in (STEPS, EPOCHS, ROUNDS_ENOUGH):
        few_clean = {"n": few, "noise": 0.0, "filter": AS_IS, "budget": budget}
        many_noisy = {"n": few * TIMES, "noise": HALF, "filter": AS_IS, "budget": budget}
        doubled = {"n": 2 * n, "noise": FAULTY, "filter": AS_IS, "budget": budget}
        pairs[f"{few} curated − {few * TIMES} noisy, {budget}"] = few_clean, many_noisy
        for name in (LABEL, RULE, LOSS):
            dropped = {"n": n, "noise": FAULTY, "filter": name, "budget": budget}
            pairs[f"worst fifth {name} − twice as many, {budget}"] = dropped, doubled
    return {
        f"good replies: {what}": gain(table, "hits", a, b)
        for what, (a, b) in pairs.items()
        if matching(table, a).any() and matching(table, b).any()
    }


RULES: dict[str, Rule] = {"C07": c07}
