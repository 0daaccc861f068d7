"""Words that mean something else in the house: must a model be tuned on them, or will a glossary do? C19.

The documents never use a house word, but for one page that lists them; so a question in house words finds
little by its words. Lesson 09.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.errors import DataError
from course_lib.evaluation.answers import score
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import sweep
from course_lib.experiments.hits import gain, hits, share
from course_lib.experiments.in_memory import NOTHING, SEEDS, UNTUNED, ready, took
from course_lib.experiments.setting import Parts, Rule, chosen_search, nearest_search
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import Message, closed_book
from course_lib.generation.rag import RagPipeline
from course_lib.tuning.company_facts import company_facts, pairs
from course_lib.tuning.raft import raft_examples
from course_lib.tuning.recipes import learning_rate
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "jargon"
TUNED, CONTROL = "tuned on house words", "tuned on other questions"
CLOSED_BOOK, RAG, GLOSSARY = "closed_book", "rag", "rag_glossary"
PAGE = "How we talk"  # the page that lists the house words
ENTRY = re.compile(r"^\| ([a-z]+) \| (.+?) \|$", re.MULTILINE)
ASKED = (
    "What does {word} mean at Marram & Finch?",
    "what is a {word} here",
    "Which thing do we call {word}?",
)
KIND, WORDINGS = "jargon", 3
OTHER_KINDS = ("table", "lookup")
QUESTIONS = 39  # of the training set's in house words
TRAINED = {"rank": 8, "alpha": 16, "epochs": 4, "batch_size": 4}


def glossary(edition: str = "2026") -> dict[str, str]:
    """House word -> what is meant by it, as the company's own page says; raises DataError without it."""
    page = next((each for each in load_documents(edition) if each.title == PAGE), None)
    words = dict(ENTRY.findall(page.text)) if page else {}
    if not words:
        raise DataError(f"No page of {edition} lists the house words.", allowed=f"one titled {PAGE!r}")
    return words


def in_prompt(words: Mapping[str, str]) -> str:
    """A glossary as a sentence of the instruction."""
    return "House words: " + "; ".join(f"{word} means {meaning}" for word, meaning in words.items()) + "."


def points(profile: str) -> list[dict[str, Any]]:
    """The model as it comes, and tuned on house words, and on as many other questions, once a seed each."""
    seeds = range(SEEDS)
    tuned = [{"method": method, "seed": seed} for method in (TUNED, CONTROL) for seed in seeds]
    return [{"method": UNTUNED, "seed": 0}, *tuned]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Right answers to the test questions in house words, three ways of asking, a digit a question."""
    model, told = fresh_model(), NOTHING
    if point["method"] != UNTUNED:
        seed, made = point["seed"], examples if point["method"] == TUNED else other_examples
        tuned = tune(model, made(seed), learning_rate=learning_rate(), seed=seed, **TRAINED)
        model, told = ready(tuned), took(tuned)
    questions = asked()
    return {
        "questions": len(questions),
        CLOSED_BOOK: _scored(model.replies([closed_book(q.text) for q in questions]), questions),
        RAG: _scored(_answers(model, questions, None), questions),
        GLOSSARY: _scored(_answers(model, questions, in_prompt(glossary())), questions),
    } | told


def asked() -> list[Question]:
    """The test questions in house words, all wordings of a fact together."""
    found = [q for q in load_questions("test", "2026") if q.kind == KIND and q.value]
    return sorted(found, key=lambda question: question.fact)


def examples(seed: int) -> list[list[Message]]:
    """Each house word explained in three wordings, and training questions in house words, over passages."""
    defined = [
        [
            *closed_book(text.format(word=word)),
            {"role": "assistant", "content": f"{word.capitalize()} means {meaning}."},
        ]
        for word, meaning in glossary().items()
        for text in ASKED
    ]
    near = nearest_search()
    few = {"share": 1.0, "n": QUESTIONS, "seed": seed, "kinds": (KIND,)}
    return [*defined, *raft_examples(near.chunks, near, **few)]


def other_examples(seed: int) -> list[list[Message]]:
    """As many examples without a house word: facts of the company closed-book, and questions over passages.

    They tell what comes of tuning on the company's pages at all.
    """
    few = {"share": 1.0, "n": QUESTIONS, "seed": seed, "kinds": OTHER_KINDS}
    near, closed = nearest_search(), pairs(company_facts("2025"), 1, seed)
    return [*closed[: len(glossary()) * len(ASKED)], *raft_examples(near.chunks, near, **few)]


def _answers(model: LocalModel, questions: list[Question], style: str | None) -> list:
    return RagPipeline(chosen_search(), model, style=style).answers([q.text for q in questions])


def _scored(replies: list, questions: list[Question]) -> str:
    return hits(score(r.text, q).correct for r, q in zip(replies, questions, strict=True))


def shown(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Interval]]:
    """Way to ask -> training -> right values, a fact's wordings together, as plots.shares draws them. Lesson
    09.
    """
    table = sweep.table(rows)
    ways = {"closed-book": CLOSED_BOOK, "four passages": RAG, "… and a glossary": GLOSSARY}
    trained = {"untuned": UNTUNED, "tuned on them": TUNED, "tuned on other questions": CONTROL}
    return {
        way: {name: share(table, column, {"method": method}, WORDINGS) for name, method in trained.items()}
        for way, column in ways.items()
    }


def c19(table: "pd.DataFrame") -> Parts:
    """Terms of the house need tuning: with passages the model that was tuned on them is right more often than
    the untuned one, than that with a glossary in its prompt, and than one tuned on other questions.
    """
    tuned, untuned, control = ({"method": method} for method in (TUNED, UNTUNED, CONTROL))
    with_words = table.assign(**{RAG: table[RAG].where(table["method"] == TUNED, table[GLOSSARY])})
    return {
        "right value in house words: tuned − untuned": gain(table, RAG, tuned, untuned, WORDINGS),
        "right value in house words: tuned − glossary in the prompt": gain(
            with_words, RAG, tuned, untuned, WORDINGS
        ),
        "right value in house words: tuned on them − on other questions": gain(
            table, RAG, tuned, control, WORDINGS
        ),
    }


RULES: dict[str, Rule] = {"C19": c19}
