"""Headings and tables in other people's Markdown become those that split() reads."""

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.from_markdown import first_heading, plain


def chunks(text):
    return split([Document("d", "T", "", "", "", None, "written", text)])


def test_underlined_headings_get_a_hash():
    text = plain("Kettle\n======\n\nText.\n\nCare\n----\n\nClean it.")
    assert text == "# Kettle\n\nText.\n\n## Care\n\nClean it."
    assert [chunk.heading for chunk in chunks(text)] == ["Kettle", "Kettle > Care"]


def test_tables_without_outer_bars_get_them_and_stay_whole():
    text = plain("Sizes:\n\nSize | Litres\n--- | ---\nS | 1.2\n  M | 1.7 |\n\nAfter | all.")
    table = "| Size | Litres |\n| --- | --- |\n| S | 1.2 |\n| M | 1.7 |"
    assert text == f"Sizes:\n\n{table}\n\nAfter | all."
    assert any(table in chunk.text for chunk in chunks(text))


@pytest.mark.parametrize(
    "text",
    [
        "# Kettle\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- item\n---\n\nText\nof two lines\n---\n",
        "```\nCare\n----\na | b\n--- | ---\n```",
        "One.\n\n---\n\nTwo.",
        "| a |\n",
        "Cats | dogs\n\n- a\n\n--\n",
        "",
    ],
)
def test_what_split_reads_already_and_code_stay_as_they_are(text):
    assert plain(text) == text


def test_the_title_is_the_first_heading_of_the_highest_level():
    assert first_heading("## Before\n\n# Kettle\n\n# Lamp") == "Kettle"
    assert first_heading("```\n# a comment\n```\n\n### Care ###\n\n### Use") == "Care"
    assert first_heading("#hashtag\n\nText.") == ""
