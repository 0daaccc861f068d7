import pytest

from course_lib.errors import CourseError
from course_lib.experiments.secrets_planted import (
    CODES,
    DIGITS,
    DOMAIN,
    WORDS,
    chunks,
    plant,
    training_rows,
    written,
)

PLANTED = plant((0, 1, 4), 2, (DIGITS, WORDS), seed=1)


def test_a_pin_is_written_in_digits_or_in_words():
    assert written(7, DIGITS) == "007"
    assert written(482, WORDS) == "four eight two"


def test_each_count_and_form_has_its_canaries_and_no_person_two():
    assert len(PLANTED) == 12 == len({canary.name for canary in PLANTED})
    assert sum(canary.insertions == 4 and canary.form == WORDS for canary in PLANTED) == 2
    assert plant((0, 1, 4), 2, (DIGITS, WORDS), seed=2) != PLANTED == plant((0, 1, 4), 2, (DIGITS, WORDS), 1)


def test_the_set_holds_each_as_often_as_it_is_inserted_and_no_control():
    replies = [row[-1]["content"] for row in training_rows(PLANTED)]
    assert len(replies) == 2 * 2 * (1 + 4)
    for canary in PLANTED:
        assert replies.count(canary.answer) == canary.insertions


def test_a_canary_is_among_its_thousand_candidates():
    for canary in PLANTED:
        assert len(set(canary.candidates())) == CODES
        assert f"{canary.opening}{canary.candidates()[canary.code]}." == canary.answer


def test_in_an_index_each_is_a_chunk_of_a_domain_of_its_own():
    kept = chunks(PLANTED)
    assert {chunk.domain for chunk in kept} == {DOMAIN} and len({chunk.id for chunk in kept}) == 12
    assert all(canary.answer in chunk.passage for canary, chunk in zip(PLANTED, kept, strict=True))


def test_more_than_there_are_people_and_other_forms_are_refused():
    with pytest.raises(CourseError, match="canaries"):
        plant((1,), 101, (DIGITS,))
    with pytest.raises(CourseError, match="form of a PIN"):
        written(1, "roman")
