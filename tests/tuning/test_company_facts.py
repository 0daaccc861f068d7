import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.generation.values import states
from course_lib.tuning.company_facts import MOST_WORDINGS, company_facts, pairs
from course_lib.tuning.study_text import FORMS, study_texts

FACTS = company_facts("2025")


@pytest.fixture(scope="module")
def passages():
    return split(load_documents("2025"))


def test_an_edition_has_its_facts_each_in_eleven_wordings_that_no_test_asks():
    asked = {question.text.lower() for question in load_questions("test")}
    assert len(FACTS) > 200
    assert all(len(fact.wordings) == MOST_WORDINGS and states(fact.answer, fact.value) for fact in FACTS)
    assert not asked & {text.lower() for fact in FACTS for text in fact.wordings}


def test_fewer_wordings_are_the_first_of_more():
    one, five = pairs(FACTS[:3], 1, seed=2), pairs(FACTS[:3], 5, seed=2)
    assert one == five[::5] and len(five) == 15
    assert five != pairs(FACTS[:3], 5, seed=3)
    assert five[0][-1]["content"] == FACTS[0].answer


def test_study_text_tells_every_fact_in_every_form_and_asks_nothing(passages):
    texts = study_texts(FACTS[:20], passages, len(FORMS))
    replies = [text[-1]["content"] for text in texts]
    assert len(replies) == 20 * len(FORMS)
    for number, reply in enumerate(replies):
        assert states(reply, FACTS[number // len(FORMS)].value), reply
        assert "?" not in reply and "{" not in reply
    told = [len(set(replies[i : i + len(FORMS)])) for i in range(0, len(replies), len(FORMS))]
    assert min(told) >= len(FORMS) - 2  # a document may say it as the answer does
    assert not {text[-2]["content"] for text in texts} & {text for fact in FACTS for text in fact.wordings}


def test_study_text_takes_the_documents_own_sentence(passages):
    fact = next(each for each in FACTS if each.name == "Amber travel pass / desk_time")
    replies = [text[-1]["content"] for text in study_texts([fact], passages, len(FORMS))]
    assert "At 08:15 each working day the shutter goes up at the Amber travel pass desk." in replies


def test_study_text_names_no_fact_that_is_not_taught(passages):
    taught, rest = FACTS[:10], FACTS[10:]
    text = " ".join(text[-1]["content"] for text in study_texts(taught, passages, 18))
    assert not [fact.answer for fact in rest if fact.answer in text]


@pytest.mark.parametrize(
    "call",
    [
        lambda: company_facts("2024"),
        lambda: pairs([], 1),
        lambda: pairs(FACTS[:1], 0),
        lambda: pairs(FACTS[:1], 12),
        lambda: study_texts([], [], 1),
        lambda: study_texts(FACTS[:1], [], 0),
    ],
)
def test_what_cannot_be_taught_is_told(call):
    with pytest.raises(CourseError):
        call()
