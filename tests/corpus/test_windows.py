"""The plain splitters, the overlap of the structure-aware one, and libraries beside them."""

import random
import re

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, load_documents
from course_lib.corpus.markdown import WORD, count_words, sentences
from course_lib.corpus.windows import (
    SPLITTERS,
    chunks_at,
    split_markdown,
    split_sentences,
    split_windows,
    window_spans,
    without_headings,
    without_repeated_headers,
)
from course_lib.errors import CourseError

TABLE = "| Part | Weight |\n|---|---|\n" + "\n".join(f"| Part {row} | {row} g |" for row in range(9))
TEXT = f"""Hello there, reader.

## Care

Wipe it. He said "no." Then dry it.

- one item
- two items

{TABLE}

## Repair
Ask us. It is free."""


def document(text: str = TEXT, number: str = "PR-201") -> Document:
    return Document(number, "Harbour Kettle", "products", "2026", "2026-02-01", None, "written", text)


def samples() -> list[Document]:
    """The company's documents, and twenty of random words, headings and tables."""
    made = []
    for seed in range(20):
        rng = random.Random(seed)
        blocks = []
        for _ in range(rng.randint(1, 8)):
            prose = " ".join(
                " ".join(["Word"] + ["word"] * rng.randint(0, 30)) + rng.choice(".?!")
                for _ in range(rng.randint(1, 5))
            )
            blocks.append(rng.choice([prose, f"## Part {rng.randint(1, 9)}", TABLE, "---", f"- {prose}"]))
        made.append(document("\n\n".join(blocks), f"XX-{seed}"))
    return load_documents("2026") + made


@pytest.fixture(scope="module")
def documents():
    return samples()


@pytest.mark.parametrize(
    ("count", "size", "overlap", "spans"),
    [
        (10, 4, 1, [(0, 4), (3, 7), (6, 10)]),
        (10, 4, 2, [(0, 4), (2, 6), (4, 8), (6, 10)]),
        (9, 4, 0, [(0, 4), (4, 8), (8, 9)]),
        (3, 5, 4, [(0, 3)]),
        (1, 1, 0, [(0, 1)]),
        (0, 4, 1, []),
    ],
)
def test_windows_go_forward_by_size_less_overlap_and_end_with_the_text(count, size, overlap, spans):
    assert window_spans(count, size, overlap) == spans


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_windows_hold_every_word_and_none_lies_in_another(size):
    for count in range(1, 80):
        for overlap in range(size):
            spans = window_spans(count, size, overlap)
            assert {word for span in spans for word in range(*span)} == set(range(count))
            assert all(end - start <= size for start, end in spans)
            for (start, end), (following, later) in zip(spans, spans[1:], strict=False):
                assert end - following == overlap and later > end and following > start


@pytest.mark.parametrize("splitter", [*SPLITTERS.values(), split_markdown])
@pytest.mark.parametrize(
    ("size", "overlap", "allowed"),
    [(0, 0, "of 1 or more"), (10, 10, "an overlap of 0 to 9"), (10, 12, "0 to 9"), (5, -1, "0 to 4")],
)
def test_an_overlap_as_large_as_the_chunk_is_refused(splitter, size, overlap, allowed):
    with pytest.raises(CourseError, match=allowed):
        splitter([document()], size, overlap)


def test_a_window_holds_so_many_words_whatever_stands_there():
    chunks = split_windows([document()], 7, 2)
    assert chunks[0].text == 'Hello there, reader.\n\n## Care\n\nWipe it. He'
    assert chunks[1].text.startswith("it. He said") and chunks[1].id == "PR-201#2"
    assert {count_words(chunk.text) for chunk in chunks[:-1]} == {7}
    assert [chunk.effective for chunk in chunks] == ["2026-02-01"] * len(chunks)


def test_sentences_stay_whole_and_the_overlap_is_made_of_whole_ones():
    texts = [chunk.text for chunk in split_sentences([document()], 7, 4)]
    assert texts[0] == "Hello there, reader.\n\n## Care\n\nWipe it."
    assert texts[1] == '## Care\n\nWipe it. He said "no."'
    assert texts[2] == 'He said "no." Then dry it.'
    assert texts[3] == "Then dry it.\n\n- one item\n- two items"
    assert "| Part 4 | 4 g |" in texts  # a row is a sentence, and its header stands elsewhere


def test_a_sentence_above_the_size_stays_whole_and_alone():
    text = "One two. Three four five six seven. Eight."
    assert [chunk.text for chunk in split_sentences([document(text)], 3, 2)] == [
        "One two.",
        "Three four five six seven.",
        "Eight.",
    ]


def test_a_chunk_knows_the_headings_above_it():
    text = "Before.\n\n## Care\n\nWipe it.\n\n### Descaling\n\nVinegar helps here.\n\n## Repair\n\nAsk us."
    places = [text.index(part) for part in ("Before", "## Care", "Wipe", "### Desc", "Vinegar", "Ask")]
    chunks = chunks_at(document(text), [(place, place + 4) for place in places])
    paths = ["", "Care", "Care", "Care > Descaling", "Care > Descaling", "Repair"]
    assert [chunk.heading for chunk in chunks] == paths
    assert chunks[4].passage == "Harbour Kettle > Care > Descaling\nVine"
    assert [chunk.passage for chunk in without_headings(chunks)] == [chunk.text for chunk in chunks]


@pytest.mark.parametrize("span", [(-1, 3), (4, 4), (6, 5), (0, 10**6)])
def test_a_span_that_is_none_is_refused(span):
    with pytest.raises(CourseError, match=re.escape(f"[{span[0]}:{span[1]}]")):
        chunks_at(document(), [(0, 4), span])


@pytest.mark.parametrize(("size", "overlap"), [(10, 0), (40, 10), (90, 0), (90, 30)])
@pytest.mark.parametrize("name", [*SPLITTERS, "library"])
def test_a_chunk_is_what_stands_at_its_span_and_all_words_stand_in_one(documents, name, size, overlap):
    splitter = (SPLITTERS | {"library": split_markdown})[name]
    for each in documents:
        chunks = splitter([each], size, overlap)
        held = [False] * len(each.text)
        for chunk in chunks:
            repeated = chunk.text[: len(chunk.text) - (chunk.end - chunk.start)]
            assert chunk.text == repeated + each.text[chunk.start : chunk.end]
            assert not repeated or (name.startswith("structure") and repeated in each.text)
            held[chunk.start : chunk.end] = [True] * (chunk.end - chunk.start)
        left = "".join(" " if seen else letter for letter, seen in zip(each.text, held, strict=True))
        lost = [line for line in left.splitlines() if WORD.search(line)]
        # Only the structure-aware splitter leaves something out: headings go into the path.
        assert not lost or (name.startswith("structure") and all(line.startswith("#") for line in lost))


@pytest.mark.parametrize(("size", "overlap"), [(20, 0), (40, 10), (90, 30)])
def test_only_windows_cut_sentences(documents, size, overlap):
    torn = 0
    for each in documents:
        spans = [(chunk.start, chunk.end) for chunk in split_windows([each], size, overlap)]
        whole = [(chunk.start, chunk.end) for chunk in split_sentences([each], size, overlap)]
        for start, end in sentences(each):
            assert any(a <= start and end <= b for a, b in whole)
            torn += not any(a <= start and end <= b for a, b in spans)
    assert torn > 0


@pytest.mark.parametrize("overlap", [5, 15, 39])
def test_structure_reaches_back_to_a_sentence_of_its_section_and_never_into_a_table(documents, overlap):
    moved = 0
    for each in documents:
        starts = {start for start, _ in sentences(each)}
        for plain, reaching in zip(split([each], 40), split([each], 40, overlap), strict=True):
            shared = each.text[reaching.start : plain.start]
            assert (reaching.id, reaching.heading, reaching.end) == (plain.id, plain.heading, plain.end)
            if shared:
                moved += 1
                assert reaching.start in starts and count_words(shared) <= overlap
                assert not re.search(r"^[|#]", shared, re.MULTILINE)
    assert moved > 0


def test_the_overlap_is_a_sentence_that_fits_and_leaves_the_chunk_before_its_own():
    text = "One two three. Four five six.\n\nSeven eight nine."
    at = [split([document(text)], 6, overlap) for overlap in (0, 2, 3, 5)]
    assert [[chunk.text for chunk in chunks] for chunks in at[:2]] == [
        ["One two three. Four five six.", "Seven eight nine."]
    ] * 2
    assert at[2][1].text == at[3][1].text == "Four five six.\n\nSeven eight nine."
    # The chunk before is one sentence: reaching back would repeat the whole of it.
    alone = split([document("One two. Three four.")], 3, 2)
    assert [chunk.text for chunk in alone] == ["One two.", "Three four."]


def test_neither_a_part_of_a_table_nor_what_stands_below_it_reaches_back():
    text = f"Before it. Look here.\n\n{TABLE}\n\nAfter it."
    chunks = split([document(text)], 12, 11)
    assert chunks[0].text == "Before it. Look here."
    assert chunks[1].text.startswith("Look here.\n\n| Part | Weight |")
    assert all(chunk.text.startswith("| Part | Weight |\n|---|---|\n| Part") for chunk in chunks[2:-1])
    below = split([document(f"{TABLE}\n\nAfter it. Two long sentences stand here.")], 30, 29)
    assert [chunk.text for chunk in below] == [TABLE, "After it. Two long sentences stand here."]
    code = split([document("```\nrun one. Then\n```\n\nAfter the code. Rest here now.")], 5, 4)
    assert [chunk.text for chunk in code][1:] == ["After the code.", "Rest here now."]


@pytest.mark.parametrize("rows", [1, 2, 4, 20])
def test_a_table_row_by_row_stands_alone_under_its_header(rows):
    chunks = split([document(f"Before it.\n\n{TABLE}\n\nAfter it.")], 200, table_rows=rows)
    texts = [chunk.text for chunk in chunks]
    assert (texts[0], texts[-1]) == ("Before it.", "After it.")
    header, body = TABLE.splitlines()[:2], TABLE.splitlines()[2:]
    groups = [body[i : i + rows] for i in range(0, len(body), rows)]
    assert texts[1:-1] == ["\n".join([*header, *group]) for group in groups]
    bare = without_repeated_headers(chunks)
    assert [chunk.text for chunk in bare[:2]] == texts[:2]  # the first part has its header in place
    assert [chunk.text for chunk in bare[2:-1]] == ["\n".join(group) for group in groups[1:]]
    with pytest.raises(CourseError, match="table_rows of 1 or more"):
        split([document()], table_rows=0)


def test_the_library_drops_the_header_of_a_split_table_and_ours_repeats_it():
    theirs = [c.text for c in split_markdown([document(TABLE)], 12) if "| Part 8" in c.text]
    ours = [c.text for c in split([document(TABLE)], 12) if "| Part 8" in c.text]
    assert "Weight" not in theirs[0] and ours[0].startswith("| Part | Weight |\n|---|---|\n")
    from chonkie import TableChunker

    parts = TableChunker("row", chunk_size=2).chunk(TABLE)
    assert len(parts) == 5 and all(part.text.startswith("| Part | Weight |") for part in parts)
