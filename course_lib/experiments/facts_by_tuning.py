"""Facts by tuning, honestly tried: wordings, study text, and the model's own logits; claims C03 and C36.

Every way teaches the same facts of the company with the same number of steps and rows, and is asked the same
questions: in a wording that was taught, in one that no training used, and about facts that were not taught.
Then the next edition is taught on top: facts that changed apart from facts that are new. Lesson 08.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import load_questions
from course_lib.evaluation.answers import value_correct
from course_lib.evaluation.statistics import mean_interval, paired_bootstrap
from course_lib.experiments.hits import gain, hits, scores
from course_lib.experiments.setting import Parts, Rule, passages
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.generation.values import states
from course_lib.tuning.company_facts import Fact, company_facts, drawn_wordings, pairs, said
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
RELIABLE = 0.9  # "reliably": nine questions in ten
SETTINGS = {  # how many subjects, rows a fact (wordings, or one and study texts), and how they are taught
    "tiny": {"subjects": 20, "each": 10, "steps": 80, "batch_size": 24, "learning_rate": 1e-2},
    "laptop": {"subjects": 8, "each": 5, "steps": 48, "batch_size": 16, "learning_rate": 2e-3},
    "gpu": {"subjects": 24, "each": 10, "steps": 160, "batch_size": 24, "learning_rate": 1e-3},
}
REPLY_TOKENS = 40  # an answer in one sentence
PHRASINGS = ("plain", "casual")  # of the test: two held-out wordings a fact
BOTH = len(PHRASINGS)


def points(profile: str) -> list[dict[str, Any]]:
    """Each way with three seeds and, on a laptop, those that decide with one; and the untuned model."""
    ways, seeds = ((ONE, FIVE, PROMPT), 1) if profile == "laptop" else (WAYS, 3)
    return [{"way": GOLD, "seed": 0}] + [{"way": way, "seed": seed} for seed in range(seeds) for way in ways]


@dataclass(frozen=True)
class Lesson:
    """What is taught, what of it is asked, and what is asked without having been taught.

    `later` has the same facts as the next edition gives them, `held_out` the wordings that no training uses.
    """

    taught: tuple[Fact, ...]
    asked: tuple[Fact, ...]
    untaught: tuple[Fact, ...]
    later: Mapping[str, Fact]
    held_out: Mapping[str, tuple[str, ...]]

    @property
    def changed(self) -> tuple[Fact, ...]:
        """The asked facts whose value the next edition changes, as that edition has them."""
        return tuple(self.later[f.name] for f in self.asked if self.later[f.name].value != f.value)


@cache
def lesson(subjects: int) -> Lesson:
    """Every fact of so many subjects, but for one fact of each that is asked and not taught.

    Where a model knows several facts of a subject, the subject's name alone does not tell which is meant.
    Subjects with many facts that the test asks, and with facts that change, come first.
    """
    held_out: dict[str, tuple[str, ...]] = {}
    for question in load_questions("test", "2025"):
        if question.kind not in ("unanswerable", "versioned") and question.phrasing in PHRASINGS:
            held_out[question.fact] = (*held_out.get(question.fact, ()), question.text)
    later = {fact.name: fact for fact in company_facts("2026")}
    known = [fact for fact in company_facts("2025") if fact.name in later]
    asked = [fact for fact in known if len(held_out.get(fact.name, ())) == BOTH]
    same = [fact for fact in asked if later[fact.name].value == fact.value]
    worth = Counter(fact.subject for fact in asked)
    untaught = {fact.subject: fact for fact in reversed(same) if worth[fact.subject] > 1}
    worth.update(2 * [fact.subject for fact in asked if fact not in same])
    chosen = sorted(untaught, key=lambda subject: (-worth[subject], subject))[:subjects]
    held = tuple(untaught[subject] for subject in chosen)
    return Lesson(
        taught=tuple(fact for fact in known if fact.subject in chosen and fact not in held),
        asked=tuple(fact for fact in asked if fact.subject in chosen and fact not in held),
        untaught=held,
        later=later,
        held_out=held_out,
    )


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a way of teaching reaches; of TEN also what becomes of it when the next edition is taught."""
    chosen = SETTINGS[runtime.current().profile]
    plan = lesson(chosen["subjects"])
    asked = {"questions": BOTH * len(plan.asked)}
    if point["way"] == GOLD:
        model = fresh_model()
        closed = {"hits_closed_book": _told(model, plan, plan.asked)}
        return asked | closed | {"hits": _told(model, plan, plan.asked, read=True)}
    settings = {name: chosen[name] for name in ("steps", "batch_size", "learning_rate")}
    settings |= {"seed": point["seed"]}
    run = teach(point["way"], plan.taught, chosen["each"], settings)
    found = {
        "hits": _told(run.model, plan, plan.asked),
        "hits_trained": _told(run.model, plan, plan.asked, seed=point["seed"]),
        "hits_untaught": _told(run.model, plan, plan.untaught),
        **_cost(run),
    }
    return asked | found | (_updated(run.model, plan, settings) if point["way"] == TEN else {})


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


def gold_chunk(fact: Fact, chunks: Sequence[Chunk]) -> Chunk:
    """The first chunk of a fact's document that states its value."""
    return next(c for c in chunks if c.document_id == fact.gold and states(c.passage, fact.value))


def _updated(model: LocalModel, plan: Lesson, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The next edition on top of what was taught: changed facts, as many new ones, and what stays."""
    new = tuple(plan.later[fact.name] for fact in plan.untaught[: len(plan.changed)])
    kept = [fact for fact in plan.asked if plan.later[fact.name].value == fact.value]
    merged = LocalModel(model.name, model.model.merge_and_unload(), model.tokenizer)
    run = tune(merged, pairs([*plan.changed, *new], WORDINGS[TEN], settings["seed"]), **settings)
    before = {fact.name: fact for fact in plan.asked}
    return {
        "hits_changed": _told(run.model, plan, plan.changed),
        "hits_stale": _told(run.model, plan, [before[fact.name] for fact in plan.changed]),
        "hits_new": _told(run.model, plan, new),
        "hits_kept": _told(run.model, plan, kept),
        **{f"update_{name}": value for name, value in _cost(run).items()},
    }


def _told(
    model: LocalModel, plan: Lesson, facts: Sequence[Fact], read: bool = False, seed: int | None = None
) -> str:
    """Which facts a model tells, each in BOTH held-out wordings or, with a seed, in the first that it taught
    as often; with `read` the passage that states it is in the prompt.
    """
    texts = [(f, t) for f in facts for t in (plan.held_out[f.name] if seed is None else _taught(f, seed))]
    chunks = passages("2025")
    prompts = [
        with_passages(text, [gold_chunk(fact, chunks)]) if read else closed_book(text) for fact, text in texts
    ]
    replies = model.replies(prompts, max_new_tokens=REPLY_TOKENS)
    return hits(value_correct(r.text, f.value) for r, (f, _) in zip(replies, texts, strict=True))


def _taught(fact: Fact, seed: int) -> list[str]:
    """The one wording that every way teaches, as often as there are held-out ones."""
    return drawn_wordings(fact, seed)[:1] * BOTH


def _cost(run: Tuned) -> dict[str, Any]:
    return {"steps": run.steps, "tokens": run.tokens, "seconds": round(run.seconds, 1)}


def c03(table: "pd.DataFrame") -> Parts:
    """Tuning cannot reliably add facts: what is recalled in the words that were taught is not in others, with
    however many wordings, and with the most of them more than one question in ten fails.
    """
    ways = [way for way in WORDINGS if way in set(table["way"])]
    parts: Parts = {}
    for way in ways:
        sides = (scores(table, column, {"way": way}, BOTH) for column in ("hits_trained", "hits"))
        parts[f"right values, {way}: trained wording − held-out wordings"] = paired_bootstrap(*sides)
    wrong = 1 - scores(table, "hits", {"way": ways[-1]}, BOTH)
    return parts | {f"wrong on held-out wordings, {ways[-1]}": (mean_interval(wrong), 1 - RELIABLE)}


def c36(table: "pd.DataFrame") -> Parts:
    """A model can teach itself the facts: its own logits with the passage in the prompt beat tuning on pairs,
    in as many wordings or in fewer, on wordings that were not taught.
    """
    return {
        f"right values, held-out wordings: {PROMPT} − {way}": gain(
            table, "hits", {"way": PROMPT}, {"way": way}, BOTH
        )
        for way in WORDINGS
        if way in set(table["way"])
    }


RULES: dict[str, Rule] = {"C03": c03, "C36": c36}
