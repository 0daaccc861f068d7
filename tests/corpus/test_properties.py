"""Whatever a file holds: no word of it is lost, no chunk is endless, and no error is bare."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.corpus import load_folder
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.from_html import as_markdown
from course_lib.corpus.from_text import escaped
from course_lib.corpus.front_matter import front_matter, stated
from course_lib.corpus.markdown import headings, sentences
from course_lib.corpus.windows import split_sentences, split_windows
from course_lib.corpus.words import WORD, count_words
from course_lib.errors import CourseError
from course_lib.retrieval.bm25 import tokens

MARKS = [
    "# ",
    "## ",
    "#",
    " #",
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "```",
    "~~~~",
    "````md",
    "- ",
    "1. ",
    "> ",
    "|",
    "| a | b |",
]
MARKS += [
    "\n|---|---|\n",
    "\n---\n",
    "\n===\n",
    "***",
    "<!--",
    "-->",
    "<pre>",
    "<div>",
    "\\",
    "`",
    "*",
    "_",
    "[x]: y",
    "&amp;",
]
WORDS = [
    "word",
    "Wort. Über",
    "412",
    "保修期为两年。",
    "ภาษาไทย",
    "हिन्दी।",
    "C#",
    "🎉",
    "x" * 60,
    "10⁶",
    "e\u0301",
    "\u200d",
    "é",
]
TEXTS = st.lists(st.sampled_from(MARKS + WORDS) | st.text(max_size=5), max_size=40).map("".join)
TEXTS = TEXTS.filter(lambda text: not re.search("[\ud800-\udfff]", text))
TAGS = "p,h1,h3,table,tr,td,th,ul,ol start=3,li,li value=x,pre,button,br,img alt=a,sup,select,option,main"
TAGS += ",title,input value=7,dialog,p hidden,p style='display:none',td colspan=2 rowspan=9,dl"
TAGS = f"{TAGS},option selected,dt,dd,caption,thead,textarea,msup,!--,svg".split(",")
PAGES = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag.split()[0]}>" for tag in TAGS] + MARKS + WORDS)
    | st.text("<>&;\"'= a!/-#", max_size=6),
    max_size=40,
).map("".join)
PATH = Path("page")
EVERY = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def document(text, title="Title"):
    return Document("d", title, "", "", "", None, "written", text)


def lost(text, chunks):
    """The words of a text that stand in no chunk, nor in a heading above one."""
    held = [False] * len(text)
    for chunk in chunks:
        held[chunk.start : chunk.end] = [True] * (chunk.end - chunk.start)
    paths = " > ".join(["Title", *(chunk.heading for chunk in chunks)]).split(" > ")
    for heading in headings(text):
        for name in (heading.name, *heading.name.split(" > ")):
            if name in paths:
                held[heading.start : heading.end] = [True] * (heading.end - heading.start)
    return [word[0] for word in WORD.finditer(text) if not all(held[word.start() : word.end()])]


@EVERY
@given(TEXTS, st.integers(1, 12))
def test_no_word_of_a_text_is_lost_and_no_chunk_is_endless(text, size):
    chunks = split([document(text)], size, overlap=size // 2)
    assert lost(text, chunks) == []
    for chunk in chunks:
        assert chunk.text.endswith(text[chunk.start : chunk.end]) and count_words(chunk.text)
        assert (
            count_words(chunk.text) <= size + size // 2
            or "|" in chunk.text
            or chunk.text.startswith(("#", " "))
        )
    assert lost(text, split_windows([document(text)], size)) == []
    assert lost(text, split_sentences([document(text)], size)) == []
    spans = sentences(document(text))
    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


@EVERY
@given(TEXTS)
def test_text_that_is_escaped_has_no_marks_and_keeps_its_words(text):
    safe = escaped(text)
    assert headings(safe) == () and safe.replace("\\", "") == text.replace("\\", "")
    assert tokens(safe) == tokens(text)


@EVERY
@given(PAGES)
def test_any_page_is_read_and_its_text_split(page):
    try:
        title, text = as_markdown(page, PATH)
    except CourseError:
        return
    assert lost(text, split([document(text)], 5)) == [] and count_words(title) <= 30


@EVERY
@given(st.sampled_from(["---", "+++"]), TEXTS | st.text(":-[]{}&*!|>'\"%@`#,? \n\t0x~=.", max_size=30))
def test_any_front_matter_is_read_or_named(mark, text):
    try:
        values, _ = front_matter(f"{mark}\n{text}\n{mark}\n", PATH)
        stated(values, list(values), PATH)
    except CourseError as error:
        assert "page" in str(error)


@settings(EVERY, max_examples=60)
@given(st.binary(max_size=80) | TEXTS.map(str.encode), st.sampled_from([".md", ".txt", ".html", ".pdf"]))
def test_any_file_is_loaded_or_named(tmp_path_factory, content, kind):
    folder = tmp_path_factory.mktemp("any")
    (folder / f"page{kind}").write_bytes(content)
    (folder / "good.md").write_text("Good.", encoding="utf-8")
    loaded = load_folder(folder)
    assert len(loaded.documents) + len(loaded.problems) == 2
    assert split(loaded)


@EVERY
@given(TEXTS)
def test_tokens_do_not_depend_on_case_or_on_how_letters_are_written(text):
    import unicodedata

    assert tokens(text) == tokens(unicodedata.normalize("NFD", text))
    assert all(word and not word.isspace() for word in tokens(text))


@pytest.mark.parametrize(
    "piece",
    [
        "=",
        "a",
        "保",
        "ก",
        "a ",
        "# a\n",
        "#",
        "`",
        "> ",
        "- ",
        "|",
        "| a ",
        "| a | b |\n|--|--|\n",
        "a-\n",
        ". ",
        "“.",
        "a\n---\n",
    ]
    + [
        "<!-- ",
        "[",
        "\\",
        "1. a\n",
        "<a ",
        "<b>",
        "<sup>1",
        "<select><option>",
        "<td colspan=99>",
        "---\n",
        "~~~\n",
        "*_",
        "é",
    ],
)
def test_a_run_of_anything_costs_no_more_than_its_length(piece):
    from time import process_time

    text = piece * (40_000 // len(piece))
    started = process_time()
    chunks = split([document(escaped(text)), document(text)], 90, 30)
    split([document(as_markdown(f"{text}>end", PATH)[1])])
    assert len(tokens(text)) <= len(text) and (not chunks or chunks[-1].end <= 2 * len(text))
    assert process_time() - started < 20  # what is quadratic takes minutes
