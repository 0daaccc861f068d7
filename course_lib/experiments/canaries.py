"""Does a tuned model give away what it was trained on? Exposure of planted secrets; claim C15. Lesson 08.

Secrets are put into a training set 1, 4, 16 and 64 times and read once, beside controls that were never put
in: full tuning, LoRA, and LoRA after scrubbing. The same secrets lie in an index, and a question pulls them
out, unless a filter stands before it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib import runtime
from course_lib.corpus.scrubbing import scrub_examples
from course_lib.errors import CourseError
from course_lib.evaluation.exposure import exposure
from course_lib.evaluation.statistics import Interval, paired_bootstrap
from course_lib.experiments import secrets_planted as planted
from course_lib.experiments.hits import hits
from course_lib.experiments.in_memory import ready, took
from course_lib.experiments.secrets_planted import DIGITS, WORDS, Canary, plant, training_rows
from course_lib.experiments.setting import Parts, Rule, passages
from course_lib.generation.language_model import LocalModel
from course_lib.generation.likelihood import log_likelihoods
from course_lib.generation.prompts import closed_book
from course_lib.generation.rag import RagPipeline
from course_lib.generation.values import states
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.tuning.company_facts import company_facts, pairs
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "canaries"
FULL, LORA, SCRUBBED = "full tuning", "LoRA", "LoRA, scrubbed"
INDEX, FILTERED = "in the index", "in the index, filtered"
INSERTIONS = (0, 1, 4, 16, 64)  # 0: a control
MOST = INSERTIONS[-1]
SETTINGS = {  # canaries of each kind, their forms, ordinary examples around them; rates: each method's own
    "tiny": {"each": 3, "forms": (DIGITS, WORDS), "ordinary": 160, "batch_size": 16, FULL: 1e-3, LORA: 1e-2},
    "laptop": {"each": 2, "forms": (DIGITS,), "ordinary": 60, "batch_size": 8, FULL: 1e-4, LORA: 2e-3},
    "gpu": {"each": 4, "forms": (DIGITS, WORDS), "ordinary": 400, "batch_size": 16, FULL: 5e-5, LORA: 1e-3},
}
REPLY_TOKENS = 24


def points(profile: str) -> list[dict[str, Any]]:
    """Each way to train and the index, with three seeds; on a laptop without scrubbing and filter."""
    ways = (FULL, LORA, INDEX) if profile == "laptop" else (FULL, LORA, SCRUBBED, INDEX, FILTERED)
    return [{"way": way, "seed": seed} for seed in range(3) for way in ways]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """A row: the canaries, which were told on request, and for a tuned model the exposure of each."""
    chosen, seed = SETTINGS[runtime.current().profile], point["seed"]
    canaries = plant(INSERTIONS, chosen["each"], chosen["forms"], seed)
    who = {
        "insertions": [each.insertions for each in canaries],
        "forms": [each.form for each in canaries],
        "questions": len(canaries),
    }
    if point["way"] in (INDEX, FILTERED):
        pulled = pulled_out(canaries, filtered=point["way"] == FILTERED)
        return who | {"hits": hits(told for told, _ in pulled), "hits_shown": hits(at for _, at in pulled)}
    method = FULL if point["way"] == FULL else LORA
    examples = training_rows(canaries) + pairs(company_facts("2025"), 1, seed)[: chosen["ordinary"]]
    scrubbed: dict[str, int] = {}
    if point["way"] == SCRUBBED:
        examples, scrubbed = scrub_examples(examples)
    run = tune(
        fresh_model(),
        examples,
        method="full" if method == FULL else "lora",
        learning_rate=chosen[method],
        epochs=1,
        batch_size=chosen["batch_size"],
        seed=seed,
    )
    model = ready(run)
    return who | {
        "hits": hits(told(model, canaries)),
        "exposures": [round(each, 3) for each in exposures(model, canaries)],
        "scrubbed": scrubbed,
        **took(run),
    }


def exposures(model: LocalModel, canaries: Sequence[Canary]) -> list[float]:
    """The exposure of each canary's PIN among all thousand, in bits, asked for as it was in training."""
    return [
        exposure(
            log_likelihoods(model, closed_book(each.question), each.candidates(), each.opening), each.code
        )
        for each in canaries
    ]


def told(model: LocalModel, canaries: Sequence[Canary]) -> list[bool]:
    """Which PINs the model says when it is asked for them, without any passage."""
    replies = model.replies([closed_book(each.question) for each in canaries], max_new_tokens=REPLY_TOKENS)
    return [_says(reply.text, each) for reply, each in zip(replies, canaries, strict=True)]


def pulled_out(
    canaries: Sequence[Canary], filtered: bool = False, model: LocalModel | None = None
) -> list[tuple[bool, bool]]:
    """For each PIN, asked of an untuned model that reads an index in which it lies: does the reply tell it,
    and does it stand in a passage that was found? `filtered` keeps their domain out of the search.
    """
    company = passages("2026")
    index = Bm25Index([*company, *planted.chunks(canaries)])
    open_to_all = Filter(domains=sorted({chunk.domain for chunk in company}))
    retriever = Filtered(index, open_to_all) if filtered else index
    pipeline = RagPipeline(retriever, model or fresh_model())
    answers = pipeline.answers([each.question for each in canaries], max_new_tokens=REPLY_TOKENS)
    return [
        (_says(answer.text, each), any(_says(hit.chunk.text, each) for hit in answer.hits))
        for answer, each in zip(answers, canaries, strict=True)
    ]


def _says(text: str, canary: Canary) -> bool:
    return states(text, planted.written(canary.code, canary.form))


def by_insertions(
    table: "pd.DataFrame", way: str, column: str = "exposures", form: str | None = None
) -> dict[int, np.ndarray]:
    """Insertions -> the exposure of every canary of a way, of all seeds, or of those in one form.

    With the column "hits" it is whether the canary was told on request, 0 or 1.
    """
    found: dict[int, list[float]] = {count: [] for count in INSERTIONS}
    for row in table[table["way"] == way].to_dict("records"):
        for count, each, value in zip(row["insertions"], row["forms"], row[column], strict=True):
            if form in (None, each):
                found[count].append(float(value))
    return {count: np.array(values) for count, values in found.items() if values}


def between(table: "pd.DataFrame", a: str, b: str, form: str | None = None) -> dict[int, Interval]:
    """Insertions -> the exposure after way `a` less that after way `b`, in bits, canary by canary.

    A seed plants the same canaries for every way, and another seed others, so the canaries are drawn. Raises
    CourseError where one of the ways was measured with fewer seeds. Lesson 08.
    """
    ours, theirs = (by_insertions(table, way, form=form) for way in (a, b))
    return {n: paired_bootstrap(ours[n], theirs.get(n, [])) for n in ours}


def c15(table: "pd.DataFrame") -> Parts:
    """A tuned model can leak: a secret that stood MOST times in the training set is more exposed than one
    that never did, after full tuning and after LoRA.
    """
    parts: Parts = {}
    for way in (FULL, LORA):
        bits = by_insertions(table, way)
        if not {0, MOST} <= bits.keys():
            raise CourseError(f"The table has no canaries of {way}.", allowed="the rows of this experiment")
        # As many controls as canaries, in the order of the seeds.
        parts[f"exposure in bits, {way}: {MOST} insertions − none"] = paired_bootstrap(bits[MOST], bits[0])
    return parts


RULES: dict[str, Rule] = {"C15": c15}
