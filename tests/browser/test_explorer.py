"""The page of all answers in a real browser: filtered by its address, harmless, and quick with 20,000."""

import re
from urllib.parse import quote, urlencode

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from course_lib.commands.results import RESULTS
from course_lib.experiments import RAG, explorer, stored
from course_lib.files import write_atomically

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=document.title="owned">'
KINDS, ORIGINS, ARMS = ("lookup", "table"), ("generated", "written"), ("RAG", "gold passage", "closed-book")


def answers(count, reply="It weighs 7 g [1]."):
    """A table of `count` answers as compare makes it, 3 arms to count / 3 questions."""
    rows = []
    for number in range(count):
        q, arm = divmod(number, len(ARMS))
        reads = ARMS[arm] != "closed-book"
        rows.append(
            {
                "experiment": "comparison", "model": "wren", "seed": 0, "arm": ARMS[arm],
                "question": f"q{q}", "text": f"How heavy is thing {q}?", "value": f"{q} g", "fact": f"f{q}",
                "kind": KINDS[q % 2], "phrasing": "plain", "origin": ORIGINS[q % 3 == 0],
                "answerable": True, "correct": q % 5 == 0, "abstained": q % 5 == 1, "compliant": False,
                "reads": reads, "evidence": reads and q % 2 == 0,
                "passages": (f"PR-{q % 200}#1",) * reads, "documents": (f"PR-{q % 200}",) * reads,
                "retrieve": 1.0, "prefill": 2.0, "decode": 3.0, "reply": f"{reply} ({number})",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


PASSAGES = {f"PR-{n}#1": f"Thing {n}\nIt weighs {n} g. {HOSTILE}" for n in range(200)}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "answers.html"
    return write_atomically(path, explorer.page(answers(90, HOSTILE), PASSAGES, f"Answers {HOSTILE}"))


def rows_of(soup):
    return [int(li["data-answer"]) for li in soup.select("#rows > li[data-answer]")]


def test_the_address_filters_and_the_row_opens(browser, small):
    # Question 12 is of a hand-written page, was retrieved, and was answered wrongly by its gold passage.
    address = "arm=gold+passage&kind=lookup&origin=written&failure=retrieved-wrong&q=thing+12&open=37"
    soup = BeautifulSoup(browser(small, address), "html.parser")
    assert rows_of(soup) == [37]
    assert soup.select_one('[data-cell="retrieved-wrong"]')["aria-pressed"] == "true"
    assert soup.select_one("#count").get_text() == "1 of 90 answers"
    opened = soup.select_one(".open")
    assert "How heavy is thing 12?" in opened.get_text() and opened.select_one("mark").get_text() == "12 g"
    assert len(opened.select(".said")) == 3, "what each arm replied to this question"


def test_counts_are_those_of_the_table(browser, small):
    soup = BeautifulSoup(browser(small), "html.parser")
    cells = {b["data-cell"]: int(b.select_one("b").get_text()) for b in soup.select("[data-cell]")}
    table = explorer.with_outcomes(answers(90))
    assert cells["retrieved-wrong"] == len(table.query("found == 'retrieved' and outcome == 'wrong'")) > 0
    assert sum(cells.values()) == 90 and len(rows_of(soup)) == 50 and "1–50 of 90" in soup.get_text()
    nobody = BeautifulSoup(browser(small, "q=" + quote("no such words")), "html.parser")
    assert rows_of(nobody) == [] and "No answer passes" in nobody.select_one("#rows").get_text()


def test_hostile_text_is_text(browser, small):
    shown = browser(small, "open=37&q=thing+12&arm=gold+passage")
    soup = BeautifulSoup(shown, "html.parser")
    assert soup.title.get_text() == f"Answers {HOSTILE}", "nobody has taken the page over"
    for place in (".passage", ".said"):
        assert HOSTILE in soup.select_one(place).get_text()
    assert not soup.select("img") and len(soup.select("script")) == 3


def test_no_address_stands_in_the_page(small):
    page = small.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|//[a-z]+\.|url\(|@import|fetch\(|XMLHttpRequest", page)


def test_20_000_answers_are_ready_within_two_seconds(browser, tmp_path, slowness):
    path = write_atomically(tmp_path / "many.html", explorer.page(answers(20_001), PASSAGES))
    soup = BeautifulSoup(browser(path, "kind=table&failure=missed-silent&q=thing+66"), "html.parser")
    assert soup.select_one("#count").get_text().endswith("of 20,001 answers") and rows_of(soup)
    assert float(soup.html["data-ready-ms"]) < 2000 * slowness


def test_the_stored_answers_are_found_and_said_as_they_are_stored(browser, tmp_path):
    """The page that `results --explore` writes, over every answer that the course keeps."""
    path = write_atomically(tmp_path / "stored.html", explorer.stored_page(RESULTS))
    table = stored.read(RESULTS, "comparison-wren")
    row = table[(table["arm"] == RAG) & table["correct"]].iloc[0]
    filters = {"experiment": "comparison", "model": "wren", "arm": RAG, "q": row["text"]}
    soup = BeautifulSoup(browser(path, urlencode(filters)), "html.parser")
    (number,) = rows_of(soup)
    soup = BeautifulSoup(browser(path, urlencode(filters | {"open": number})), "html.parser")
    opened = soup.select_one(".open").get_text()
    passage = stored.read_passages(RESULTS, "comparison-wren")[row["passages"][0]]
    assert row["reply"] in opened and passage.splitlines()[-1][:40] in opened
