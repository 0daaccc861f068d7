"""A page becomes headings, paragraphs, lists, tables and code that split() tells apart, without its frame."""

import time
from pathlib import Path

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document
from course_lib.corpus.from_html import as_markdown

PATH = Path("page.html")
FRAME = """<!DOCTYPE html><html><head><title>Harbour
Kettle | Fenbrook</title><style>p {color: red}</style></head><body><header>Shop</header><nav><a>Home</a></nav>
<main><!-- a note --><h1>Harbour&nbsp;Kettle<a href="#k">¶</a></h1><p>It holds <b>1.7</b>
litres.<br>
It weighs 4<sub>1</sub>2&shy; g.
<img src="k.png" alt=" In red."><img src="x"></p><p hidden>Not for you.</p><script>alert("x")</script>
<noscript>Turn it on</noscript><button>Buy</button></main><footer>© Fenbrook</footer></body></html>"""


def text_of(html):
    return as_markdown(html, PATH)[1]


def test_the_main_part_without_its_frame():
    title, text = as_markdown(FRAME, PATH)
    assert title == "Harbour Kettle | Fenbrook"
    assert text == "# Harbour Kettle\n\nIt holds 1.7 litres.\nIt weighs 412 g. In red."


def test_the_title_is_the_pages_or_its_first_heading():
    assert as_markdown("<h1>Pier <i>Lamp</i></h1><p>Text.", PATH)[0] == "Pier Lamp"
    assert as_markdown("<title> </title><h1>Pier Lamp</h1>", PATH)[0] == "Pier Lamp"
    assert as_markdown("<p>Text.", PATH)[0] == ""


def test_lists_keep_their_levels_and_numbers():
    html = """<ul><li>one</li><li><p>two</p><p>more</p><ol><li>first</li><li>second</li></ol></li>
    <li>three</li></ul><p>After.</p><dl><dt>Extension</dt><dd>4562</dd><dt>Fax</dt><dd>none</dd></dl>"""
    lines = ["- one", "- two", "  more", "  1. first", "  2. second", "- three", "", "After.", ""]
    assert text_of(html).split("\n") == [*lines, "- Extension: 4562", "- Fax: none"]


def test_end_tags_may_be_missing():
    whole = """<p>One.</p><p>Two.</p><ul><li>a</li><li>b</li></ul><dl><dt>c</dt><dd>d</dd></dl>
    <table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr></table><p>End.</p>"""
    short = """<p>One.<p>Two.<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>
    <table><tr><th>x<th>y<tr><td>1<td>2</table><p>End."""
    assert text_of(short) == text_of(whole)
    assert text_of(short).endswith("| x | y |\n| --- | --- |\n| 1 | 2 |\n\nEnd.")


def test_a_table_has_the_names_of_its_columns_on_top():
    html = """<table><caption>Prices</caption><thead><tr><th rowspan="2">Size</th><th colspan="2">2026
    </th></tr><tr><th>Spring</th><th>Autumn</th></tr></thead><tbody><tr><td rowspan="2">S</td><td>1|2</td>
    <td><!-- no -->3</td></tr><tr><td><ul><li>x</li><li>y</li></ul></td></tr></tbody></table>"""
    assert text_of(html).split("\n") == [
        "Prices",
        "",
        "| Size | 2026 Spring | 2026 Autumn |",
        "| --- | --- | --- |",
        r"| S | 1\|2 | 3 |",
        "| S | x y |  |",
    ]


def test_without_names_the_first_row_gives_them_unless_rows_have_names():
    rows = "<tr><td>Size<td>Litres<tr><td>S<td>1.2"
    assert text_of(f"<table>{rows}</table>") == "| Size | Litres |\n| --- | --- |\n| S | 1.2 |"
    rows = "<tr><th>Weight<td>412 g<tr><th>Colour<td>red"
    assert text_of(f"<table>{rows}</table>") == "|  |  |\n| --- | --- |\n| Weight | 412 g |\n| Colour | red |"


def test_rows_below_a_closed_head_are_no_names():
    html = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></tr></table>"
    assert text_of(html) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_long_table_is_split_between_rows_with_its_names_repeated():
    rows = [f"<tr><td>Part {number}</td><td>{number} g of steel and brass</td></tr>" for number in range(60)]
    text = text_of(f"<p>All.</p><table><tr><th>Part</th><th>Weight</th></tr>{''.join(rows)}</table>")
    chunks = split([Document("d", "T", "", "", "", None, "written", text)])
    tables = [chunk.text for chunk in chunks if "steel" in chunk.text]
    assert len(tables) > 3
    assert all(each.count("| Part | Weight |\n| --- | --- |\n") == 1 for each in tables)
    found = [line for each in tables for line in each.split("\n") if "steel" in line]
    assert found == [f"| Part {number} | {number} g of steel and brass |" for number in range(60)]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td><h2>Care</h2>Clean it.</td></tr></table>", "## Care\n\nClean it."),
        ("<table><tr><td>One.</td></tr><tr><td>Two.</td></tr></table>", "One.\n\nTwo."),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "| a | b |\n| --- | --- |\n\nc"),
        ("<table></table><p>Text.", "Text."),
    ],
)
def test_a_table_for_the_layout_is_none(html, text):
    assert text_of(html) == text


def test_code_stays_as_it_stands():
    html = "<p>Do:<pre><code># as root\n  ls |<br>wc\n</code></pre>"
    assert text_of(html) == "Do:\n\n```\n# as root\n  ls |\nwc\n```"
    assert text_of("<pre>```</pre>") == "~~~\n```\n~~~" and text_of("<pre> </pre>") == ""


@pytest.mark.parametrize("span", ["1000000000", "0", "-1", "two", "²", ""])
def test_a_span_without_sense_does_no_harm(span):
    html = f'<table><tr><th colspan="{span}" rowspan="{span}">a<th>b<tr><td>1<td>2</table>'
    assert text_of(html).startswith("| a |") and len(text_of(html)) < 100


@pytest.mark.parametrize("piece", ["<p>word ", "<div>", "<li>word ", "<tr><td>a<td>b ", "<b>"])
def test_a_page_that_nests_ten_thousand_deep_is_read_all_the_same(piece):
    started = time.process_time()
    text = text_of(f"<table>{piece * 10_000}The end.")
    assert text.rstrip("| ").endswith("The end.")
    assert time.process_time() - started < 30
