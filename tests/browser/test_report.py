"""The report of a learner's own comparison in a real browser: whole, harmless, quick, and by itself."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from course_lib.corpus.chunking import Chunk
from course_lib.own_documents.results import Made, write_results

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=document.title="owned">'
ARMS = ("closed-book", "RAG", "RAG + worked examples", "gold passage")


def answers(count):
    """A table of `count` answers as a comparison makes it, in each hundredth of which the server failed."""
    rows = []
    for number in range(count):
        q, arm = divmod(number, len(ARMS))
        reads, known = ARMS[arm] != "closed-book", q % 7 != 0
        error = f"the server said {HOSTILE}" if number % 100 == 99 else ""
        asked = not error
        passages = tuple(f"doc-{(q + step) % 5_000}.md#1" for step in range(4)) * reads
        rows.append(
            {
                "model": "mine", "seed": 0, "arm": ARMS[arm], "question": f"q{q}", "fact": f"f{q}",
                "text": f"How heavy is thing {q}? {HOSTILE}", "value": f"{q} g" if known else None,
                "kind": "lookup" if known else "unanswerable", "phrasing": "plain",
                "origin": ("your own", "draft")[q % 2], "drafted": q % 2 == 1, "error": error,
                "asked": asked, "answerable": asked and known, "unanswerable": asked and not known,
                "sourced": asked and known, "correct": asked and q % 5 < 2, "abstained": asked and q % 5 == 2,
                "compliant": False, "cited": True, "source_right": q % 3 == 0, "precision": 1.0,
                "recall": 1.0, "stale": False, "changed": False, "unchanged": False, "reads": reads and asked,
                "evidence": reads and asked and known and q % 2 == 0, "passages": passages,
                "documents": passages[:1], "prompt_tokens": 400, "completion_tokens": 12, "retrieve": 1.0,
                "prefill": 2.0, "decode": 3.0, "reply": f"It weighs {q} g. {HOSTILE}" if asked else "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Make the report of so many answers: report(count) -> its path."""

    def make(count):
        text = f"Thing {HOSTILE} and more of it. " + "So much is written about it. " * 20
        chunks = [
            Chunk(f"doc-{n}.md#1", f"doc-{n}.md", f"Title {HOSTILE}", "", f"{n} g. {text}", "", "", 0, 9)
            for n in range(5_000)
        ]
        made = Made(
            documents=5_000,
            chunks=chunks,
            model=f"mine {HOSTILE}",
            search="words",
            quantize="nf4",
            passages=4,
            notes=(f"A file is called {HOSTILE}",),
            advice=("Do: RAG.", f"First: {HOSTILE}"),
            provenance={"command": "compare", "seconds": 3, "machine": "a machine"},
        )
        return write_results(tmp_path_factory.mktemp("report"), answers(count), made).report

    return make


@pytest.fixture(scope="module")
def small(report):
    return report(1_000)


def test_the_report_says_what_was_measured_and_nothing_is_markup(browser, small):
    soup = BeautifulSoup(browser(small, "open=1&failure=none-wrong"), "html.parser")
    assert soup.title.get_text() == "RAG or fine-tuning, on 5000 documents of your own"
    titles = [each.get_text() for each in soup.select(".report h2")]
    assert titles == [
        "What follows", "What was compared", "What each way gets right", "Where answers are lost",
        "What an answer costs", "Read this before you trust it",
    ]  # fmt: skip
    pictures = soup.select("img")
    assert len(pictures) == 2 and all(each["src"].startswith("data:image/png;base64,") for each in pictures)
    assert all(len(each["alt"]) > 40 for each in pictures) and len(soup.select("script")) == 3
    assert HOSTILE in soup.select_one(".report").get_text() and "10 answers did not come" in soup.get_text()
    table = soup.select(".report table")[1]
    assert [th.get_text() for th in table.select("th")][:2] == ["arm", "retrieved, right"]
    assert [row.select_one("td").get_text() for row in table.select("tbody tr")] == list(ARMS[1:])


def test_answers_that_did_not_come_can_be_looked_at(browser, small):
    soup = BeautifulSoup(browser(small, "failure=no-answer&open=99"), "html.parser")
    assert soup.select_one("#count").get_text() == "10 of 1,000 answers"
    cell = soup.select_one('[data-cell="no-answer"]')
    assert cell["aria-pressed"] == "true" and cell.select_one("b").get_text() == "10"
    cells = [int(b.select_one("b").get_text()) for b in soup.select("[data-cell]")]
    assert sum(cells) == 1_000 and len(cells) == 10
    opened = soup.select_one(".open").get_text()
    assert "no answer came: the server said " + HOSTILE in opened and "→ 24 g" in opened


@pytest.mark.parametrize("count", [1_000, 20_000])
def test_it_can_be_used_within_two_seconds(count, browser, report, slowness):
    soup = BeautifulSoup(browser(report(count), "arm=RAG&q=thing+66"), "html.parser")
    assert soup.select_one("#count").get_text().endswith(f"of {count:,} answers")
    assert soup.select("#rows > li[data-answer]")
    assert float(soup.html["data-ready-ms"]) < 2000 * slowness


def test_no_request_leaves_the_page(small):
    page = small.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttpRequest|sendBeacon|WebSocket", page)
