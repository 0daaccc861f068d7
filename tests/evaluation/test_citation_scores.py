"""Precision and recall of citations, question by question, on answers whose scores can be counted."""

import math

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.evaluation.citation_scores import citation_scores, precision_and_recall, summed
from course_lib.generation.citations import cited
from course_lib.generation.prompts import NOT_FOUND, in_house_style
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit

TEXTS = {"PR-201": "The kettle weighs 412 g.", "CU-207": "Returns: 30 days.", "IT-202": "Use port 8443."}
HITS = tuple(
    Hit(Chunk(f"{id}#1", id, "A title", "", text, "2026", "products", 0, len(text)), 1.0, rank)
    for rank, (id, text) in enumerate(TEXTS.items(), start=1)
)


def question(*gold, fact="f"):
    kind = ("products", "lookup", "plain", "written", "2026", "test", fact)
    return Question("q", "What?", "412 g", gold, *kind)


@pytest.mark.parametrize(
    "gold, reply, precision, recall, invents, holds",
    [
        (("PR-201",), "It weighs 412 g [1].", 1, 1, False, True),
        (("PR-201",), "It weighs 412 g [1][2].", 1 / 2, 1, False, True),
        (("PR-201", "CU-207"), "It weighs 412 g [1].", 1, 1 / 2, False, True),
        (("PR-201", "CU-207"), "It weighs 412 g [1]. Returns: 30 days [2].", 1, 1, False, True),
        (("PR-201",), "It weighs 412 g [3].", 0, 0, False, False),
        (("PR-201",), "It weighs 412 g [1][9].", 1, 1, True, False),
        (("PR-201",), NOT_FOUND, math.nan, 0, False, False),
        (("PR-201",), in_house_style("It weighs 412 g.", "PR-101"), 1, 1, True, False),
        (("PR-201",), in_house_style("It weighs 412 g.", "HB-299"), 0, 0, True, False),
    ],
)
def test_each_question(gold, reply, precision, recall, invents, holds):
    answer = Answer(reply, cited(reply, HITS), HITS, Reply(reply, 1, 1, {}), {})
    row = citation_scores("RAG", [question(*gold)], [answer]).iloc[0]
    assert row["precision"] == pytest.approx(precision, nan_ok=True) and row["recall"] == recall
    assert (row["invents"], row["holds"]) == (invents, holds)
    assert row["cites"] == bool(answer.citations)


def test_the_sum_counts_precision_where_something_is_cited_and_leaves_out_what_has_no_gold():
    replies = ["It weighs 412 g [1].", "It weighs 412 g [2].", NOT_FOUND, NOT_FOUND]
    answers = [Answer(r, cited(r, HITS), HITS, Reply(r, 1, 1, {}), {}) for r in replies]
    asked = [question("PR-201", fact=fact) for fact in "abc"]
    table = citation_scores("RAG", [*asked, question()], answers)
    assert len(table) == 3
    found = summed(table).set_index("measure")
    assert found.loc["precision", ["mean", "n"]].tolist() == [1 / 2, 2]
    assert found.loc["recall", ["mean", "n"]].tolist() == [pytest.approx(1 / 3), 3]
    assert found.loc["recall", "low"] < 1 / 3 < found.loc["recall", "high"]
    silent = citation_scores("mute", [question("PR-201")], answers[2:3])
    assert "precision" not in set(summed(silent)["measure"])


def test_a_document_is_the_same_in_either_edition():
    assert precision_and_recall(["PR-207"], ["PR-107"]) == (1, 1)
    assert precision_and_recall(["PR-208"], ["PR-107"]) == (0, 0)


def test_a_learners_ids_are_never_parsed():
    assert precision_and_recall(["a-1.md"], ["a-11md"]) == (0, 0)  # six characters, as the course's own have
    assert precision_and_recall(["v2"], ["v1"], {"v2": "v1", "v1": "v1"}) == (1, 1)
    assert precision_and_recall(["PR-207"], ["PR-107"], {}) == (0, 0)  # where nothing says they are one
