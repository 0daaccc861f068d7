"""The text of real PDF files; those that have none to give are named with what is wrong."""

import pytest
from pypdf import PdfReader, PdfWriter

from course_lib.corpus.from_pdf import join_broken_words, read_pdf
from course_lib.errors import DataError

PAGES = ("The Harbour Kettle needs mainte-\nnance once a month.", "", "It holds 1.7 litres, ﬁlled.")


def test_pages_become_paragraphs_and_broken_words_whole(tmp_path, write_pdf):
    path = write_pdf(tmp_path / "a.pdf", *PAGES, title="Harbour Kettle")
    assert "mainte-\nnance" in PdfReader(path).pages[0].extract_text()  # else the last line proves nothing
    pdf = read_pdf(path)
    assert (pdf.title, pdf.pages, pdf.silent) == ("Harbour Kettle", 3, (2,))
    assert pdf.text == "The Harbour Kettle needs maintenance once a month.\n\nIt holds 1.7 litres, filled."


def test_bullets_become_the_dashes_of_a_list(tmp_path, write_pdf):
    path = write_pdf(tmp_path / "a.pdf", "Parts:\n• a lid\n• a spout • in red")
    assert read_pdf(path).text == "Parts:\n- a lid\n- a spout • in red"


def test_a_pdf_without_a_title_has_none(tmp_path, write_pdf):
    assert read_pdf(write_pdf(tmp_path / "a.pdf", "Text.")).title == ""


def test_a_scan_has_no_text_layer(tmp_path, write_pdf):
    path = write_pdf(tmp_path / "scan.pdf", "", "")
    with pytest.raises(DataError, match=r"scan.pdf has no text layer on any of its pages \(2\)") as caught:
        read_pdf(path)
    assert "OCR" in caught.value.next_step


def test_a_password_is_said_and_one_that_is_empty_tried(tmp_path, write_pdf, encrypt):
    path = write_pdf(tmp_path / "locked.pdf", "Text.")
    encrypt(path, "secret", "owner")
    with pytest.raises(DataError, match=r"locked.pdf is encrypted"):
        read_pdf(path)
    path = write_pdf(tmp_path / "printable.pdf", "Text.")
    encrypt(path, "", "owner")
    assert read_pdf(path).text == "Text."


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "no pages"])
def test_a_damaged_file_is_named(tmp_path, write_pdf, damage, caplog):
    path = write_pdf(tmp_path / "bad.pdf", "Text.")
    content = path.read_bytes()
    if damage == "no pages":
        PdfWriter().write(path)
    else:
        path.write_bytes({"cut": content[: len(content) // 3], "empty": b"", "other": b"# Markdown"}[damage])
    with pytest.raises(DataError, match="bad.pdf is damaged, or no PDF: ") as caught:
        read_pdf(path)
    assert caught.value.next_step and not caplog.records


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("mainte-\nnance", "maintenance"),
        ("mainte\u00ad\nnance", "maintenance"),
        ("mainte\u2010\n  nance", "maintenance"),
        ("a long-\nterm plan, long-term", "a long-term plan, long-term"),
        ("state-of-\nthe-art", "state-of-the-art"),
        ("part PR-\n201", "part PR-201"),
        ("Anglo-\nSaxon", "Anglo-Saxon"),
        ("1.7-\nlitre", "1.7-litre"),
        ("one -\ntwo", "one -\ntwo"),
        ("end-\n\nnew page", "end-\n\nnew page"),
        ("no break", "no break"),
    ],
)
def test_a_hyphen_goes_where_it_only_broke_a_word(broken, whole):
    assert join_broken_words(broken) == whole
