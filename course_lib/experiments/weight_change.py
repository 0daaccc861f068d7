"""The rank of what a full tuning changes: by its singular values, and by what still works at a lower rank.

LoRA writes a change of low rank. Would a full tuning, which is free, write one too? Lesson 06.
"""

from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.evaluation.statistics import Interval
from course_lib.experiments import family, short_form
from course_lib.experiments.hits import gain
from course_lib.experiments.in_memory import took
from course_lib.experiments.rank_and_rate import FULL
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.experiments.setting import Rule
    from course_lib.tuning.spectrum import Decomposed

NAME = "weight_change"
SHARE = 0.9  # of the energy: what the effective rank holds
DEPTHS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # of the full rank, for a curve
RANKS = (1, 4, 16)  # the whole change cut down to these, and asked again
ADAPTER = RANKS[-1]  # the rank of lesson 06's adapter
RULES: "dict[str, Rule]" = {}  # no claim of the ledger asks for it


def points(profile: str) -> list[dict[str, Any]]:
    """A full tuning a seed."""
    return [family.live_point(FULL, profile) | {"seed": seed} for seed in range(family.SEEDS)]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Tune in full, take the change of every linear layer apart, and ask again with less of it.

    `kinds` has a row a kind of layer (`spectra`); `at_rank` says how the model replies where every change is
    cut down to a rank.
    """
    from course_lib.tuning import spectrum

    model = fresh_model()
    before = spectrum.linear_weights(model.model)
    tuned = tune(model, family.examples(point), **family.settings(point))
    after = spectrum.linear_weights(tuned.model.model)
    parts = {name: spectrum.Decomposed.of(change) for name, change in spectrum.changes(before, after).items()}
    asked = short_form.asked_pairs(short_form.scale()["asked"])
    found = short_form.replied(tuned.model, asked)
    at_rank = {}
    for rank in RANKS:
        with spectrum.at_rank(tuned.model.model, before, parts, rank):
            at_rank[str(rank)] = short_form.replied(tuned.model, asked)["hits"]
    return {**found, "at_rank": at_rank, "kinds": spectra(parts), **took(tuned)}


def spectra(parts: "Mapping[str, Decomposed]") -> list[dict[str, Any]]:
    """How the energy of changes is spread, a row a kind of layer, and of one random matrix of that shape.

    `rank` is the median over the layers of the rank that holds SHARE of the energy, `random` that of the
    random matrix; `curve` has the mean share of energy held at each of DEPTHS, `random_curve` that of the
    random matrix. `share` is the rank as a share of the full one.
    """
    from course_lib.tuning import spectrum

    kinds: dict[str, list[Decomposed]] = {}
    for name, part in parts.items():
        kinds.setdefault(name.rpartition(".")[2], []).append(part)
    rows = []
    for kind, layers in kinds.items():
        shape = (layers[0].u.shape[0], layers[0].v.shape[1])
        values = [layer.values.numpy() for layer in layers]
        random = spectrum.random_values(shape)
        ranks = [spectrum.effective_rank(each, SHARE) for each in values]
        rows.append(
            {
                "kind": kind,
                "shape": list(shape),
                "layers": len(layers),
                "rank": median(ranks),
                "random": spectrum.effective_rank(random, SHARE),
                "share": round(median(ranks) / min(shape), 3),
                "curve": _at_depths(np.mean([spectrum.held(each) for each in values], axis=0)),
                "random_curve": _at_depths(spectrum.held(random)),
            }
        )
    return rows


def by_rank(rows: list[dict[str, Any]]) -> "pd.DataFrame":
    """The hits of rows, a row a seed and a cut: `seed`, `kept` (0: the whole change, else its rank), `hits`.
    """
    import pandas as pd

    cuts = [{0: row["hits"]} | {int(rank): each for rank, each in row["at_rank"].items()} for row in rows]
    return pd.DataFrame(
        {"seed": row["seed"], "kept": kept, "hits": each}
        for row, cut in zip(rows, cuts, strict=True)
        for kept, each in cut.items()
    )


def lost(rows: list[dict[str, Any]], rank: int = ADAPTER) -> Interval:
    """Replies in the house style with the change cut down to a rank, less those with the whole of it.

    Question by question, over the seeds. Raises CourseError for a rank that was not asked.
    """
    return gain(by_rank(rows), "hits", {"kept": rank}, {"kept": 0})


def is_low(run: Mapping[str, Any], rank: int = ADAPTER) -> str:
    """Two lines on a stored run: the rank that holds SHARE of the energy, and whether `rank` does the work.
    """
    kinds = [kind for row in run["rows"] for kind in row["kinds"]]
    least, most = (pick(kind["rank"] for kind in kinds) for pick in (min, max))
    spread = _spread([kind["share"] for kind in kinds])
    chance = _spread([kind["random"] / min(kind["shape"]) for kind in kinds])
    found = lost(run["rows"], rank)
    if found.low > 0:
        so = f"rank {rank} does the work, and better than the whole"
    elif found.high < 0:
        so = f"rank {rank} is too low for what was learned"
    else:
        so = f"{run['questions']} questions show no difference"
    takes = f"rank {least:.0f} to {most:.0f}, {spread} of the full one"
    return (
        f"{run['model']}: {SHARE:.0%} of the energy takes {takes}; of a random matrix {chance}\n"
        f"   house style, rank {rank} kept − whole change: {found}, so {so}"
    )


def _spread(shares: list[float]) -> str:
    return f"{min(shares):.0%} to {max(shares):.0%}"


def _at_depths(held: np.ndarray) -> list[float]:
    """The share of energy held by the first singular values, at each of DEPTHS."""
    places = [max(1, round(depth * len(held))) - 1 for depth in DEPTHS]
    return [round(float(held[place]), 4) for place in places]
