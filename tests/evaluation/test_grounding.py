"""RAGAS' formulas on cases worked out on paper, and its judge on cases whose verdict is known."""

import math

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.evaluation.grounding import (
    SCORES,
    Case,
    answer_relevancies,
    as_cases,
    context_precision,
    context_recall,
    faithfulness,
    grounding_scores,
    questions_from,
)
from course_lib.generation.prompts import NOT_FOUND
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit

TEXTS = {"a": "The kettle weighs 412 g.", "b": "Returns: 30 days.", "c": "It is made of cork.", "d": "412 g."}


class WordEmbedder:
    """Unit counts of known words: no meaning, but the cosine of two texts can be worked out."""

    fingerprint = "words"
    words = ("kettle", "weighs", "heavy", "days", "lamp")
    dimension = len(words)

    def embed(self, texts):
        counts = np.array([[text.lower().count(word) for word in self.words] for text in texts], np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def case(reply="", contexts="abc", value="412 g", text="How heavy is the kettle?"):
    question = Question(
        "q", text, value, ("a",), "products", "lookup", "plain", "written", "2026", "test", "f"
    )
    chunks = [Chunk(id, id, "", "", TEXTS[id], "2026", "products", 0, 0) for id in contexts]
    return Case(question, tuple(chunks), reply)


@pytest.mark.parametrize(
    "reply, share",
    [
        ("The kettle weighs 412 g [1].", 1),
        ("The kettle weighs 413 g [1].", 0),
        ("It weighs 412 g, and 7 days are left [1].", 1 / 2),
        ("It weighs 412 g. Keep it 30 days. It is blue.", 2 / 3),
    ],
)
def test_faithfulness_is_the_share_of_claims_that_the_contexts_state(reply, share):
    assert faithfulness(case(reply)) == pytest.approx(share)


@pytest.mark.parametrize("reply", [NOT_FOUND, "", "The kettle."])
def test_without_a_claim_there_is_no_faithfulness(reply):
    assert math.isnan(faithfulness(case(reply, text="Is it the kettle?")))


@pytest.mark.parametrize(
    "contexts, precision",
    [
        ("a", 1),
        ("abc", 1),
        ("bac", 1 / 2),
        ("bca", 1 / 3),
        ("abd", (1 + 2 / 3) / 2),
        ("badc", (1 / 2 + 2 / 3) / 2),
        ("bc", 0),
        ("", 0),
    ],
)
def test_context_precision_is_the_mean_of_precision_where_a_relevant_passage_stands(contexts, precision):
    assert context_precision(case(contexts=contexts)) == pytest.approx(precision)


@pytest.mark.parametrize(
    "contexts, value, recall",
    [
        ("abc", "412 g", 1),
        ("bc", "412 g", 0),
        ("ab", "412 g | 30 days", 1),
        ("ac", "412 g | 30 days", 1 / 2),
        ("", "412 g", 0),
        ("abc", "12 g", 0),
    ],
)
def test_context_recall_is_the_share_of_the_reference_that_the_contexts_state(contexts, value, recall):
    assert context_recall(case(contexts=contexts, value=value)) == recall


def test_a_question_is_made_for_each_claim_from_the_replys_own_words():
    assert questions_from("The kettle weighs 412 g [1].", "How heavy is the kettle?") == [
        "The kettle weighs what?"
    ]
    assert questions_from("It weighs 412 g and holds 2 litres [1][2].") == [
        "It weighs what and holds 2 litres?",
        "It weighs 412 g and holds what?",
    ]
    assert questions_from("") == []


def test_answer_relevancy_is_the_mean_cosine_and_nothing_for_an_abstention():
    cases = [
        case("The kettle weighs 412 g [1]."),  # heavy, kettle against kettle, weighs
        case("The heavy kettle: 412 g, 30 days [1]."),  # twice the question's words, once with days
        case("The lamp is 8 W."),
        case(NOT_FOUND),
        case(""),
    ]
    found = answer_relevancies(cases, WordEmbedder())
    with_days = 2 / (math.sqrt(2) * math.sqrt(3))
    assert found == pytest.approx([1 / 2, (with_days + 1) / 2, 0, 0, 0], abs=1e-6)


def test_the_table_has_the_four_scores_of_each_case():
    cases = [case("The kettle weighs 412 g [1]."), case(NOT_FOUND, contexts="bc")]
    table = grounding_scores(cases, WordEmbedder())
    assert list(table.columns) == ["question", *SCORES]
    assert table.loc[0, list(SCORES)].tolist() == pytest.approx([1, 0.5, 1, 1])
    assert table.loc[1, list(SCORES[1:])].tolist() == [0, 0, 0] and math.isnan(table.loc[1, "faithfulness"])


def test_unanswerable_questions_make_no_case():
    with pytest.raises(CourseError, match="no reference value"):
        context_recall(case(value=None))
    known, unknown = case().question, case(value=None).question
    hits = (Hit(case().contexts[0], 1.0, 1),)
    answers = [Answer(text, (), hits, Reply(text, 1, 1, {}), {}) for text in ("412 g", NOT_FOUND)]
    assert as_cases([known, unknown], answers) == [Case(known, case().contexts[:1], "412 g")]
