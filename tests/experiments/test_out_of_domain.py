"""The tasks on which a tuned retriever may have lost something: each question has one passage to find."""

import pytest

from course_lib.corpus.documents import load_documents
from course_lib.experiments.out_of_domain import docstring_task, reader_task
from course_lib.world.reading.school_reader import sections

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def docstrings():
    return docstring_task()


@pytest.fixture(scope="module")
def reader():
    return reader_task(sections())


@pytest.mark.parametrize("name", ["docstrings", "reader"])
def test_every_question_has_its_one_passage(name, request):
    chunks, questions = request.getfixturevalue(name)
    names = [chunk.id for chunk in chunks]
    assert len(chunks) >= 400 and len(questions) >= 600
    assert len(set(names)) == len(names) and len({q.id for q in questions}) == len(questions)
    assert {q.gold for q in questions} <= {(name,) for name in names}
    assert all(chunk.document_id == chunk.id for chunk in chunks)


def test_a_docstring_does_not_repeat_its_question(docstrings):
    for chunk, question in zip(*docstrings, strict=True):
        assert question.gold == (chunk.id,)
        assert question.text.rstrip(".") not in chunk.text
        assert 15 <= len(chunk.text.split()) <= 120 and 5 <= len(question.text.split()) <= 30


def test_the_readers_blanks_are_filled_and_the_same_task_is_drawn_again(reader):
    assert not any("{" in chunk.text for chunk in reader[0])
    assert reader_task(sections()) == reader


def test_no_page_of_the_reader_is_the_companys(reader):
    titles = {document.title for document in load_documents()}
    assert not titles & {chunk.title for chunk in reader[0]}
