"""Drafts ask for values that their documents state, and are read back as they were written."""

import pytest

from course_lib.corpus.documents import Document
from course_lib.corpus.folder import load_folder
from course_lib.errors import DataError
from course_lib.generation.values import states
from course_lib.own_documents import draft_questions, read_sheet, write_drafts
from course_lib.own_documents.drafting import candidates


def document(text, id="a.md", title="Kettles"):
    return Document(id, title, "", "", "", None, "written", text)


def drafts_of(text):
    from random import Random

    return list(candidates(document(text), Random(0)))


def test_a_row_of_a_table_is_asked_for_by_its_column():
    table = "| model | weight | colour |\n|---|---|---|\n| Harbour | 412 g | yes |\n| Pier | 1.2 kg | |\n"
    found = {each.answer: each.question for each in drafts_of(table)}
    assert found == {
        "412 g": "According to “Kettles”, what is “weight” of Harbour?",
        "1.2 kg": "According to “Kettles”, what is “weight” of Pier?",
    }


@pytest.mark.parametrize(
    ("sentence", "asked", "answer"),
    [
        ("The kettle weighs 412 g without a lid.", "The kettle weighs how many g without a lid?", "412 g"),
        ("The office opens at 8:30 on all days.", "The office opens at what time on all days?", "8:30"),
        ("The rooms are cleaned by Ana Ruiz.", "The rooms are cleaned by who or what?", "Ana Ruiz"),
        ("The **kettle** [weighs](a.md) `412 g` or so.", "The kettle weighs how many g or so?", "412 g"),
    ],
)
def test_a_sentence_is_asked_for_its_most_telling_value(sentence, asked, answer):
    (draft,) = drafts_of(f"# Kettles\n\n{sentence}")
    assert draft.question == f"According to “Kettles”: {asked}" and draft.answer == answer
    assert (draft.kind, draft.draft) == ("sentence", "yes")


@pytest.mark.parametrize(
    "text",
    [
        "It weighs 412 g without its lid.",  # what does?
        "For the bread we pay 7,35 or so in the shop.",  # a comma that is a decimal point
        "The parcels of the shop are kept by Ana St. Claire for 12 days in the back room.",  # two halves
        "The telephone of the office is 01632 960417 on all days.",
        "412 g",
        "The kettle weighs 412 g and the pot weighs 412 g too; see https://example.org/412.",
        "The kettle is heavy, and the pot is heavier still than that.",
        "The kettle weighs 412 g with its lid, 412 g",  # no end
        "```\nThe kettle weighs 412 g without its lid.\n```",
        "",
    ],
)
def test_what_makes_no_question_makes_none(text):
    assert drafts_of(text) == []
    with pytest.raises(DataError, match="No sentence and no row"):
        draft_questions([document(text)])


def test_every_draft_of_other_texts_can_be_answered_from_its_document(others):
    documents = load_folder(others).documents
    drafts = draft_questions(documents, 30)
    texts = {each.id: each.text for each in documents}
    assert 10 <= len(drafts) <= 30 and len({draft.question for draft in drafts}) == len(drafts)
    for draft in drafts:
        assert states(texts[draft.document], draft.answer) and not states(draft.question, draft.answer)


def test_drafts_come_from_all_documents_and_the_same_seed_gives_the_same(shop):
    documents = load_folder(shop).documents
    drafts = draft_questions(documents, 10, seed=3)
    assert {draft.document for draft in drafts} == {each.id for each in documents}
    assert {draft.kind for draft in drafts} == {"table", "sentence"}
    assert draft_questions(documents, 10, seed=3) == drafts != draft_questions(documents, 10, seed=4)


def test_drafts_are_written_and_read_back(shop, tmp_path):
    documents = load_folder(shop).documents
    drafts = draft_questions(documents, 10)
    found = read_sheet(write_drafts(tmp_path / "drafts.csv", drafts), documents)
    assert [(q.text, q.value, q.gold) for q in found.questions] == [
        (draft.question, draft.answer, (draft.document,)) for draft in drafts
    ]
    assert found.drafts == 10
