"""The ways that need training: a learner's own questions as pairs, a file of them, an adapter.

What is taught is asked of nobody: half of the facts are for the pairs, the other half for the test. A pair is
asked twice, with the passages that the search finds and without any, as both ways are served.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError, PromptTooLong
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.kept_runs import stored_run
from course_lib.experiments import style_curve, sweep
from course_lib.generation.budget import fitting
from course_lib.generation.prompts import NOT_FOUND, Message, closed_book, with_passages
from course_lib.generation.types import LanguageModel
from course_lib.own_documents.question_sheet import drawn
from course_lib.own_documents.ways import said
from course_lib.retrieval.types import Hit, Retriever
from course_lib.tuning import recipes
from course_lib.tuning.adapters import MARKER
from course_lib.tuning.batches import checked_examples
from course_lib.tuning.train import train_adapter

ALONE, WITH_RAG = "tuned on your examples", "RAG + tuned on your examples"
PAIRS = "pairs.jsonl"
FEWEST = 8  # facts to teach, and as many to test
WITHIN = 0.05  # of the best score of the learning curve: enough
EPOCHS = 3


def divided(questions: Sequence[Question], seed: int) -> tuple[list[Question], list[Question]]:
    """Half of the facts to teach, and the questions about the others to ask; drawn by the seed.

    Raises CourseError where a half has too few.
    """
    known = [question for question in questions if question.value is not None]
    facts = list(dict.fromkeys(question.fact for question in drawn(known, seed)))
    if len(facts) < 2 * FEWEST:
        raise CourseError(
            f"{len(facts)} answerable questions are too few to teach with one half and test with the other.",
            allowed=f"{2 * FEWEST} facts or more, or a file of pairs: --tune FILE",
            next_step="write more questions, or leave --tune out",
        )
    taught = set(facts[: len(facts) // 2])
    halves = [q for q in questions if q.fact in taught], [q for q in questions if q.fact not in taught]
    return halves


def own_pairs(
    questions: Sequence[Question],
    replies: Mapping[str, str],
    retriever: Retriever,
    model: LanguageModel,
    k: int,
    budget: int | None,
) -> list[list[Message]]:
    """Conversations to learn from: each question with the passages found for it, and without any.

    Where no passage that was found states the answer, the right reply is that the documents do not say.
    """
    found = retriever.search_many([question.text for question in questions], k) if questions else []
    pairs: list[list[Message]] = []
    for question, hits in zip(questions, found, strict=True):
        chunks = _fitting(model, hits, budget)
        own = replies.get(question.id)
        there = question.value is not None and stated(question.value, chunks)
        read = (own or said(question.value, chunks)) if there else NOT_FOUND
        known = NOT_FOUND if question.value is None else own or said(question.value, ())
        if chunks:
            pairs.append([*with_passages(question.text, chunks), {"role": "assistant", "content": read}])
        pairs.append([*closed_book(question.text), {"role": "assistant", "content": known}])
    return pairs


def _fitting(model: LanguageModel, hits: Sequence[Hit], budget: int | None) -> list[Chunk]:
    """The passages that fit into a prompt, none if the best alone does not."""
    try:
        return [hit.chunk for hit in (hits if budget is None else fitting(model, hits, budget))]
    except PromptTooLong:
        return []


def write_pairs(folder: Path, pairs: Sequence[Sequence[Message]]) -> Path:
    """Write conversations as JSON Lines, an object with `messages` each, as most trainers read them."""
    return files.write_jsonl(folder / PAIRS, [{"messages": list(pair)} for pair in pairs])


def read_pairs(path: str | Path) -> list[list[Message]]:
    """The conversations of such a file; raises DataError and CourseError for what is none."""
    rows = files.read_jsonl(path)
    return checked_examples(row.get("messages") for row in rows)


def teach(
    pairs: Sequence[Sequence[Message]], model_name: str, quantize: str | None, folder: Path, seed: int
) -> Path:
    """The adapter that the pairs teach: the one in the folder if it is there already, or else a new one.

    A training that is stopped goes on from its checkpoint. Raises as train_adapter does.
    """
    told = dumps([list(map(list, pairs)), model_name, quantize, seed, EPOCHS])
    name = sha256(told.encode("ascii")).hexdigest()[:12]
    adapter = folder / f"adapter-{name}"
    if not (adapter / MARKER).is_file():
        train_adapter(
            pairs,
            model_name,
            output=adapter,
            quantize=quantize,
            checkpoint=folder / f"checkpoint-{name}",
            seed=seed,
            learning_rate=recipes.learning_rate(model_name),
            **recipes.STYLE | {"epochs": EPOCHS},
        )
    return adapter


def enough(count: int) -> str:
    """A word on how many examples suffice, by the learning curve that is stored for the profile's model."""
    run = stored_run("style_curve")
    if run is None:
        return (
            f"{count} examples. How many are enough is measured by lesson 07's learning curve, and none is "
            "stored for the profile's model; the articles say 200 to 500 for a form (claim C06)."
        )
    curve = style_curve.shares(sweep.table(run["rows"]))
    mean = {size: sum(shares) / len(shares) for size, shares in curve.items()}
    best = max(mean.values())
    least = next(size for size in curve if mean[size] >= best - WITHIN)
    if least == max(curve):
        return (
            f"{count} examples. How many are enough is not known: the learning curve of {run['model']} still "
            f"rose at {least}, the most that was tried ({best:.0%} of replies in the house style)."
        )
    verdict = "as many or more" if count >= least else f"{least - count} fewer"
    return (
        f"{count} examples: {verdict} than the {least} after which the learning curve of {run['model']} "
        f"rises no more ({mean[least]:.0%} of replies in the house style, {best:.0%} at best). A form takes "
        "so many; facts have to be taught one by one (lesson 08)."
    )


def not_in(questions: Sequence[Question], pairs: Sequence[Sequence[Message]]) -> list[Question]:
    """The questions that no pair asks; raises CourseError if none is left."""
    asked = "\n".join(turn["content"] for pair in pairs for turn in pair if turn["role"] == "user").casefold()
    left = [question for question in questions if question.text.casefold() not in asked]
    if not left:
        raise CourseError(
            "Every question stands in the pairs, so nothing is left to test with.",
            next_step="take the questions of the test out of the pairs",
        )
    return left
