"""The parts of a Markdown text: headings with their path, blocks, and sentences with their closing marks."""

import pytest

from course_lib.corpus.documents import Document, load_documents
from course_lib.corpus.markdown import (
    WORD,
    blocks,
    blocks_of_kinds,
    count_words,
    first_heading,
    headings,
    lines,
    sections,
    sentences,
)

TEXT = """Hello. It is "new." (Really **new.**) Is it?

# Harbour Kettle

## Care
Wipe it. Use vinegar, e.g. white.

- one item. With two sentences.
- **Weight**: 412 g

| Part | Weight |
|------|--------|
| Lid  | 12 g   |

```
# no heading. No sentence
| no table
```

---

## Repair

Ask us."""


def document(text=TEXT):
    return Document("PR-201", "Harbour Kettle", "products", "2026", "", None, "written", text)


def test_sections_know_their_path_and_the_title_is_no_part_of_it():
    found = [(path, TEXT[start:end].strip()[:8]) for path, start, end in sections(document())]
    assert found == [("", "Hello. I"), ("", ""), ("Care", "Wipe it."), ("Repair", "Ask us.")]


def test_blocks_are_paragraphs_lists_tables_and_code():
    found = [TEXT[start:end].splitlines()[0] for start, end in blocks(TEXT, 0, len(TEXT))]
    assert found == [
        'Hello. It is "new." (Really **new.**) Is it?',
        "# Harbour Kettle",
        "## Care",
        "- one item. With two sentences.",
        "| Part | Weight |",
        "```",
        "---",
        "## Repair",
        "Ask us.",
    ]


def test_sentences_end_behind_their_marks_and_lines_of_tables_and_code_are_sentences():
    assert [TEXT[start:end] for start, end in sentences(document())] == [
        "Hello.",
        'It is "new."',
        "(Really **new.**)",
        "Is it?",
        "# Harbour Kettle",
        "## Care",
        "Wipe it.",
        "Use vinegar, e.g. white.",
        "- one item.",
        "With two sentences.",
        "- **Weight**: 412 g",
        "| Part | Weight |",
        "| Lid  | 12 g   |",
        "# no heading. No sentence",
        "| no table",
        "## Repair",
        "Ask us.",
    ]


def test_every_word_of_the_company_stands_in_one_sentence():
    for each in load_documents("2026"):
        spans = sentences(each)
        assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))
        words = [match.span() for match in WORD.finditer(each.text)]
        assert sum(count_words(each.text[start:end]) for start, end in spans) == len(words)


def test_lines_come_with_their_places():
    assert list(lines("a\n\nbc", 0, 5)) == [(0, "a"), (2, ""), (3, "bc")]
    assert list(lines("a\nbc", 2, 2)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## C#", [(2, "C#")]),
        ("# A #\n## B\\#\n###", [(1, "A"), (2, "B#"), (3, "")]),
        ("Kettle\n======\n\nText.\n\nCare\n----\n", [(1, "Kettle"), (2, "Care")]),
        ("Text\nof two lines\n---\n", []),
        ("# " + "word " * 31, []),
        ("````\n```\n# x\n```\n````\n# A", [(1, "A")]),
        ("> # A\n\n- # B\n\n    # C\n", []),
        ("# a  \t  b" + " " * 20_000 + "c", [(1, "a b c")]),
    ],
)
def test_headings_are_those_of_commonmark(text, found):
    assert [(heading.level, heading.name) for heading in headings(text)] == found
    assert all(text[heading.start : heading.end].strip() for heading in headings(text))


def test_the_title_is_the_first_heading_of_the_highest_level():
    assert first_heading("## Before\n\n# Kettle\n\n# Lamp") == "Kettle"
    assert first_heading("```\n# a comment\n```\n\n### Care ###\n\n### Use") == "Care"
    assert first_heading("#hashtag\n\n#\n\nText.") == ""


def test_blocks_know_what_they_are():
    text = "x\n| a | b |\n|--|--|\n| 1 | 2 |\ny\n\n> a | b\n> --|--\n> 1 | 2\n\n| no | rule |\n\n"
    text += "- z\n  ~~~\n  c\n\n  d\n  ~~~\nend"
    found = [(kind, text[start:end]) for kind, start, end in blocks_of_kinds(text, 0, len(text))]
    assert found == [
        ("text", "x"),
        ("table", "| a | b |\n|--|--|\n| 1 | 2 |"),
        ("text", "y"),
        ("table", "> a | b\n> --|--\n> 1 | 2"),
        ("rows", "| no | rule |"),
        ("text", "- z"),
        ("code", "  ~~~\n  c\n\n  d\n  ~~~"),
        ("text", "end"),
    ]
