"""Whatever a model writes is read: reading raises nothing, and what means something is found."""

import json
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation.answers import complies
from course_lib.generation.citations import abstained, beside_abstention, cited, invented, verify_citations
from course_lib.generation.guards import objections
from course_lib.generation.prompts import in_house_style
from course_lib.generation.rag import Answer
from course_lib.generation.reply_reader import (
    NO_JSON,
    json_object,
    numbers_in,
    said,
    sources_of,
    told,
    whole_json,
)
from course_lib.generation.types import Reply
from course_lib.generation.values import claims_of
from course_lib.retrieval.types import Hit

TEXTS = {"PR-201": "The warranty is 2 years.", "PR-202": "The tank holds 3 litres.", "PR-203": "It is blue."}
HITS = [
    Hit(Chunk(f"{id}#1", id, "T", "", text, "2026", "", 0, len(text)), 1.0, rank)
    for rank, (id, text) in enumerate(TEXTS.items(), start=1)
]
BODY = {"answer": "Gladly: it is 2 years.", "source": "PR-201", "status": "answered"}
JSON = json.dumps(BODY)
fast = settings(max_examples=150, deadline=None, derandomize=True, database=None)

scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text()
bodies = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
)
pieces = some.sampled_from(
    [
        "<think>",
        "</think>",
        "```json",
        "```",
        "~~~",
        "[1]",
        "[2, 9]",
        "[",
        "]",
        "{",
        "}",
        '"',
        "\\ud83d",
        "\ud83d",
        "The documents do not say.",
        "3 litres",
        JSON,
        "\n",
        " ",
        "1" * 30,
        '{"answer":',
        '"source": [1, null]',
    ]
)


def read_all(reply):
    """Everything that reads replies, on one of them."""
    check = verify_citations(reply, HITS, "How much?")
    answer = Answer(reply, cited(reply, HITS), tuple(HITS), Reply(reply, 1, 1, {}), {})
    named = [*cited(reply, HITS), *invented(reply, HITS), *check.documents, *check.supported, told(reply)]
    assert all(isinstance(each, str) and each.encode("utf-8") is not None for each in named)
    assert isinstance(abstained(reply), bool) and isinstance(complies(reply)[0], bool)
    claims_of(beside_abstention(reply)), objections(answer, "How much?", ["PR-201"])
    return cited(reply, HITS)


@fast
@given(some.text() | some.lists(pieces, max_size=12).map("".join))
def test_any_text_is_read(reply):
    read_all(reply)


@fast
@given(
    bodies,
    some.integers(0, 40),
    some.sampled_from(["{}", "```json\n{}\n```", "Sure:\n```\n{}", "<think>a</think>{}"]),
)
def test_any_json_is_read_whole_and_cut_short(body, cut, around):
    text = json.dumps({"answer": body, "source": body, "status": "answered"})
    read_all(around.replace("{}", text))
    read_all(around.replace("{}", text[: len(text) - cut]))


@fast
@given(some.text(alphabet=some.characters(exclude_characters="<`~", exclude_categories=["Cs"])))
def test_plain_words_stay_as_they_are(reply):
    assert said(reply) == reply
    if json_object(reply) is None:
        assert told(reply) == reply


@fast
@given(some.text(min_size=1), some.sampled_from([*TEXTS, "PR-999"]))
def test_the_house_style_says_what_json_says(answer, source):
    reply = in_house_style(answer, source)
    assert json_object(reply) == whole_json(reply) == json.loads(reply)
    assert cited(reply, HITS) == (source,) and said(reply) == reply


@pytest.mark.parametrize(
    "around",
    [
        "```json\n{}\n```",
        "```\n{}```",
        "~~~\n{}\n~~~",
        "Here:\n```JSON {}\n```\nBye.",
        "```json\n{}",
        "\ufeff{}\n",
        "<think>Is it [3]?</think>\n{}",
    ],
)
def test_json_is_found_between_fences_and_behind_thoughts(around):
    reply = around.replace("{}", JSON)
    assert json_object(reply) == BODY and told(reply) == BODY["answer"]
    check = verify_citations(reply, HITS)
    assert cited(reply, HITS) == check.documents == ("PR-201",) and check.holds
    assert not invented(reply, HITS)


def test_a_reply_between_fences_is_not_the_house_style():
    assert complies(JSON)[0] and not complies(f"```json\n{JSON}\n```")[0]
    assert complies("null")[1] == ("JSON, but not an object",) and whole_json("null") is None
    assert complies("nul")[1] == ("not one JSON object and nothing else",) and whole_json("nul") is NO_JSON


@pytest.mark.parametrize(
    ("reply", "spoken"),
    [
        ("<think>It says 3 litres [2].</think>It is 2 years [1].", "It is 2 years [1]."),
        ("It says 3 litres [2].</think>\n\nIt is 2 years [1].", "It is 2 years [1]."),
        ("<THINKING>a <thinking>b</thinking> c</thinking> It is 2 years [1].", "It is 2 years [1]."),
        ("It is 2 years [1]. <think>Or is it 3 litres [2]", "It is 2 years [1]."),
    ],
)
def test_what_was_only_thought_is_not_said(reply, spoken):
    assert said(reply) == spoken and cited(reply, HITS) == ("PR-201",)
    assert claims_of(reply) == ("2 years",)
    assert not abstained(f"<think>The documents do not say.</think>{spoken}")


def test_sources_may_be_a_list_and_numbers_of_passages():
    assert sources_of({"source": ["PR-201", 2, None, True, 2.0, ["x"], "", "PR-201"]}) == ("PR-201", 2)
    assert cited('{"source": 2}', HITS) == ("PR-202",) and invented('{"source": 2}', HITS) == ()
    assert cited('{"source": [9, "PR-9"]}', HITS) == ("PR-9",)
    assert invented('{"source": [9, "PR-9"]}', HITS) == ("[9]", "PR-9")
    assert invented("[7] and [1, 4]", HITS) == ("[7]", "[4]") and numbers_in("[1, 3; 12]") == [1, 3, 12]


@pytest.mark.parametrize(
    "reply",
    [
        "[" * 20_000,
        '{"answer": ' * 3000,
        "1" * 20_000,
        f"It is [{'7' * 9000}].",
        " " * 20_000,
        "[1] " * 5000,
        "```" * 5000,
        "<think>" * 3000,
    ],
)
def test_a_model_that_repeats_itself_is_read_in_time(reply):
    started = perf_counter()
    read_all(reply)
    assert perf_counter() - started < 20  # and not the minutes of a search that begins anew at each place
