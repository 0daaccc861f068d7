"""BM25 by hand gives the scores of bm25s, and finds what shares a word with the query, and nothing else."""

import math

import bm25s
import numpy as np
import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, load_questions
from course_lib.errors import RetrievalError
from course_lib.retrieval.bm25 import Bm25Index, character_grams, tokens
from course_lib.retrieval.filters import Filter
from course_lib.runtime import DATA


def chunks_of(*texts):
    """One chunk a text, of the documents D1, D2, …, each with a title of one word."""
    return split(
        Document(f"D{n}", "Page", "products", "2026", "2026-01-01", None, "written", text)
        for n, text in enumerate(texts, start=1)
    )


@pytest.fixture(scope="module")
def questions():
    if not (DATA / "manifest.json").is_file():
        return ["How heavy is the kettle?", "the the the port of the till", "vinegar"]
    return [question.text for question in load_questions("test")]


def reference(chunks, tokenize, **settings):
    index = bm25s.BM25(method="lucene", **settings)
    index.index([tokenize(chunk.passage) for chunk in chunks], show_progress=False)
    return index


@pytest.mark.parametrize("tokenize", [tokens, character_grams])
@pytest.mark.parametrize("settings", [{}, {"k1": 0.9, "b": 0.4}])
def test_scores_and_rankings_are_those_of_bm25s(tokenize, settings, course_chunks, questions):
    ours = Bm25Index(course_chunks, tokenize=tokenize, **settings)
    theirs = reference(course_chunks, tokenize, **settings)
    k = min(10, len(course_chunks))
    for question, hits in zip(questions, ours.search_many(questions, k), strict=True):
        expected = theirs.get_scores(tokenize(question))
        np.testing.assert_allclose(ours.scores(question), expected, rtol=1e-5)
        # Where scores are equal the order is free, so what is compared is the score at each place.
        best = -np.sort(-expected)[:k]
        assert [hit.score for hit in hits] == pytest.approx(best[best > 0].tolist(), rel=1e-5)
        places = {chunk.id: place for place, chunk in enumerate(course_chunks)}
        assert [expected[places[hit.chunk.id]] for hit in hits] == pytest.approx(
            best[best > 0].tolist(), rel=1e-5
        )


def test_a_case_worked_out_on_paper():
    index = Bm25Index(chunks_of("kettle kettle lamp", "lamp", "shade of linen"), k1=1.2, b=0.5)
    lengths, mean = [4, 2, 4], 10 / 3  # with the word of the title
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    kettle = idf * 2 / (2 + 1.2 * (0.5 + 0.5 * lengths[0] / mean))
    np.testing.assert_allclose(index.scores("Kettle"), [kettle, 0, 0])
    np.testing.assert_allclose(index.scores("kettle, kettle!"), [2 * kettle, 0, 0])
    lamp = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = [lamp / (1 + 1.2 * (0.5 + 0.5 * length / mean)) for length in lengths[:2]]
    np.testing.assert_allclose(index.scores("lamp"), [*expected, 0])


def test_the_limits_of_both_settings():
    texts = chunks_of("lamp", "lamp lamp lamp", "lamp and a very long list of other things to see")
    np.testing.assert_allclose(np.ptp(Bm25Index(texts, k1=0).scores("lamp")), 0, atol=1e-12)
    once, thrice, long = Bm25Index(texts, b=0).scores("lamp")
    assert once == long < thrice
    once, _, long = Bm25Index(texts, b=1).scores("lamp")
    assert once > long


def test_a_word_in_every_chunk_still_counts_a_little():
    assert Bm25Index(chunks_of("a lamp", "a shade")).scores("a").min() > 0


def test_words_are_lower_case_and_of_any_script():
    assert tokens("The SK-118, 1.7 l; CAFÉ Größe № 5 日本") == [
        "the",
        "sk",
        "118",
        "1",
        "7",
        "l",
        "café",
        "grösse",
        "no",
        "5",
        "日本",
    ]
    assert tokens("-- | ?!") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी में गारंटी", ["हिन्दी", "में", "गारंटी"]),
        ("తెలుగు", ["తెలుగు"]),
        ("保修期\n为", ["保修", "修期", "期为"]),
        ("水 USB端子", ["水", "usb", "端子"]),
        ("ที่นี่", ["ที่นี่"]),
        ("cafe\u0301 ＳＫ－１１８ ﬁn", ["café", "sk", "118", "fin"]),
        ("10⁶ m² H₂O 1½", ["10", "6", "m2", "h2o", "1", "1", "2"]),
        ("STRASSE straße İ", ["strasse", "strasse", "i\u0307"]),
        ("main\u00adtenance", ["maintenance"]),
    ],
)
def test_marks_belong_to_their_letters_and_unspaced_scripts_give_pairs(text, words):
    assert tokens(text) == words


def test_runs_of_characters_mark_the_ends_of_words():
    assert character_grams("A Lamp, on") == ["_a_", "_lam", "lamp", "amp_", "_on_"]
    assert character_grams("lamp", n=3) == ["_la", "lam", "amp", "mp_"]


def test_a_part_number_is_found_however_it_is_written():
    index = Bm25Index(chunks_of("The pump takes seal SK-118.", "The pump takes seal SK-119.", "A pump."))
    for query in ("SK-118", "sk-118?", "SK 118", "part 118"):
        assert index.search(query, 1)[0].chunk.document_id == "D1"


def test_runs_of_characters_find_a_misspelt_word():
    texts = chunks_of("The lantern stands on the quay.", "The kettle boils water.", "A bucket of zinc.")
    assert Bm25Index(texts).search("lantren", 3) == []
    assert Bm25Index(texts, tokenize=character_grams).search("lantren", 3)[0].chunk.document_id == "D1"


def test_a_chunk_that_shares_no_word_is_not_found(chunks):
    index = Bm25Index(chunks)
    assert index.search("xylophone", 3) == [] and index.search("?!", 3) == []
    hits = index.search("vinegar", 10)
    assert [hit.chunk.id for hit in hits] == ["PR-201#2"] and hits[0].rank == 1 and hits[0].score > 0


def test_equal_scores_keep_the_order_of_the_chunks():
    index = Bm25Index(chunks_of("zinc", "lamp", "lamp", "lamp", "zinc lamp shade"))
    assert [hit.chunk.document_id for hit in index.search("lamp", 3)] == ["D2", "D3", "D4"]


def test_one_query_gives_what_many_give(chunks):
    index = Bm25Index(chunks)
    queries = ["How heavy is the kettle?", "Which port does the till use?"]
    assert index.search_many(queries, 4) == [index.search(query, 4) for query in queries]
    assert index.search_many([], 3) == [] and len(index) == 10 and index.chunks == chunks


def test_a_filter_leaves_the_scores_of_the_others_as_they_are(course_chunks):
    index = Bm25Index(course_chunks)
    where = Filter(domains=(course_chunks[0].domain,))
    everything = index.search("How many days of notice does the scheme ask for?", len(index))
    expected = [(hit.chunk, hit.score) for hit in everything if where.accepts(hit.chunk)]
    hits = index.search("How many days of notice does the scheme ask for?", len(index), where)
    assert [(hit.chunk, hit.score) for hit in hits] == expected and expected
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert index.search("days", 3, Filter(editions=("1999",))) == []


@pytest.mark.parametrize("settings", [{"k1": -0.1}, {"b": -0.1}, {"b": 1.1}])
def test_settings_out_of_range_are_refused(settings, chunks):
    with pytest.raises(RetrievalError, match="Allowed: k1 of 0 or more, b from 0 to 1"):
        Bm25Index(chunks, **settings)


def test_no_chunks_make_no_index():
    with pytest.raises(RetrievalError, match="no chunks"):
        Bm25Index([])


@pytest.mark.parametrize("k", [0, -1, 11])
def test_k_out_of_range_gets_the_range(k, chunks):
    with pytest.raises(RetrievalError, match="Allowed: 1 to 10"):
        Bm25Index(chunks).search("kettle", k)


def test_an_empty_query_and_one_text_for_many_are_refused(chunks):
    with pytest.raises(RetrievalError, match="empty"):
        Bm25Index(chunks).search(" ", 1)
    with pytest.raises(RetrievalError, match="list of queries"):
        Bm25Index(chunks).search_many("kettle", 1)
