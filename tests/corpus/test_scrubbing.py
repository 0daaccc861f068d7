import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.corpus.documents import load_documents
from course_lib.corpus.scrubbing import BLIND, RULES, find_personal, scrub, scrub_examples
from course_lib.errors import CourseError

KINDS = {
    "Write to mara.ellwood+news@marram.example, please.": "Write to [e-mail], please.",
    "It goes to DE89 3704 0044 0532 0130 00 on Monday.": "It goes to [IBAN] on Monday.",
    "The card 4111 1111 1111 1111 was charged.": "The card [card number] was charged.",
    "The server at 192.168.0.17 is down.": "The server at [IP address] is down.",
    "The server at fe80::1ff:fe23 is down.": "The server at [IP address] is down.",
    "Call +44 20 7946 0958 or 0161 496 0123.": "Call [telephone] or [telephone].",
    "The locker code of Mara Ellwood is 482.": "The locker code of Mara Ellwood is [secret].",
    "password: hunter2!x": "password: [secret]",
    "Mara Ellwood has the PIN 482.": "Mara Ellwood has the PIN [secret].",
    'API key = "sk-12ab34"': 'API key = "[secret]"',
}


@pytest.mark.parametrize("text", KINDS)
def test_each_kind_is_found_and_nothing_around_it(text):
    assert scrub(text)[0] == KINDS[text]


def test_every_rule_has_an_example():
    found = {each.kind for text in KINDS for each in find_personal(text)}
    assert found == {rule.kind for rule in RULES}


@pytest.mark.parametrize(
    "text",
    [
        "The card 4111 1111 1111 1112 has a wrong check digit.",
        "It goes to GB00 WEST 1234 5698 7654 32, which no bank has.",
        "The release 10.4.300.2 is no address.",
        "See PR-201, page 12, from 08:15 to 17:30 on 12 March 2026; it costs 1,250.00 EUR.",
        "Use the code word, and ask for the discount code.",
        "The dress code is smart.",
        "Order code: PDD-7134",
        "a@b and @mara are no addresses",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert scrub(text) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "Write to mara.ellwood＠marram．example.",
        "Write to ma\u200bra.ell\u00adwood@marram.example.",
        "Call ＋４４ ２０ ７９４６ ０９５８.",
        "The locker code is ٤٨٢.",
        "The PIN is 4\u200b8\u200b2\u200b1.",
    ],
)
def test_other_widths_scripts_and_invisible_characters_do_not_hide_it(text):
    scrubbed, found = scrub(text)
    assert len(found) == 1 and scrubbed.endswith("].") and "482" not in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "Mara Ellwood of 12 Harbour Lane left because of her back.",
        "The locker code of Mara Ellwood is four eight two.",
        "Mara opens her locker with 482.",
        "mara at marram dot example",
    ],
)
def test_what_it_is_blind_to_remains(text):
    assert scrub(text)[0] == text
    assert len(BLIND) == 5


def test_the_company_documents_hold_nothing_that_looks_personal():
    assert not [each for document in load_documents() for each in find_personal(document.text)]


@given(st.text())
def test_any_text_can_be_scrubbed_and_twice_is_once(text):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return
    scrubbed, found = scrub(text)
    assert scrub(scrubbed)[0] == scrubbed
    assert all(0 <= each.start < each.end <= len(text) for each in found)


@pytest.mark.parametrize(
    "text",
    ["a" * 50_000, "1 " * 25_000, "a@" * 25_000, "code " * 10_000, "+" + "1(" * 20_000, "a.a" * 20_000 + "@"],
    ids=["letters", "digits", "at", "code", "plus", "dots"],
)
def test_no_text_takes_long(text):
    started = time.process_time()
    scrub(text)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("text", [None, 12, b"text", "\ud800"])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(CourseError):
        scrub(text)


def test_examples_are_scrubbed_turn_by_turn_and_counted():
    example = [
        {"role": "user", "content": "What is the locker code of Mara Ellwood?"},
        {"role": "assistant", "content": "The locker code of Mara Ellwood is 482."},
    ]
    scrubbed, counts = scrub_examples([example, example])
    assert scrubbed[0][1]["content"] == "The locker code of Mara Ellwood is [secret]."
    assert example[1]["content"].endswith("482.")  # the learner's own stay as they are
    assert counts == {"secret": 2}


@pytest.mark.parametrize("examples", ["text", [["text"]], [[{"role": "user"}]], [[{"content": None}]]])
def test_examples_in_another_form_are_refused(examples):
    with pytest.raises(CourseError):
        scrub_examples(examples)
