"""A tuning task that costs little: one sentence as the passage, a question, the reply in the house style.

All that a reply needs stands in its prompt, so that what is learned is the form, and a sweep over many
methods and rates takes an hour. Lesson 06; claims C13, C14 and C35.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from course_lib import files, runtime
from course_lib.arguments import whole_number
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.evaluation.answers import complies, value_correct
from course_lib.experiments.hits import hits
from course_lib.experiments.sampling import held_out
from course_lib.generation.citations import abstained
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, Message, in_house_style, with_passages
from course_lib.manifest import data_file
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.examples import CURATED_EDITION
from course_lib.tuning.train import Training

SCALE = {  # of a sweep's scoring: dev pairs choose a rate, arms are compared on what is asked
    "tiny": {"dev": 32, "asked": 80},
    "laptop": {"dev": 12, "asked": 32},
    "gpu": {"dev": 32, "asked": 80},
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of a document, in the place of a passage."""

    document_id: str
    title: str
    text: str
    edition: str
    heading: str = ""


@dataclass(frozen=True)
class Pair:
    """A question on one sentence, the reply that is right, and the value in it (None: it does not say)."""

    question: str
    sentence: Sentence
    reply: str
    value: str | None

    @property
    def prompt(self) -> list[Message]:
        """What the model is asked."""
        return with_passages(self.question, [self.sentence])

    @property
    def example(self) -> list[Message]:
        """The prompt with its reply, to train on."""
        return [*self.prompt, {"role": "assistant", "content": self.reply}]


def scale() -> dict[str, int]:
    """SCALE in the profile in use."""
    return SCALE[runtime.current().profile]


def training_pairs(n: int, seed: int = 0) -> list[Pair]:
    """n of the 1,000 curated pairs; with one seed 100 are the first 100 of 800. Raises CourseError for n out
    of range. Lesson 06.
    """
    pairs = list(pairs_by_id().values())
    return Random(seed).sample(pairs, len(pairs))[: whole_number(n, "n", most=len(pairs))]


@cache
def dev_pairs(n: int) -> list[Pair]:
    """n pairs on facts of the dev split, none of which is trained or asked: they choose the rates."""
    by_fact = {question.fact: question for question in load_questions("dev", CURATED_EDITION)}
    return _asked(list(by_fact.values()), CURATED_EDITION)[:n]


@cache
def asked_pairs(n: int) -> list[Pair]:
    """n pairs on facts of the test split, no two on one fact, in wordings that no training has. Lesson 06."""
    return _asked(held_out(120), "2026")[:n]


def scored(model: LocalModel, training: Training) -> dict[str, Any]:
    """What came of a training, as a row of a sweep keeps it: how it replies, what it finds likely, its cost.

    `losses` are nats a token of each right reply that is asked for, `loss` is their mean, `dev_loss` the mean
    over the dev pairs.
    """
    size = scale()
    asked = asked_pairs(size["asked"])
    losses = example_losses(model, [pair.example for pair in asked]).tolist()
    return {
        **replied(model, asked),
        "losses": [round(each, 4) for each in losses],
        "loss": _mean(losses),
        "dev_loss": _mean(example_losses(model, [pair.example for pair in dev_pairs(size["dev"])])),
        "trainable": training.trainable,
        "total": training.total,
        "steps": training.steps,
        "tokens": training.tokens,
        "seconds": round(training.seconds, 1),
    }


def replied(model: LocalModel, asked: Sequence[Pair]) -> dict[str, Any]:
    """How a model replies: the number of `questions`, and for each, as a text of 1 and 0, whether the reply
    keeps the house style (`hits`), and whether it also states the value (`right`).
    """
    replies = model.replies([pair.prompt for pair in asked], max_new_tokens=HOUSE_STYLE_TOKENS)
    kept = [complies(reply.text)[0] for reply in replies]
    stated = [states_value(reply.text, pair) for reply, pair in zip(replies, asked, strict=True)]
    both = [style and value for style, value in zip(kept, stated, strict=True)]
    return {"questions": len(asked), "hits": hits(kept), "right": hits(both)}


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def states_value(reply: str, pair: Pair) -> bool:
    """Whether a reply states a pair's value or, where the sentence does not say it, abstains."""
    return abstained(reply) if pair.value is None else value_correct(reply, pair.value)


@cache
def pairs_by_id() -> dict[str, Pair]:
    """The curated pairs, their passages cut down to the sentence that answers, or to one that does not.

    The ids are those of data/style, which the noisy copy shares. Lessons 06 and 08.
    """
    rows, random = files.read_jsonl(data_file("style/curated.jsonl")), Random("short form")
    titles = _titles(CURATED_EDITION)
    said = [row for row in rows if row["source"]]

    def pair(row: dict) -> Pair:
        shown = row if row["source"] else random.choice(said)
        sentence = Sentence(shown["source"], titles[shown["source"]], shown["plain"], CURATED_EDITION)
        return Pair(row["question"], sentence, row["reply"], row["value"])

    return {row["id"]: pair(row) for row in rows}


def _asked(questions: Iterable[Question], edition: str) -> list[Pair]:
    """Questions in a random order, each on the sentence that answers it, if one does; others on another."""
    titles, random = _titles(edition), Random("short form")
    facts = {
        row["fact"]: (Sentence(row["gold"], titles[row["gold"]], row["answer"], edition), row["answer"])
        for row in files.read_jsonl(data_file("questions/knowledge.jsonl"))
        if row["edition"] == edition
    }

    def pair(question: Question) -> Pair:
        if question.value is None:
            elsewhere, _ = random.choice(list(facts.values()))
            return Pair(question.text, elsewhere, in_house_style(None, None), None)
        sentence, answer = facts[question.fact]
        return Pair(question.text, sentence, in_house_style(answer, sentence.document_id), question.value)

    kept = [question for question in questions if question.value is None or question.fact in facts]
    random.shuffle(kept)
    return [pair(question) for question in kept]


def _titles(edition: str) -> dict[str, str]:
    return {document.id: document.title for document in load_documents(edition)}
