"""Facts by tuning, honestly tried: wordings, study text, and the model's own logits; claims C03 and C36.

Every way teaches the same facts of the company with the same number of steps and rows, and is asked the same
questions: in a wording that was taught, in one that no training used, and about facts that were not taught.
Then the next edition is taught on top: facts that changed apart from facts that are new. Lesson 08.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from course_lib import runtime
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import load_questions
from course_lib.evaluation.answers import value_correct
from course_lib.evaluation.statistics import mean_interval
from course_lib.experiments.hits import gain, hits, scores
from course_lib.experiments.setting import Parts, Rule, passages
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import Message, closed_book, with_passages
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
EACH = 10  # rows a fact: wordings, or one wording and nine texts
RELIABLE = 0.9  # "reliably": nine questions in ten
SETTINGS = {  # taught facts, facts that are not taught, and how they are taught
    "tiny": {"taught": 48, "untaught": 24, "steps": 120, "batch_size": 32, "learning_rate": 1e-2},
    "laptop": {"taught": 32, "untaught": 12, "steps": 60, "batch_size": 16, "learning_rate": 2e-3},
    "gpu": {"taught": 77, "untaught": 18, "steps": 240, "batch_size": 32, "learning_rate": 1e-3},
}
REPLY_TOKENS = 40  # an answer in one sentence


def points(profile: str) -> list[dict[str, Any]]:
    """Each way with three seeds and, on a laptop, those that decide with one; and the untuned model."""
    ways, seeds = ((ONE, TEN, PROMPT), 1) if profile == "laptop" else (WAYS, 3)
    return [{"way": GOLD, "seed": 0}] + [{"way": way, "seed": seed} for seed in range(seeds) for way in ways]


@dataclass(frozen=True)
class Lesson:
    """What is taught, what is not, and the wordings that no training uses, by fact."""

    taught: tuple[Fact, ...]
    untaught: tuple[Fact, ...]
    later: Mapping[str, Fact]  # the same facts in the next edition
    held_out: Mapping[str, str]

    @property
    def changed(self) -> tuple[Fact, ...]:
        """The taught facts whose value the next edition changes, as that edition has them."""
        return tuple(self.later[f.name] for f in self.taught if self.later[f.name].value != f.value)


@cache
def lesson(taught: int, untaught: int) -> Lesson:
    """Facts that both editions have and the test asks: of those that change as many as there are, first."""
    held_out = {
        q.fact: q.text for q in load_questions("test", "2025") if q.phrasing == "plain" and q.value
    }
    later = {fact.name: fact for fact in company_facts("2026")}
    asked = [fact for fact in company_facts("2025") if fact.name in held_out and fact.name in later]
    order = sorted(asked, key=lambda fact: later[fact.name].value == fact.value)  # a stable order
    return Lesson(tuple(order[:taught]), tuple(order[taught:][:untaught]), later, held_out)


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a way of teaching reaches; of TEN also what becomes of it when the next edition is taught."""
    chosen = SETTINGS[runtime.current().profile]
    plan = lesson(chosen["taught"], chosen["untaught"])
    settings = {name: chosen[name] for name in ("steps", "batch_size", "learning_rate")}
    settings["seed"] = point["seed"]
    if point["way"] == GOLD:
        model = fresh_model()
        return {"questions": len(plan.taught), "hits": _asked(model, plan, plan.taught, read=True)} | {
            "hits_closed_book": _asked(model, plan, plan.taught)
        }
    run = teach(point["way"], plan.taught, settings)
    found = {
        "questions": len(plan.taught),
        "hits": _asked(run.model, plan, plan.taught),
        "hits_trained": _asked(run.model, plan, plan.taught, seed=point["seed"]),
        "hits_untaught": _asked(run.model, plan, plan.untaught),
        "losses": [round(loss, 4) for loss in run.losses[:: max(1, len(run.losses) // 20)]],
        **_cost(run),
    }
    if point["way"] != TEN:
        return found
    return found | _updated(run.model, plan, settings)


def teach(way: str, facts: Sequence[Fact], settings: Mapping[str, Any]) -> Tuned:
    """Tune a fresh model on facts in one of WAYS, with LoRA on all linear layers."""
    seed, objective = settings["seed"], None
    if way in WORDINGS:
        examples = pairs(facts, WORDINGS[way], seed)
    elif way == STUDY:
        examples = pairs(facts, 1, seed) + study_texts(facts, passages("2025"), EACH - 1, seed)
    else:
        examples, objective = _from_the_passage(facts, seed)
    return tune(fresh_model(), examples, objective=objective, **settings)


def _from_the_passage(facts: Sequence[Fact], seed: int):
    """What the model itself says with the passage in its prompt, as examples without it, and its logits.

    Where it says that the passage does not tell, there is nothing to learn from it.
    """
    teacher, chunks = fresh_model(), passages("2025")
    asked = [(fact, text) for fact in facts for text in drawn_wordings(fact, seed)[:EACH]]
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
    kept = [fact for fact in plan.taught if plan.later[fact.name].value == fact.value]
    merged = LocalModel(model.name, model.model.merge_and_unload(), model.tokenizer)
    run = tune(merged, pairs([*plan.changed, *new], WORDINGS[TEN], settings["seed"]), **settings)
    before = {fact.name: fact for fact in plan.taught}
    old = tuple(before[fact.name] for fact in plan.changed)
    return {
        "hits_changed": _asked(run.model, plan, plan.changed),
        "hits_stale": _asked(run.model, plan, old),
        "hits_new": _asked(run.model, plan, new),
        "hits_kept": _asked(run.model, plan, kept),
        **{f"update_{name}": value for name, value in _cost(run).items()},
    }


def _asked(
    model: LocalModel, plan: Lesson, facts: Sequence[Fact], read: bool = False, seed: int | None = None
) -> str:
    """Which facts a model tells: in the held-out wording, or in the first that the seed taught."""
    texts = [plan.held_out[f.name] if seed is None else drawn_wordings(f, seed)[0] for f in facts]
    prompts: list[list[Message]] = [closed_book(text) for text in texts]
    if read:
        chunks = passages("2025")
        prompts = [
            with_passages(text, [gold_chunk(fact, chunks)]) for text, fact in zip(texts, facts, strict=True)
        ]
    replies = model.replies(prompts, max_new_tokens=REPLY_TOKENS)
    return hits(value_correct(r.text, f.value) for r, f in zip(replies, facts, strict=True))


def _cost(run: Tuned) -> dict[str, Any]:
    return {"steps": run.steps, "tokens": run.tokens, "seconds": round(run.seconds, 1)}


def c03(table: "pd.DataFrame") -> Parts:
    """Tuning cannot reliably add facts: what is recalled in the words that were taught is not in others, with
    however many wordings, and with ten of them more than one question in ten fails.
    """
    parts: Parts = {
        f"right values, {way}: trained wording − held-out wording": gain(
            table, "hits_trained", {"way": way}, {"way": way}, "hits"
        )
        for way in WORDINGS
        if way in set(table["way"])
    }
    right = scores(table, "hits", {"way": TEN})
    return parts | {f"wrong on held-out wordings, {TEN}": (mean_interval(1 - right), 1 - RELIABLE)}


def c36(table: "pd.DataFrame") -> Parts:
    """A model can teach itself the facts: its own logits with the passage in the prompt beat tuning on pairs,
    in as many wordings or in fewer, on wordings that were not taught.
    """
    return {
        f"right values, held-out wordings: {PROMPT} − {way}": gain(
            table, "hits", {"way": PROMPT}, {"way": way}
        )
        for way in WORDINGS
        if way in set(table["way"])
    }


RULES: dict[str, Rule] = {"C03": c03, "C36": c36}
