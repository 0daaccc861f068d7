"""The ladder: prompts, retrieval, tuning; what each rung brings and costs, and whose calls are cheaper.

Nothing is run: the answers and the seconds of set-up are those of the stored comparison (form_and_facts.py),
the prices those of data/prices.yaml. Lesson 11; claims C29 and C30.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import paired_bootstrap
from course_lib.experiments import arms as names
from course_lib.experiments import distillation, money, stored, sweep
from course_lib.experiments.form_and_facts import NAME as COMPARISON
from course_lib.experiments.measures import STYLE, VALUE, Measure, difference, scores
from course_lib.experiments.prices import Prices, load_prices
from course_lib.experiments.set_up import TRAINED, set_up
from course_lib.experiments.setting import Parts, Rule
from course_lib.experiments.table import STAGES

if TYPE_CHECKING:
    import pandas as pd

NAME = "ladder"
MORE = "more-arms"  # a result that adds rungs, where a model has it
RUNGS = {  # a rung, lowest first -> the arm that stands on it, with all below it
    "a question alone": names.CLOSED_BOOK,
    "the form told in words": names.PROMPT,
    "worked examples": names.FEW_SHOT,
    "RAG": names.RAG,
    "RAG, the form told in words": names.PROMPTED,
    "RAG, the form tuned": names.HYBRID,
}
USABLE = Measure("half for the right value, half for the house style", "usable", "answerable")
HOSTED = Measure("dollars a million calls, to a host", "hosted")
OWN = Measure("dollars a million calls, on a machine of one's own", "own")


def priced(table: "pd.DataFrame", told: Mapping[str, Any], prices: Prices) -> "pd.DataFrame":
    """A comparison's answers with four columns more: `usable` (0, ½, 1), `setup` (seconds), and what a
    million such calls cost, `hosted` and `own` (dollars).

    To embed the question is left out: some 20 tokens, at two cents a million.
    """
    seconds = set_up([told], table["arm"].unique())
    calls = [
        money.Call(r.prompt_tokens, r.completion_tokens, sum(getattr(r, each) for each in STAGES) / 1000,
                   tuned=r.arm in TRAINED)
        for r in table.itertuples()
    ]  # fmt: skip
    return table.assign(
        usable=(table["correct"].astype(float) + table["compliant"].astype(float)) / 2,
        setup=table["arm"].map(lambda arm: seconds.get(arm, 0.0)),
        hosted=[money.MILLION * money.of_a_host(call, prices) for call in calls],
        own=[money.MILLION * money.of_a_machine(call, prices) for call in calls],
    )


def rungs(results: Sequence[Mapping[str, Any]], prices: Prices) -> list[dict[str, Any]]:
    """The ladder as rows, from the stored comparison and, where there are more arms, from theirs behind it.

    Right values and house style as (mean, low, high), seconds of set-up, and what a question takes on
    average: tokens read and written, milliseconds, dollars a million calls. An arm that none has is left out.
    """
    shares = {(row["arm"], row["measure"]): row for result in results for row in result["summary"]}
    taken = {arm: costs for result in results for arm, costs in result["costs"].items()}
    seconds = set_up(results, taken)
    rows = []
    for rung, arm in RUNGS.items():
        if arm not in taken:
            continue
        call = money.measured_call(taken[arm], tuned=arm in TRAINED)
        found = {measure.name: shares[arm, measure.name] for measure in (VALUE, STYLE)}
        rows.append(
            {"rung": rung, "arm": arm}
            | {name: tuple(row[each] for each in ("mean", "low", "high")) for name, row in found.items()}
            | {"set-up seconds": seconds.get(arm, 0.0)}
            | {"tokens": call.prompt_tokens + call.completion_tokens, "milliseconds": 1000 * call.seconds}
            | {HOSTED.name: money.MILLION * money.of_a_host(call, prices)}
            | {OWN.name: money.MILLION * money.of_a_machine(call, prices)}
        )
    return rows


def c29(table: "pd.DataFrame") -> Parts:
    """The order is prompts, RAG, fine-tuning: each rung brings something, the lower one more for its time.

    Usable is half for the right value and half for the house style. What a prompt brings is what the form,
    told in words, adds to RAG; the prompt below RAG has worked examples where the table has them. The top
    rung, distillation, is C32's own experiment. `table` is that of `priced`; raises CourseError where a rung
    took no time to set up.
    """
    prompt = names.FEW_SHOT if names.FEW_SHOT in set(table["arm"]) else names.CLOSED_BOOK
    low, high = (prompt, names.RAG), (names.PROMPTED, names.HYBRID)
    found, trained = _gain_an_hour(table, *low), _gain_an_hour(table, *high)
    both = found.index.intersection(trained.index)
    return {
        "usable: RAG, told in words − RAG": difference(table, names.PROMPTED, names.RAG, USABLE),
        f"usable: RAG − {prompt}": difference(table, *low[::-1], USABLE),
        "usable: RAG, tuned − RAG, told in words": difference(table, *high[::-1], USABLE),
        "usable, gained an hour of set-up: RAG − tuning": paired_bootstrap(
            found[both].to_numpy(), trained[both].to_numpy(), cluster=_facts(table, both)
        ),
    }


def c30(table: "pd.DataFrame") -> Parts:
    """Tuned is cheaper a call than RAG, to a host and on a machine of one's own; `table` is that of `priced`.

    A call counts whatever it says: what a right answer costs stands in the ladder, not in the claim.
    """
    return {
        f"{measure.name}: RAG − tuned on facts": difference(table, names.RAG, names.TUNED_FACTS, measure)
        for measure in (HOSTED, OWN)
    }


RULES: dict[str, Rule] = {"C29": c29, "C30": c30}


def measure(model: str, folder: str | Path, prices: Prices | None = None) -> dict[str, Any]:
    """The ladder of a model (by the name of its results), and the table that its claims are weighed on.

    Raises CourseError as long as `folder` holds no comparison of the model, answer by answer.
    """
    import pandas as pd

    there = [name for name in (f"{COMPARISON}-{model}", f"{MORE}-{model}") if name in stored.names(folder)]
    if f"{COMPARISON}-{model}" not in there:
        raise CourseError(
            f"The ladder is read off the comparison of {model}, and it is not stored in {folder}.",
            next_step="measure it first: python -m course_lib results comparison",
        )
    results = [files.read_json(Path(folder) / f"{name}.json") for name in there]
    prices = load_prices() if prices is None else prices
    answers = pd.concat([stored.read(folder, name) for name in there], ignore_index=True)
    paid = {each.name: {"dollars": each.dollars, "as_of": each.as_of} for each in prices.values()}
    told = {"questions": results[0]["questions"], "rungs": rungs(results, prices)}
    told |= {"distilled": distilled(model, folder), "prices": paid}
    return {"table": priced(answers, results[0], prices), "told": told}


def distilled(model: str, folder: str | Path) -> list[dict[str, Any]]:
    """The top rung, where lesson 08's sweep is stored for a model: teacher and students, the means of seeds.

    They answered with the passage given, so they stand beside the ladder, not on it.
    """
    path = Path(folder) / f"{distillation.NAME}-{model}.json"
    rows = files.read_json(path)["rows"] if path.is_file() else []
    table, found = sweep.table(rows), []
    for way in dict.fromkeys(row["way"] for row in rows):
        best = distillation.best(table, way)
        some = [row for row in rows if row["way"] == way and row["rate"] == best["rate"]]
        shares = {
            "right value": [_share(row["hits_value"]) for row in some],
            "house style": [_share(row["hits_style"]) for row in some],
            "set-up seconds": [row["seconds"] for row in some],
            "milliseconds": [row["milliseconds"] for row in some],
        }
        found.append({"rung": way} | {name: sum(each) / len(each) for name, each in shares.items()})
    return found


def _share(hits: str) -> float:
    return hits.count("1") / len(hits)


def _gain_an_hour(table: "pd.DataFrame", below: str, above: str) -> "pd.Series":
    """What a rung adds to each question that both arms were asked, divided by its hours of set-up."""
    seconds = {arm: float(table.loc[table["arm"] == arm, "setup"].max()) for arm in (below, above)}
    hours = (seconds[above] - seconds[below]) / money.HOUR
    if not hours > 0:
        raise CourseError(
            f"{above} took no longer to set up than {below}.", "seconds of indexing and training"
        )
    return (scores(table, above, USABLE) - scores(table, below, USABLE)).dropna() / hours


def _facts(table: "pd.DataFrame", questions: Any) -> Any:
    return table.drop_duplicates("question").set_index("question")["fact"].reindex(questions).to_numpy()
