"""One table of unusual and bad files: what each becomes, or what is said of it."""

import re
from pathlib import Path

import pytest

from course_lib.corpus import load_folder
from course_lib.corpus.chunking import split
from course_lib.errors import CourseError
from course_lib.retrieval.bm25 import Bm25Index


def headings(loaded):
    return [chunk.heading for chunk in split(loaded)]


def texts(loaded):
    return [chunk.text for chunk in split(loaded)]


def text(loaded):
    return loaded.documents[0].text


def title(loaded):
    return loaded.documents[0].title


def found(query):
    return lambda loaded: len(Bm25Index(split(loaded)).search(query, 1))


def longest(loaded):
    return max(len(chunk.text) for chunk in split(loaded, 20)) <= 60


def times(words):
    return lambda loaded: "\n".join(texts(loaded)).count(words)


ROWS = "".join(f"> | Part {n} | {n} g |\n" for n in range(60))
NO_RULE = "".join(f"| Part {n} | {n} g of steel |\n" for n in range(60))
NAMED = object()  # a CourseError: what is right is a pattern of its words

# name of the case: file, content, what is looked at, what is right (a pattern for a CourseError).
INPUTS = {
    "a language that ends in a hash": ("a.md", "# A\n\n## F#\n\nx", headings, ["F#"]),
    "closing hashes": ("a.md", "# A ##\n\n## B   ###  \n\nx", headings, ["B"]),
    "an escaped hash": ("a.md", "## Issue \\#\n\nx", headings, ["Issue #"]),
    "a hash without a space": ("a.md", "#tag\n\n## A\n\nx", headings, ["", "A"]),
    "seven hashes": ("a.md", "####### x", headings, [""]),
    "a heading after three spaces": ("a.md", "   ## A\nx", headings, ["A"]),
    "a heading after four": ("a.md", "## A\n\n    ## B\n", headings, ["A"]),
    "a heading in a quote": ("a.md", "## A\n\n> ## B\n> x", headings, ["A"]),
    "a heading in a comment": ("a.md", "## A\n\n<!--\n## B\n-->\nx", headings, ["A"]),
    "an underlined heading": ("a.md", "A\n===\n\nx\n\nB\n-\ny", headings, ["", "B"]),
    "an underlined paragraph": ("a.md", "## A\n\nx\ny\n---\nz", headings, ["A"]),
    "a heading without end": ("a.md", "# " + "word " * 500, headings, [""] * 6),
    "tildes in backticks": ("a.md", "```\n~~~\n# A\n```\n\n## B\n\nx", headings, ["", "B"]),
    "a fence that closes longer": ("a.md", "~~~\n# A\n~~~~~\n## B\nx", headings, ["", "B"]),
    "a fence with words behind it does not close": (
        "a.md",
        "```\nx\n``` # y\n# A\n```\n\n## B\n\nz",
        headings,
        ["", "B"],
    ),
    "a fence in a list": ("a.md", "- x\n\n  ```\n  # A\n\n  y\n  ```\n\n## B\n\nz", headings, ["", "B"]),
    "a fence without end": ("a.md", "## A\n\nx\n\n```\n# B\n", headings, ["A"]),
    "limits without text": ("a.md", "# A\n\n## 12 kg\n\n## 2 m\n", texts, ["## 12 kg", "## 2 m"]),
    "a table in a quote": (
        "a.md",
        "> | Part | Weight |\n> |---|---|\n" + ROWS,
        times("> | Part | Weight |\n"),
        3,
    ),
    "bars without a rule": ("a.md", NO_RULE, times("| Part 0 |"), 1),
    "rows of bars stay whole": ("a.md", NO_RULE, times("g of steel |"), 60),
    "an escaped bar": ("a.md", "a | b\n--|--\nx\\|y | 1\n", text, "a | b\n--|--\nx\\|y | 1"),
    "a picture in its own letters": (
        "a.md",
        f"![lid](data:image/png;base64,{'iVBOR' * 99}) x",
        text,
        "![lid]() x",
    ),
    "hashes in a text": ("a.txt", "A\n# of lids: 4\n", texts, ["A\n\\# of lids: 4"]),
    "fences and lines in a text": ("a.txt", "```\nA\n---\n| a | b |\n|---|---|\n", headings, [""]),
    "Windows' own Unicode": ("a.txt", "Größe: 4".encode("utf-16"), text, "Größe: 4"),
    "the other order of bytes": ("a.md", b"\xfe\xff" + "# Maß\n\nx".encode("utf-16-be"), title, "Maß"),
    "Latin letters": ("a.txt", b"Ma\xdf", NAMED, "a.txt is not UTF-8 text"),
    "Chinese without an end": ("a.md", "保修期为两年" * 200, longest, True),
    "Japanese": ("a.md", "電源ボタンを長押しします。" * 99, longest, True),
    "Thai": ("a.md", "การรับประกันสองปี" * 99, longest, True),
    "a key without an end": ("a.txt", "k" * 9000, lambda loaded: max(map(len, texts(loaded))), 4500),
    "Chinese is found": ("a.md", "产品的保修期为两年。", found("保修期多长？"), 1),
    "what Chinese does not say is not": ("a.md", "产品的保修期为两年。", found("价格"), 0),
    "wide letters are found": ("a.md", "型番ＳＫ－１１８", found("sk-118"), 1),
    "Hindi is found whole": ("a.md", "मिल का पानी", found("मूल"), 0),
    "letters in two parts": ("a.md", "cafe\u0301", found("CAFÉ"), 1),
    "steps that go on": ("a.html", "<ol start=3><li>A<li value=9>B<li>C</ol>", text, "3. A\n9. B\n10. C"),
    "steps counted down": ("a.html", "<ol reversed><li>A</li><li>B</li></ol>", text, "2. A\n1. B"),
    "a number of no sense": ("a.html", "<ol start=x><li value=1e9>A</ol>", text, "1. A"),
    "powers": ("a.html", "<p>10<sup>6</sup> l, 5 m<sup>2</sup>", text, "10^6 l, 5 m^2"),
    "notes": (
        "a.html",
        "<p>12<sup><a href='#n'>1</a></sup> kg, the 1<sup>st</sup>",
        text,
        "12 [1] kg, the 1st",
    ),
    "a note itself": ("a.html", "<p><sup>1</sup> Without lid", text, "1 Without lid"),
    "a fraction": ("a.html", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> l", text, "1/2 l"),
    "hidden in many ways": (
        "a.html",
        "<p style='color:red;Display : NONE'>a<p style=visibility:hidden>b</p><dialog>c</dialog>"
        "<p style='opacity:0'>d</p>"
        "<p hidden>e</p><dialog open>f</dialog><p style='opacity:0.5'>g</p><p hidden=until-found>h</p>",
        text,
        "f\n\ng\n\nh",
    ),
    "a question on a button": ("a.html", "<h1>T</h1><h2><button>A?</button></h2>B", headings, ["A?"]),
    "a button round a heading": ("a.html", "<button><h2>A?</h2></button>B", headings, ["A?"]),
    "a button without an end": ("a.html", "<button>Buy<p>It holds 2 l.", times("2 l"), 1),
    "what a form holds": (
        "a.html",
        "<p>Size <input value=12> <input type=hidden value=x><input type=checkbox checked> lid</p>"
        "<select><option>red<option selected>blue</select>",
        text,
        "Size 12 [x] lid\n\nblue",
    ),
    "marks in a page": (
        "a.html",
        "<p># of <p>``` x<p>~~~<h2>Part #</h2>y<p>&lt;!-- z",
        headings,
        ["", "Part #"],
    ),
    "lines in a page": ("a.html", "<p>A<br>---<br>B", text, "A\n\\---\nB"),
    "code that shows fences": ("a.html", "<pre>```\n# A\n~~~~</pre><h2>B</h2>x", headings, ["", "B"]),
    "bars in cells": (
        "a.html",
        "<table><tr><td>a|b<td>c<tr><td>1<td>2</table>",
        text,
        "| a\\|b | c |\n| --- | --- |\n| 1 | 2 |",
    ),
    "words beside the cells": (
        "a.html",
        "<table>x<tr><td>a<td>b</table>",
        text,
        "x\n\n| a | b |\n| --- | --- |",
    ),
    "a main part that waits": ("a.html", "<main></main><p>x", text, "x"),
    "a page's heading without an end": ("a.html", "<h2>A<p>x<p>y", headings, ["A"]),
    "a hidden row without an end": (
        "a.html",
        "<table><tr><td>a<td>b<tr hidden><td>1<td>2<tr><td>3<td>4</table>"
        "<p hidden>x<ul><li hidden>y<li>z</ul>",
        text,
        "| a | b |\n| --- | --- |\n| 3 | 4 |\n\n- z",
    ),
    "utf-16 that is none": ("a.html", "<meta charset=utf-16><p>zwölf", text, "zwölf"),
    "the mark counts more than the words": (
        "a.html",
        b"\xef\xbb\xbf<meta charset=latin1><p>zw\xc3\xb6lf",
        text,
        "zwölf",
    ),
    "names that browsers know": ("a.html", b"<meta charset=x-sjis><p>\x93d\x8c\xb9", text, "電源"),
    "an encoding in a comment": ("a.html", "<!-- <meta charset=latin1> --><p>zwölf", text, "zwölf"),
    "an edition of two parts": (
        "a.md",
        "---\nedition: 1.10\n---\nx",
        lambda loaded: loaded.documents[0].edition,
        "1.10",
    ),
    "TOML": ("a.md", '+++\ntitle = "T"\ndate = 2026-01-02\n+++\nx', title, "T"),
    "half a character": (
        "a.md",
        '---\ntitle: "\\ud83c"\n---\nx',
        NAMED,
        r"'title' .*a.md holds half a character",
    ),
    "a list in the place of a title": ("a.md", "---\ntitle: [a]\n---\nx", NAMED, "'title' .*a.md is a list"),
    "no text": ("a.md", "# A\n\n***\n", NAMED, "a.md holds no text"),
    "a page that is no page": ("a.html", "<![foo[>", NAMED, "a.html is not HTML"),
    "zero bytes": ("a.txt", "a\0b", NAMED, "a.txt is no text"),
    "a document that is none": ("a.pdf", b"%PDF-1.7\n", NAMED, "a.pdf is damaged"),
    "a tick": ("a.md", "## With lid?\n\n✓\n", texts, ["✓"]),
}


@pytest.mark.parametrize("name", INPUTS)
def test_an_unusual_input_becomes_what_it_should_or_is_named(tmp_path, name):
    file, content, look, right = INPUTS[name]
    (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    if look is NAMED:
        with pytest.raises(CourseError) as caught:
            load_folder(tmp_path)
        assert re.search(right, caught.value.problem)
        return
    loaded = load_folder(tmp_path)
    assert loaded.problems == () and look(loaded) == right


def test_a_pdf_names_its_pages_without_text_and_gives_what_its_form_holds(tmp_path, write_pdf):
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    write_pdf(tmp_path / "manual.pdf", "Cover # 1", "", "", "Back")
    writer = PdfWriter(clone_from=write_pdf(tmp_path / "form.pdf", "Form"))
    fields = [("weight", "/Tx", TextStringObject("412 g")), ("lid", "/Btn", NameObject("/Off"))]
    made = [
        DictionaryObject(
            {
                NameObject("/T"): TextStringObject(name),
                NameObject("/FT"): NameObject(kind),
                NameObject("/V"): value,
            }
        )
        for name, kind, value in fields
    ]
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(each) for each in made])})
    writer._root_object[NameObject("/AcroForm")] = form
    writer.write(tmp_path / "form.pdf")
    loaded = load_folder(tmp_path)
    assert [each.text for each in loaded] == ["Form\n\nweight: 412 g", "Cover # 1\n\nBack"] and len(
        loaded
    ) == 2
    assert "2 of the 4 pages" in loaded.problems[0].problem and "manual.pdf have no text: 2, 3." in str(
        loaded.problems[0]
    )


def test_a_folder_may_be_as_deep_as_the_system_allows(tmp_path, monkeypatch):
    import shutil

    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    for _ in range(1100):
        monkeypatch.chdir("d")
        Path("d").mkdir()
    Path("a.md").write_text("Deep.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    try:
        assert [each.text for each in load_folder(tmp_path)] == ["Deep."]
    finally:
        while (place := tmp_path / "d").exists():  # rmtree would recurse as deep
            below = place / "/".join(["d"] * 500)
            shutil.rmtree(below if below.exists() else place)
