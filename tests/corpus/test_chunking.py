"""Chunks hold the whole document, once, under the right headings, and never tear a table's row."""

import random
import re

import pytest

from course_lib.corpus.chunking import count_words, split
from course_lib.corpus.documents import Document, load_documents
from course_lib.corpus.markdown import WORD, blocks, headings, sections, sentences_in
from course_lib.errors import CourseError
from course_lib.runtime import DATA


def document(text: str, title: str = "Harbour Kettle", number: str = "PR-201") -> Document:
    return Document(number, title, "products", "2026", "2026-01-01", None, "written", text)


def table(rows: int) -> str:
    body = "".join(f"| Part {row} | {row} g | red |\n" for row in range(rows))
    return "| Part | Weight | Colour |\n|---|---|---|\n" + body


def sample(seed: int) -> Document:
    """A document of random sections, paragraphs, lists, tables and code."""
    rng = random.Random(seed)
    blocks = ["# Harbour Kettle"]
    for _ in range(rng.randint(3, 12)):
        kind = rng.choice(["heading", "prose", "prose", "list", "table", "code", "rule"])
        sentences = [
            " ".join(["Word"] + ["word"] * rng.randint(2, 40)) + rng.choice(".?!")
            for _ in range(rng.randint(1, 6))
        ]
        blocks.append(
            {
                "heading": "#" * rng.randint(1, 4) + f" Part {rng.randint(1, 9)}",
                "prose": " ".join(sentences),
                "list": "\n".join(f"- {each}" for each in sentences),
                "table": table(rng.randint(1, 80)).strip(),
                "code": "```\n# no heading\n\n| no | table |\nrun --all\n```",
                "rule": "---",
            }[kind]
        )
    return document("\n\n".join(blocks))


@pytest.fixture(scope="module")
def documents():
    """The company's documents where they are at hand, and twenty random ones."""
    real = load_documents() if (DATA / "manifest.json").is_file() else []
    return real + [sample(seed) for seed in range(20)]


def test_headings_make_chunks_with_their_path():
    text = (
        "# Harbour Kettle\n\nHello.\n\n## Care\nWipe it.\n\n### Descaling\nVinegar.\n\n## Repair\nAsk us.\n\n"
    )
    chunks = split([document(text)])
    assert [(chunk.id, chunk.heading, chunk.text) for chunk in chunks] == [
        ("PR-201#1", "", "Hello."),
        ("PR-201#2", "Care", "Wipe it."),
        ("PR-201#3", "Care > Descaling", "Vinegar."),
        ("PR-201#4", "Repair", "Ask us."),
    ]
    assert chunks[0].passage == "Harbour Kettle\nHello."
    assert chunks[2].passage == "Harbour Kettle > Care > Descaling\nVinegar."
    assert (chunks[2].document_id, chunks[2].edition, chunks[2].domain) == ("PR-201", "2026", "products")


def test_a_top_heading_other_than_the_title_stays_in_the_path():
    assert split([document("# Old name\n\nHello.")])[0].heading == "Old name"


def test_a_long_section_is_cut_after_paragraphs_then_sentences():
    text = "One two three. Four five six.\n\nSeven eight nine."
    assert [chunk.text for chunk in split([document(text)], 9)] == [text]
    assert [chunk.text for chunk in split([document(text)], 6)] == [
        "One two three. Four five six.",
        "Seven eight nine.",
    ]
    assert [chunk.text for chunk in split([document(text)], 4)] == [
        "One two three.",
        "Four five six.",
        "Seven eight nine.",
    ]


def test_marks_that_close_a_sentence_stay_with_it():
    text = 'He said "no way." (Then **he left.**) "Fine" it was.'
    assert [chunk.text for chunk in split([document(text)], 4)] == [
        'He said "no way."',
        "(Then **he left.**)",
        '"Fine" it was.',
    ]


def test_lists_are_cut_between_items():
    text = "- one two\n- three four\n- five six"
    assert [chunk.text for chunk in split([document(text)], 4)] == ["- one two\n- three four", "- five six"]


def test_a_sentence_that_is_too_long_is_cut_between_words():
    assert [chunk.text for chunk in split([document("one two three four five")], 2)] == [
        "one two",
        "three four",
        "five",
    ]


def test_a_table_stays_whole_up_to_twice_the_limit():
    text = f"Before it.\n\n{table(5)}\nAfter it."  # the table counts 3 + 5 * 5 = 28 words
    texts = [chunk.text for chunk in split([document(text)], 14)]
    assert texts == ["Before it.", table(5).strip(), "After it."]


def test_a_longer_table_is_cut_between_rows_under_its_header_again():
    source = document(f"## Parts\n\n{table(9)}")
    chunks = split([source], 14)
    header = "| Part | Weight | Colour |\n|---|---|---|\n"
    assert len(chunks) == 5
    assert all(chunk.text.startswith(header) and count_words(chunk.text) <= 14 for chunk in chunks)
    rows = [row for chunk in chunks for row in chunk.text.removeprefix(header).splitlines()]
    assert rows == table(9).splitlines()[2:]
    assert all(chunk.text == header + source.text[chunk.start : chunk.end] for chunk in chunks[1:])


def test_code_is_neither_heading_nor_table():
    text = "## Restart\n\n```\n# stop it first\n\n| grep it\n```\n\nThen wait."
    assert [(chunk.heading, chunk.text) for chunk in split([document(text)])] == [
        ("Restart", text.split("\n\n", 1)[1])
    ]


def test_bars_and_rules_are_no_words():
    assert count_words("| Weight | 412 g |\n|---|:-:|\n- **bold** — x") == 5


def test_what_holds_no_words_makes_no_chunk():
    assert split([document("# Harbour Kettle\n\n---\n\n##\n\n***")]) == []
    assert split([document("")]) == []


def test_a_heading_with_nothing_below_it_is_a_chunk_unless_it_stands_in_the_path_of_another():
    text = "# Harbour Kettle\n\n## Fixed a leak\n\n## New\n\n### A lid\n\n---\n\n### A spout\n\nIt pours."
    text += "\n\n## Gone ##"
    source = document(text)
    chunks = split([source], 5, 2)
    assert [(chunk.heading, chunk.text) for chunk in chunks] == [
        ("Fixed a leak", "## Fixed a leak"),
        ("New > A lid", "### A lid"),
        ("New > A spout", "It pours."),
        ("Gone", "## Gone ##"),
    ]
    assert all(chunk.text == text[chunk.start : chunk.end] for chunk in chunks)
    assert [chunk.heading for chunk in split([document("## A\n\n###\n\n## B\n\n#### C")])] == ["A", "B > C"]


@pytest.mark.parametrize("max_words", [10, 40, 90])
def test_every_word_stands_in_one_chunk_at_its_place(documents, max_words):
    for each in documents:
        chunks = split([each], max_words)
        covered = [False] * len(each.text)
        for chunk in chunks:
            assert chunk.text.endswith(each.text[chunk.start : chunk.end])
            header = chunk.text[: len(chunk.text) - (chunk.end - chunk.start)]
            assert header == "" or (header.startswith("|") and header in each.text[: chunk.start])
            assert not any(covered[chunk.start : chunk.end])
            covered[chunk.start : chunk.end] = [True] * (chunk.end - chunk.start)
        left = "".join(" " if seen else char for char, seen in zip(each.text, covered, strict=True))
        assert all(re.fullmatch(r"#+ .*|-*", line.strip()) for line in left.splitlines()), left


@pytest.mark.parametrize("max_words", [10, 40, 90])
def test_no_chunk_is_too_long_but_for_a_table(documents, max_words):
    for chunk in split(documents, max_words):
        if "|" not in chunk.text:
            assert 1 <= count_words(chunk.text) <= max_words
        elif count_words(chunk.text) > 2 * max_words:  # one row that is long by itself
            assert len(chunk.text.splitlines()) == 3


@pytest.mark.parametrize("overlap", [5, 15, 30])
def test_an_overlap_begins_at_the_earliest_sentence_that_it_reaches(documents, overlap):
    """The rule as it is said, tried from the top of the section for each chunk anew."""
    reached = 0
    for each in documents:
        apart, text = split([each], 45), each.text
        tops = {at: start for _, start, end in sections(each) for at in range(start, end)}
        tops |= {bare.start: bare.start for bare in headings(text)}  # one that has nothing below it
        for above, old, new in zip([None, *apart[:-1]], apart, split([each], 45, overlap), strict=True):
            begin, top = old.start, tops[old.start]
            if above and tops[above.start] == top and old.text == text[old.start : old.end]:
                for at, to in blocks(text, top, old.start):
                    top = to if text.startswith(("|", "```"), at) else top
                for at, to in sentences_in(text, top, old.start):
                    near = at > above.start and count_words(text[at : old.start]) <= overlap
                    if near and WORD.search(text, at, to):
                        begin = at
                        break
            assert (new.start, new.end) == (begin, old.end)
            reached += begin < old.start
    assert reached > 10


def test_rows_of_tables_are_never_torn(documents):
    for each in documents:
        rows = {line for line in each.text.splitlines() if line.startswith("|")}
        kept = {
            line for chunk in split([each], 20) for line in chunk.text.splitlines() if line.startswith("|")
        }
        assert kept == rows


def test_ids_are_unique(documents):
    named = [document(each.text, number=f"PR-{number}") for number, each in enumerate(documents)]
    ids = [chunk.id for chunk in split(named, 20)]
    assert len(set(ids)) == len(ids)


def test_a_limit_below_one_word_is_refused():
    with pytest.raises(CourseError, match="max_words of 1 or more"):
        split([document("Hello.")], 0)
