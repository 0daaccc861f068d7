"""A learner's file of questions: what it may look like, and every fault told with its line."""

import pytest

from course_lib.corpus.folder import load_folder
from course_lib.errors import DataError
from course_lib.own_documents import read_sheet
from course_lib.own_documents.question_sheet import DRAFT, OWN


@pytest.fixture
def documents(shop):
    return load_folder(shop).documents


def read(folder, content, documents, name="mine.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return read_sheet(path, documents)


def test_a_sheet_is_read_whole(sheet, documents):
    found = read_sheet(sheet, documents)
    assert len(found.questions) == 20 and found.drafts == 0
    first, *_, last = found.questions
    assert (first.text, first.value, first.gold) == (
        "What does a Trail Otter cost for a day?",
        "22 EUR",
        ("rental.md",),
    )
    assert (last.value, last.kind, last.gold, last.origin) == (None, "unanswerable", (), OWN)
    assert found.questions[0].fact == found.questions[1].fact == "otter" and last.fact == last.id
    by_text = {question.text: question for question in found.questions}
    for text, document in {
        "How long does an inspection take?": "shop/repairs.html",  # by its name
        "How long is the warranty on a repair?": "shop/repairs.html",  # by its title
        "What do members pay in a year?": "shop/members.txt",  # without its ending
    }.items():
        assert by_text[text].gold == (document,)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "question,answer\nWhen?,8:30\n"),
        ("a.csv", "\ufeffQuestion;Answer\r\nWhen?;8:30\r\n;;\r\n".replace(";;", ";")),
        ("a.tsv", "text\tvalue\tnotes\nWhen?\t8:30\tsaid Marta\n"),
        ("a.jsonl", '{"question": "When?", "answer": "8:30", "document": null}\n'),
        ("a.jsonl", '{"text": "When?", "value": "8:30", "gold": []}\n'),
    ],
)
def test_columns_have_other_names_and_files_other_forms(name, content, tmp_path, documents):
    (question,) = read(tmp_path, content, documents, name).questions
    assert (question.text, question.value, question.gold) == ("When?", "8:30", ())


def test_a_spreadsheets_utf_16_is_read(tmp_path, documents):
    text = "question\tanswer\nWie schwer?\tzwölf\n"
    assert read(tmp_path, text, documents, "a.tsv", "utf-16").questions[0].value == "zwölf"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "holds no questions"),
        ("a.csv", "question,answer\n", "holds no questions"),
        ("a.csv", "question,answer\n,\n  ,\n", "holds no questions"),
        ("a.csv", "frage,antwort\nWann?,8:30\n", "no column question and no column answer; it has 'frage'"),
        ("a.csv", "question,anwser\nWhen?,8:30\n", "no column answer"),
        ("a.jsonl", '{"question": "When?"}\n', "no column answer"),
        ("a.csv", "question,answer\nWhen?,8:30\n,9:00\n", "Line 3 has no question"),
        ("a.csv", "question,answer\nWhen?,a,b\n", "Line 2 .*columns"),
        ("a.csv", "question,answer\nWhen is it?,1\nWhy?,2\nWHEN  is it?,3\n", "Line 4 asks what line 2"),
        ("a.csv", "question,answer,document\nWhen?,8:30,hour.md\n", "Line 2 names .*is it 'hours.md'"),
        ("a.csv", "question,answer,document\nWhen?,8:30,/etc/passwd\n", "not in the folder"),
        ("a.jsonl", '{"question": ["When?"], "answer": "8:30"}\n', "'question' on line 1"),
        ("a.jsonl", '{"question": "When?", "answer": true}\n', "'answer' on line 1"),
        ("a.jsonl", '{"question": "When?"\n', "Line 1 .*not JSON"),
        ("a.jsonl", "[1]\n", "Line 1 .*no object"),
        ("a.jsonl", "[" * 100_000, "Line 1 .*not JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(name, content, said, tmp_path, documents):
    with pytest.raises(DataError, match=said):
        read(tmp_path, content, documents, name)


def test_a_file_of_another_encoding_is_told_with_what_to_do(tmp_path, documents):
    with pytest.raises(DataError, match="not UTF-8 text") as told:
        read(tmp_path, "question,answer\nWie schwer?,zwölf\n", documents, encoding="cp1252")
    assert "save it as UTF-8" in told.value.next_step
    with pytest.raises(DataError, match="cannot be read"):
        read_sheet(tmp_path / "none.csv", documents)


def test_many_faults_are_told_at_once_and_the_rest_counted(tmp_path, documents):
    lines = [f"Question {number}?,1,nowhere-{number}.md" for number in range(40)]
    with pytest.raises(DataError, match="35 lines more") as told:
        read(tmp_path, "question,answer,document\n" + "\n".join(lines), documents)
    assert told.value.problem.count("names the document") == 5


def test_two_documents_of_one_name_are_told(tmp_path, shop):
    (shop / "copy").mkdir()
    (shop / "copy" / "hours.md").write_text("# Other hours\nAt 9:00.", encoding="utf-8")
    documents = load_folder(shop).documents
    with pytest.raises(DataError, match="may be copy/hours.md"):
        read(tmp_path, "question,answer,document\nWhen?,9:00,Hours.md\n", documents)
    exact = read(tmp_path, "question,answer,document\nWhen?,9:00,copy/hours.md\n", documents)
    assert exact.questions[0].gold == ("copy/hours.md",)


def test_thousands_of_rows_are_read(tmp_path, documents):
    rows = "\n".join(f"What is {number}?,{number} g,rental.md,fact {number}" for number in range(5_000))
    assert len(read(tmp_path, f"question,answer,document,fact\n{rows}", documents).questions) == 5_000


def test_what_weakens_a_comparison_is_noted(tmp_path, documents):
    rows = "When?,whenever Marta has had her second coffee,hours.md,yes\nWhere?,Kanal 15,hours.md,no\n"
    found = read(tmp_path, f"question,answer,document,draft\n{rows}", documents)
    assert [question.origin for question in found.questions] == [DRAFT, OWN] and found.drafts == 1
    beginnings = ("1 of 2 questions are drafts", "No question is without", "1 answers have more than 6 words")
    for note, beginning in zip(found.notes, (*beginnings, "2 answers do not stand"), strict=True):
        assert note.startswith(beginning)


def test_a_reply_in_ones_own_form_is_kept(tmp_path, documents):
    found = read(tmp_path, "question,answer,reply\nWhen?,8:30,We open at 8:30!\nWhy?,,\n", documents)
    assert found.replies == {"q2": "We open at 8:30!"}


def test_an_answer_of_one_character_is_told(tmp_path, documents):
    found = read(tmp_path, "question,answer,document\nWhich hall?,2,\nWhen?,8:30,\nWhy?,,\n", documents)
    assert [note for note in found.notes if "1 answers have fewer than 2 characters" in note]
