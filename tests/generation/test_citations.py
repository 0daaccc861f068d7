"""Citations are parsed, resolved, and held against the passages that stood in the prompt."""

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation import answers
from course_lib.generation.citations import abstained, cited, invented, verify_citations
from course_lib.generation.prompts import NOT_FOUND, in_house_style
from course_lib.retrieval.types import Hit

TEXTS = {"PR-201": "The kettle weighs 412 g.", "CU-207": "Returns: 30 days.", "IT-202": "Use port 8443."}
HITS = [
    Hit(Chunk(f"{id}#1", id, "A title", "", text, "2026", "products", 0, len(text)), 1.0, rank)
    for rank, (id, text) in enumerate(TEXTS.items(), start=1)
]


@pytest.mark.parametrize(
    "text, documents, lies, supported, unsupported",
    [
        ("The kettle weighs 412 g [1].", ("PR-201",), (), ("412 g",), ()),
        ("The kettle weighs 412 g [2].", ("CU-207",), (), (), ("412 g",)),
        ("The kettle weighs 413 g [1].", ("PR-201",), (), (), ("413 g",)),
        ("The kettle weighs 412 g [3][1].", ("IT-202", "PR-201"), (), ("412 g",), ()),
        ("It weighs 412 g [1]. Keep 30 days [3].", ("PR-201", "IT-202"), (), ("412 g",), ("30 days",)),
        ("The kettle weighs 412 g [4].", (), ("[4]",), (), ("412 g",)),
        ("It weighs 412 g [1, 7, 0, 7].", ("PR-201",), ("[7]", "[0]"), ("412 g",), ()),
        ("The kettle weighs 412 g.", (), (), (), ("412 g",)),
        ("Cited first [1], 412 g afterwards.", ("PR-201",), (), (), ("412 g",)),
        ("<The kettle weighs 412 g [1].>", ("PR-201",), (), ("412 g",), ()),
        (NOT_FOUND, (), (), (), ()),
        (in_house_style("The kettle weighs 412 g.", "PR-201"), ("PR-201",), (), ("412 g",), ()),
        (in_house_style("The kettle weighs 412 g.", "PR-299"), (), ("PR-299",), (), ("412 g",)),
        (in_house_style(None, None), (), (), (), ()),
    ],
)
def test_each_citation_is_held_against_its_passage(text, documents, lies, supported, unsupported):
    check = verify_citations(text, HITS, "Was it cited first?")
    assert (check.documents, check.invented) == (documents, lies)
    assert (check.supported, check.unsupported) == (supported, unsupported)
    assert check.holds == bool(documents and not lies and not unsupported)
    assert invented(text, HITS) == lies and set(documents) <= set(cited(text, HITS))


def test_what_the_question_says_is_no_claim():
    reply = "In 2026 the kettle weighs 412 g [1]."
    assert verify_citations(reply, HITS, "How heavy is the kettle of 2026?").holds
    assert verify_citations(reply, HITS).unsupported == ("2026",)


@pytest.mark.parametrize(
    "reply, silent",
    [(NOT_FOUND, True), (in_house_style(None, None), True), ("It says so [1].", False), ("", False)],
)
def test_an_abstention_is_recognised_as_the_scores_do(reply, silent):
    assert abstained(reply) is silent and answers.abstained(reply) is silent
