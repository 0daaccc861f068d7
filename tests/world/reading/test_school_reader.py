import re
from random import Random

import pytest

from course_lib.corpus.documents import load_documents
from course_lib.world import value_kinds
from course_lib.world.reading.conversation import reading_example
from course_lib.world.reading.school_reader import draw_reader, sections

ALL = [section for page in sections() for section in page]


def test_every_page_has_blanks_with_questions_and_one_place_each():
    assert len(ALL) > 100
    for section in ALL:
        assert section.blanks, section.heading
        for blank in section.blanks:
            place = f"{section.title} / {section.heading} / {blank.name}"
            relation = blank.relation
            assert section.text.count("{" + blank.name + "}") == 1, place
            assert relation.answer.count("{v}") == 1, place
            assert len(relation.questions) == 3 and relation.casual, place
            assert not any("{" in text for text in (*relation.questions, *relation.casual)), place
            assert relation.value in value_kinds.SAMPLERS or len(blank.values) >= 5, place
        assert not set(re.findall(r"\{(\w+)\}", section.text)) - {blank.name for blank in section.blanks}


@pytest.mark.parametrize("seed", range(20))
def test_a_drawn_page_states_what_may_be_asked_and_not_what_is_missing(seed):
    rng = Random(seed)
    context = draw_reader(rng, 1 + seed % 4)
    assert len(context.passages) == 1 + seed % 4
    for ask in context.asks:
        assert ask.fact.value.lower() in context.passages[ask.number - 1].text.lower()
    stated = {ask.fact.relation.id for ask in context.asks}
    assert context.missing and not stated & {fact.relation.id for fact in context.missing}
    assert not any("{" in passage.text for passage in context.passages)
    messages = reading_example(rng, context, 4)
    assert messages[-1]["role"] == "assistant" and "value" in messages[-1]


def test_paragraphs_are_one_line_and_tables_keep_theirs():
    for section in ALL:
        for line in section.text.splitlines():
            if line.startswith("|"):
                assert line.rstrip().endswith("|")
    assert any("\n| " in section.text for section in ALL)


def test_the_company_is_not_in_the_school_reader():
    company = {
        sentence
        for document in load_documents()
        for sentence in re.split(r"(?<=[.!?])\s+", document.text)
        if len(sentence) > 30
    }
    for section in ALL:
        assert "Marram" not in section.text
        assert not set(re.split(r"(?<=[.!?])\s+", section.text)) & company
