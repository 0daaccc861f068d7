"""The evidence of a question: where it stands, which chunks hold it, and what is read for so many words."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, Question, load_documents, load_questions
from course_lib.corpus.markdown import count_words
from course_lib.corpus.windows import chunks_at, split_sentences, split_windows, without_headings
from course_lib.errors import CourseError, RetrievalError
from course_lib.evaluation import evidence
from course_lib.evaluation.evidence import Statement
from course_lib.retrieval.types import Hit

TEXT = """The lamp weighs 412 g. It is red.

## In figures

| What | Lamp | Stool |
| --- | --- | --- |
| Weight | 412 g | 2 kg |
| Price | 39 EUR | 20 EUR |

- **Guarantee**: 10 years
- Made in Thornwick.

| Code | Meaning |
|---|---|
| E1 | too hot |"""


def document(text=TEXT, id="PR-201", domain="products"):
    return Document(id, f"The {id} page", domain, "2026", "2026-02-01", None, "written", text)


def question(value, gold=("PR-201",), id="q1", fact="lamp"):
    return Question(id, "How?", value, gold, "products", "table", "plain", "written", "2026", "test", fact)


@pytest.fixture(scope="module")
def company():
    """The documents of 2026 and their test questions that have an answer."""
    documents = load_documents("2026")
    return documents, [each for each in load_questions("test", "2026") if each.value]


def test_statements_are_sentences_items_and_rows_from_their_first_word_to_their_last():
    found = evidence.statements([document()])["PR-201"]
    assert [each.text for each in found] == [
        "The lamp weighs 412 g.",
        "It is red.",
        "Weight | 412 g | 2 kg",
        "Price | 39 EUR | 20 EUR",
        "**Guarantee**: 10 years",
        "Made in Thornwick.",
        "E1 | too hot",
    ]
    assert all(TEXT[each.start : each.end] == each.text for each in found)
    headers = [TEXT[each.header_start : each.header_end] for each in found if each.is_row]
    assert headers == ["What | Lamp | Stool", "What | Lamp | Stool", "Code | Meaning"]


def test_the_evidence_of_a_value_is_every_statement_that_gives_it():
    stated = evidence.statements([document()])
    ((prose, row),) = evidence.find_evidence(question("412 g"), stated)
    assert (prose.text, row.is_row) == ("The lamp weighs 412 g.", True)
    first, second = evidence.find_evidence(question("39 EUR | too hot"), stated)
    assert (first[0].text, second[0].text) == ("Price | 39 EUR | 20 EUR", "E1 | too hot")
    assert evidence.find_evidence(question("12 g"), stated) == ((),)


def test_each_part_of_a_value_is_looked_for_in_its_own_document():
    stated = evidence.statements([document(), document("It opens at 412 g.", "PR-202")])
    parts = evidence.find_evidence(question("412 g | 412 g", ("PR-202", "PR-201")), stated)
    assert [{each.document_id for each in part} for part in parts] == [{"PR-202"}, {"PR-201"}]


def test_a_question_without_answer_or_document_is_refused():
    stated = evidence.statements([document()])
    with pytest.raises(CourseError, match="has no answer"):
        evidence.find_evidence(question(None, ()), stated)
    with pytest.raises(CourseError, match="PR-999 of q1 is not there"):
        evidence.find_evidence(question("39 EUR", ("PR-999",)), stated)


def test_every_question_of_the_course_has_evidence(company):
    documents, questions = company
    stated = evidence.statements(documents)
    found = {each.id: evidence.find_evidence(each, stated) for each in questions}
    assert len(found) == 702 and all(part for parts in found.values() for part in parts)
    rows = [q for q in questions if q.kind == "table"]
    assert all(any(each.is_row for each in found[q.id][0]) for q in rows)
    # A value that several sentences give is rare, so that a chunk counts for the right one.
    assert sum(len(part) > 1 for parts in found.values() for part in parts) <= 6


def span_chunk(start, end):
    return chunks_at(document(), [(start, end)])[0]


def test_a_chunk_holds_a_statement_if_it_covers_it_whole():
    each = Statement("PR-201", 10, 20, TEXT[10:20])
    spans = {(10, 20): True, (0, 40): True, (11, 20): False, (10, 19): False, (12, 15): False}
    assert {span: evidence.holds(span_chunk(*span), each) for span in spans} == spans
    assert not evidence.holds(replace(span_chunk(0, 40), document_id="PR-202"), each)


def test_a_row_is_named_where_the_header_of_its_own_table_stands_or_is_repeated():
    rows = [each for each in evidence.statements([document()])["PR-201"] if each.is_row]
    weight, price, code = rows
    whole = span_chunk(0, len(TEXT))
    assert all(evidence.holds_header(whole, each) for each in rows)
    below = span_chunk(weight.start, len(TEXT))  # holds all three rows, and only the last table's names
    assert [evidence.holds_header(below, each) for each in rows] == [False, False, True]
    assert evidence.holds(below, weight)
    parts = [chunk for chunk in split([document()], table_rows=1) if "|" in chunk.text]
    assert [evidence.holds_header(chunk, each) for chunk, each in zip(parts, rows, strict=True)] == [True] * 3
    assert not evidence.holds_header(parts[0], price)
    (sentence, _) = [each for each in evidence.statements([document()])["PR-201"] if not each.is_row][:2]
    assert evidence.holds(whole, sentence) and not evidence.holds_header(whole, sentence)


def test_all_parts_must_be_held_and_named_asks_for_the_columns_too():
    stated = evidence.statements([document()])
    both = evidence.find_evidence(question("39 EUR | too hot"), stated)
    rows = [each for each in stated["PR-201"] if each.is_row]
    price, code = (span_chunk(each.start, each.end) for each in rows[1:])
    assert evidence.answered([code, price], both)
    assert not evidence.answered([price], both) and not evidence.answered([], both)
    assert not evidence.answered([code, price], both, named=True)
    assert evidence.answered([span_chunk(0, len(TEXT))], both, named=True)
    plain = evidence.find_evidence(question("10 years"), stated)
    assert evidence.answered([span_chunk(0, len(TEXT))], plain, named=True)  # a sentence needs no columns


def test_reading_stops_at_the_budget_and_counts_the_line_of_headings():
    chunks = split([document()], 90)
    sizes = [count_words(chunk.passage) for chunk in chunks]
    for words in range(sum(sizes) + 3):
        kept = evidence.read(chunks, words)
        spent = sum(count_words(chunk.passage) for chunk in kept)
        # A title that is begun is read to its end, and holds no evidence.
        assert spent == min(words, sum(sizes)) or kept[-1].text == ""
        for chunk in kept:
            assert chunk.text == TEXT[chunk.start : chunk.end]
    assert evidence.read(chunks, 10**6) == chunks
    bare = without_headings(split_windows([document()], 8))
    assert [count_words(chunk.text) for chunk in evidence.read(bare, 20)] == [8, 8, 4]


def test_a_repeated_header_is_paid_for_and_is_no_evidence():
    chunk = [each for each in split([document()], table_rows=1) if "Price" in each.text][0]
    line = count_words(chunk.passage) - count_words(chunk.text)
    (cut,) = evidence.read([chunk], line + 5)  # three names, then two words of the row
    assert cut.text.endswith("| Price | 39") and TEXT[cut.start : cut.end] == "| Price | 39"
    (header,) = evidence.read([chunk], line + 2)
    assert header.start == header.end and header.text == "| What | Lamp"


class Fixed:
    """A retriever that always ranks the same chunks in the same order."""

    def __init__(self, chunks):
        self.hits = [Hit(chunk, 1 / rank, rank) for rank, chunk in enumerate(chunks, start=1)]

    def search(self, query, k):
        return self.search_many([query], k)[0]

    def search_many(self, queries, k):
        if k > len(self.hits):
            raise RetrievalError("too few")
        return [self.hits[:k] for _ in queries]


def test_questions_are_scored_by_k_chunks_and_by_so_many_words():
    chunks = without_headings(split_sentences([document()], 8))  # five of them; the table's names lie apart
    stated = evidence.statements([document()])
    asked = [question("412 g"), question("20 EUR", id="q2"), question("too hot", id="q3", fact="code")]
    wanted = {each.id: evidence.find_evidence(each, stated) for each in asked}
    table = evidence.evaluate_chunks(Fixed(chunks), asked, wanted, 1, (8, 16, 40), len(chunks))
    assert table["top k"].tolist() == [True, False, False]
    assert table["words"].tolist() == [count_words(chunks[0].text)] * 3
    read = [sum(count_words(c.text) for c in evidence.read(chunks, words)) for words in (8, 16, 40)]
    assert read[:2] == [8, 16]
    assert table["40 words"].tolist() == [True, True, True]
    assert table["40 words, named"].tolist()[1] is (
        any(evidence.holds_header(chunk, wanted["q2"][0][0]) for chunk in chunks)
    )
    assert (table["8 words"] <= table["16 words"]).all() and table["8 words"].tolist() == [True, False, False]
    with pytest.raises(RetrievalError):
        evidence.evaluate_chunks(Fixed(chunks), asked, wanted, 1, (8,), len(chunks) + 1)


def test_shares_and_gains_draw_facts_not_wordings():
    import pandas as pd

    table = pd.DataFrame({"question_id": list("abcd"), "fact": list("xxyz"), "top k": [1, 0, 1, 0]})
    found = evidence.share(table, "top k")
    assert found.mean == pytest.approx(0.5) and found.low < 0.5 < found.high
    other = table.assign(**{"top k": [0, 0, 1, 0]})
    assert evidence.gain(table, other, "top k").mean == pytest.approx(0.5 / 3)
    assert evidence.gain(table, table, "top k").low == evidence.gain(table, table, "top k").high == 0
    with pytest.raises(CourseError, match="same questions"):
        evidence.gain(table, other[::-1], "top k")


def test_a_binder_holds_the_documents_of_a_domain_and_the_statements_move_with_them(company):
    documents, _ = company
    binders, places = evidence.bind(documents)
    assert {each.id for each in binders} == {each.domain for each in documents}
    texts = {each.id: each.text for each in binders}
    for each in documents:
        binder, offset = places[each.id]
        assert texts[binder][offset:].startswith(each.text)
        assert texts[binder][:offset].endswith(f"# {each.title}\n\n")
    stated = evidence.statements(documents)
    moved = evidence.moved(stated, places)
    again = evidence.statements(binders)
    assert sorted(each.start for found in moved.values() for each in found) == sorted(
        each.start for found in again.values() for each in found
    )
    for id, found in moved.items():
        for before, after in zip(stated[id], found, strict=True):
            assert texts[after.document_id][after.start : after.end] == before.text
            assert after.is_row == before.is_row
            if after.is_row:
                shift = after.start - before.start
                assert np.subtract((after.header_start, after.header_end), shift).tolist() == [
                    before.header_start,
                    before.header_end,
                ]
    chunk = next(each for each in split(binders) if "Saltmere water" in each.text)
    assert chunk.heading == "The Saltmere Kettle > Limescale, the quiet lodger"
    with pytest.raises(CourseError, match="have 2"):
        evidence.bind(load_documents())
