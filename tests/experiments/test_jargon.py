"""House words: the glossary is the company's own page, and C19 follows the intervals of a table made up."""

import pytest

from course_lib.claims import judge
from course_lib.corpus.documents import load_questions
from course_lib.errors import DataError
from course_lib.experiments import jargon, sweep
from course_lib.experiments.in_memory import UNTUNED


def row(method, seed=0, **right):
    """A row in which so many of 30 facts are right, in all three wordings."""
    ways = (jargon.CLOSED_BOOK, jargon.RAG, jargon.GLOSSARY)
    digits = {way: "111" * right.get(way, 0) + "000" * (30 - right.get(way, 0)) for way in ways}
    return {"method": method, "seed": seed} | digits


@pytest.mark.parametrize(
    ("tuned", "glossary", "control", "said"),
    [
        (28, 8, 6, "confirmed here"),
        (28, 8, 28, "not confirmed here"),  # any tuning on the company's pages would have done
        (20, 20, 6, "not confirmed here"),
        (12, 29, 6, "refuted here"),
    ],
)
def test_the_verdict_follows_the_intervals(tuned, glossary, control, said):
    rows = [
        row(UNTUNED, rag=5, rag_glossary=glossary),
        row(jargon.TUNED, rag=tuned),
        row(jargon.TUNED, seed=1, rag=tuned),
        row(jargon.CONTROL, rag=control),
    ]
    found = judge("C19", jargon.c19(sweep.table(rows)))
    assert str(found.verdict) == said
    assert found.parts[1].mean == pytest.approx((tuned - glossary) / 30)


def test_the_glossary_is_what_the_companys_page_says():
    words = jargon.glossary()
    assert len(words) == 12 and words["tide"] == "a two-week work cycle"
    assert "kipper means a return without a receipt" in jargon.in_prompt(words)
    with pytest.raises(DataError):
        jargon.glossary("1999")


def test_three_wordings_of_a_fact_stand_together():
    asked = jargon.asked()
    assert len(asked) % jargon.WORDINGS == 0
    for start in range(0, len(asked), jargon.WORDINGS):
        assert len({q.fact for q in asked[start : start + jargon.WORDINGS]}) == 1


def test_the_examples_explain_every_word_and_ask_nothing_of_the_test():
    examples = jargon.examples(0)
    said = " ".join(e[-1]["content"] for e in examples).lower()
    assert all(meaning.lower() in said for meaning in jargon.glossary().values())
    others = jargon.other_examples(0)
    assert len(others) == len(examples)
    asked = " ".join(each[-2]["content"].rpartition("Question:")[2].lower() for each in others)
    assert not any(word in asked.split() for word in jargon.glossary())
    texts = {e[-2]["content"].rpartition("Question: ")[2] for e in examples}
    assert not texts & {q.text for q in load_questions("test", "2026")}


def test_every_way_to_ask_shows_every_training():
    rows = [row(UNTUNED, rag=6), row(jargon.TUNED, rag=24, rag_glossary=15), row(jargon.CONTROL)]
    told = jargon.shown(rows)
    assert told["four passages"]["tuned on them"].mean == 0.8
    assert told["… and a glossary"]["tuned on them"].mean == 0.5 and told["closed-book"]["untuned"].mean == 0
